"""The bootstrap on a copy of the project with stub programs: nothing is downloaded here."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stub programs are shell scripts")

# Installs nothing, writes down that it was asked to, and fails or takes time when told to.
UV = """#!/bin/sh
if [ "$1" = --version ]; then echo uv 0; exit 0; fi
echo "$@" >> "$STUB_LOG"
sleep "${STUB_SECONDS:-0}"
if [ -n "$STUB_FAILS" ]; then echo "cannot fetch https://user:secret@index.example/simple/x/"; exit 2; fi
"""
# Stands for every program of the environment: says how and where it was called; exits as told.
PROGRAM = """
import os, sys
from pathlib import Path
print("{name}", *sys.argv[1:], "in", Path.cwd().name)
sys.exit(int(os.environ.get("EXIT_{name}", "0")))
"""
PROGRAMS = {
    "kostra": "pipelines/cli/main.py",
    "pytest": "pytest.py",
    "ruff": "ruff.py",
    "mypy": "mypy.py",
}


Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Copy:
    """A copy of the project, and how to call its bootstrap."""

    root: Path
    log: Path
    environment: dict[str, str]

    def call(
        self, *arguments: str, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(self.root / "bootstrap.py"), *arguments],
            cwd=cwd or self.root,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def installs(self) -> list[str]:
        """The lines of all calls to the installer so far."""
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    root = tmp_path / "project"
    (root / ".ci").mkdir(parents=True)
    for name in ("bootstrap.py", ".ci/run"):
        shutil.copy(ROOT / name, root / name)
    for name, path in PROGRAMS.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(PROGRAM.format(name=name))
    (root / "pyproject.toml").write_text("[project]\nname = 'stub'\nversion = '0'\n")
    (root / "requirements.lock").write_text("absent==1.0 --hash=sha256:" + "0" * 64 + "\n")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "uv").write_text(UV)
    (programs / "uv").chmod(0o755)
    (programs / "python3").symlink_to(sys.executable)
    log = tmp_path / "installs"
    variables = {"PATH": f"{programs}:/usr/bin:/bin", "STUB_LOG": str(log), "HOME": str(tmp_path)}
    return Copy(root, log, variables | {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull})


@pytest.fixture
def module() -> Iterator[object]:
    spec = spec_from_file_location("bootstrap", ROOT / "bootstrap.py")
    assert spec and spec.loader
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_the_first_call_installs_lock_and_project_and_the_second_finds_them(copy: Copy) -> None:
    first, second = copy.call("setup"), copy.call("setup")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    python = copy.root / ".venv/bin/python"
    install = f"pip install --compile-bytecode --python {python} --no-deps"
    assert copy.installs == [
        f"{install} --require-hashes -r {copy.root}/requirements.lock",
        f"{install} --no-build-isolation -e {copy.root}",
    ]
    assert "packages of requirements.lock with uv ..." in first.stderr
    assert second.stderr == f"bootstrap: ready: {python}\n"


def test_run_goes_to_the_project_folder_with_the_sample_and_hands_on_arguments_and_exit_code(
    copy: Copy, tmp_path: Path
) -> None:
    done = copy.call("run", "--years", "2022-2024", cwd=tmp_path, EXIT_kostra="7")
    assert done.stdout == "kostra run --source sample --years 2022-2024 in project\n"
    assert done.returncode == 7


@pytest.mark.parametrize("source", [["--source", "ssb"], ["--source=archive"]])
def test_a_named_source_replaces_the_sample(copy: Copy, source: list[str]) -> None:
    assert copy.call("run", *source).stdout == f"kostra run {' '.join(source)} in project\n"


def test_ui_is_handed_on(copy: Copy) -> None:
    assert copy.call("ui", "--port", "3001").stdout == "kostra ui --port 3001 in project\n"


def test_test_with_arguments_is_pytest_alone(copy: Copy) -> None:
    done = copy.call("test", "-k", "x", EXIT_pytest="5")
    assert (done.stdout, done.returncode) == ("pytest -k x in project\n", 5)


def test_test_makes_every_check_and_gives_the_exit_code_of_one_that_failed(copy: Copy) -> None:
    done = copy.call("test", EXIT_mypy="3")
    assert [line.split(" -n")[0] for line in done.stdout.splitlines()] == [
        "ruff check . in project",
        "ruff format --check . in project",
        "mypy in project",
        "pytest",
    ]
    assert done.returncode == 3


def test_the_check_of_a_change_ends_with_pytests_closing_line(copy: Copy, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(copy.root / ".ci/run")],
        cwd=tmp_path,
        env=copy.environment | {"EXIT_pytest": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1].startswith("pytest -n auto")
    assert done.returncode == 1


# When the environment is made anew, brought up to date, or left alone


def test_a_changed_lock_brings_the_environment_up_to_date(copy: Copy) -> None:
    copy.call("setup")
    kept = copy.root / ".venv/kept"
    kept.touch()
    (copy.root / "requirements.lock").write_text("other==1.0\n")
    assert copy.call("setup").returncode == 0
    assert len(copy.installs) == 4
    assert kept.exists()


def test_an_environment_made_by_other_means_is_kept(copy: Copy) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", copy.root / ".venv"], check=True)
    kept = copy.root / ".venv/kept"
    kept.touch()
    assert copy.call("setup").returncode == 0
    assert kept.exists()


@pytest.mark.parametrize("damage", ["no interpreter", "never finished", "moved", "other Python"])
def test_an_unusable_environment_is_made_anew(copy: Copy, damage: str) -> None:
    copy.call("setup")
    folder = copy.root / ".venv"
    (folder / "leftover").mkdir()
    stamp = folder / ".bootstrap.stamp"
    place, python, digest = stamp.read_text().splitlines()
    if damage == "no interpreter":
        (folder / "bin/python").unlink()
    elif damage == "never finished":
        stamp.unlink()
        (folder / ".bootstrap.unfinished").touch()
    elif damage == "moved":
        stamp.write_text(f"{place}/elsewhere\n{python}\n{digest}\n")
    else:
        stamp.write_text(f"{place}\n3.10\n{digest}\n")
    done = copy.call("setup")
    assert done.returncode == 0, done.stderr
    assert not (folder / "leftover").exists()
    assert stamp.read_text().splitlines() == [place, python, digest]


def test_concurrent_calls_install_once(copy: Copy) -> None:
    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(copy.call, "run", STUB_SECONDS="0.5") for _ in range(3)]
        done = [call.result() for call in calls]
    assert [one.returncode for one in done] == [0, 0, 0]
    assert len(copy.installs) == 2
    assert sum("another call is preparing .venv" in one.stderr for one in done) == 2


# What goes wrong


def test_a_failed_install_shows_its_last_lines_masked_and_leaves_no_stamp(copy: Copy) -> None:
    done = copy.call("run", STUB_FAILS="1")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "uv did not manage; going on with pip. exit code 2" in done.stderr
    assert "    cannot fetch <address>\n" in done.stderr
    assert "No matching distribution found for absent==1.0" in done.stderr
    assert "secret" not in done.stderr
    assert "index.example" not in done.stderr
    assert not (copy.root / ".venv/.bootstrap.stamp").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tset"], "no command 'tset'; there are run, test, ui, setup"),
        (["setup", "now"], "setup takes no arguments, got now"),
    ],
)
def test_a_wrong_call_exits_with_2(copy: Copy, arguments: list[str], message: str) -> None:
    done = copy.call(*arguments)
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--pip"]])
def test_help_needs_no_environment(copy: Copy, arguments: list[str]) -> None:
    done = copy.call(*arguments)
    assert done.returncode == 0
    assert "python3 bootstrap.py test [ARGS]" in done.stdout
    assert not (copy.root / ".venv").exists()


def test_a_place_that_cannot_be_written_is_told(copy: Copy) -> None:
    (copy.root / ".venv").write_text("a file")
    done = copy.call("setup")
    assert done.returncode == 1
    assert ".venv cannot be prepared" in done.stderr


@pytest.mark.parametrize(
    ("version", "refused"), [((3, 10), True), ((3, 11), False), ((3, 13), False), ((3, 14), True)]
)
def test_only_the_pythons_of_the_lock_are_taken(module, monkeypatch, version, refused) -> None:
    monkeypatch.setattr(module.sys, "version_info", (*version, 0))
    if refused:
        with pytest.raises(module.SetupError, match=r"Python 3\.11 to 3\.13 is needed: "):
            module.require_python()
    else:
        assert module.require_python() is None


def test_older_pythons_can_read_it_far_enough_to_say_so() -> None:
    assert ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 7)).body


def test_the_pythons_are_those_of_the_project(module) -> None:
    low, high = module.OLDEST, module.NEWEST
    stated = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={low[0]}.{low[1]},<{high[0]}.{high[1] + 1}"' in stated


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Looking in indexes: https://u:p@host.example/simple", "Looking in indexes: <address>"),
        (
            "HTTPSConnectionPool(host='host.example', port=443)",
            "HTTPSConnectionPool(host='<address>', port=443)",
        ),
        ("from file:///srv/wheels/x.whl now", "from <address> now"),
        ("error: no such option", "error: no such option"),
    ],
)
def test_addresses_are_masked(module, text: str, masked: str) -> None:
    assert module.masked(text) == masked
