#!/usr/bin/env python3
"""Makes the project's environment and runs the project in it; needs Python and nothing else.

    python3 bootstrap.py run [ARGS]     the pipeline on the sample figures, or as ARGS say (kostra run)
    python3 bootstrap.py test [ARGS]    lint, format, types and tests; with ARGS only pytest with them
    python3 bootstrap.py ui [ARGS]      the user interface (kostra ui)
    python3 bootstrap.py setup          the environment alone

The environment is `.venv` beside this file, with the packages of `requirements.lock`, each checked
against its hash. It is made once; later calls find it and start at once. uv installs it in seconds
where there is one, or where one can be had; otherwise, and with `--pip` before the command, pip does.
Commands run in the project's folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

# Runs, as far as the first message, on any Python 3.7 and later.
OLDEST, NEWEST = (3, 11), (3, 13)
THIS_PYTHON = "{}.{}".format(*sys.version_info[:2])
DEBIAN_HINT = "on Debian and Ubuntu the package python3-venv is needed"
TAIL_LINES = 15
MOST_TEST_PROCESSES = 8
TEST_STEPS = (
    ("-m", "ruff", "check", "."),
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "mypy"),
    ("-m", "pytest", "-n", "auto", "--maxprocesses", str(MOST_TEST_PROCESSES), "--dist", "loadscope"),
)

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class SetupError(Exception):
    """The environment could not be made; the message says what to do."""


class Environment:
    """The virtual environment of the project in `root`, and the files that tell its state."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.lock = root / "requirements.lock"
        self.guard = self.folder / ".bootstrap.lock"
        self.stamp = self.folder / ".bootstrap.stamp"
        self.unfinished = self.folder / ".bootstrap.unfinished"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.program("python")

    def program(self, name: str) -> Path:
        """A program installed in the environment."""
        if sys.platform == "win32":
            return self.folder / "Scripts" / f"{name}.exe"
        return self.folder / "bin" / name

    def wanted_stamp(self) -> str:
        """What the stamp says when the environment is complete: where, for which Python, from what."""
        digest = hashlib.sha256()
        for path in (self.lock, self.root / "pyproject.toml"):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return f"{self.root}\n{THIS_PYTHON}\n{digest.hexdigest()}\n"

    def is_ready(self) -> bool:
        """Whether the environment is complete and for this lock, this Python and this place."""
        return self.python.exists() and _text(self.stamp) == self.wanted_stamp()

    def is_sound(self) -> bool:
        """Whether there is an environment for this Python and place that can be brought up to date."""
        made_for = _text(self.stamp).splitlines()[:2]
        if self.unfinished.exists() or (made_for and made_for != self.wanted_stamp().splitlines()[:2]):
            return False
        question = "import sys; print('%d.%d' % sys.version_info[:2], sys.prefix != sys.base_prefix)"
        return answer_of(str(self.python), "-c", question).split() == [THIS_PYTHON, "True"]


def main(arguments: list[str]) -> int:
    """Carry out the command line; the exit code is that of the command."""
    pip_only = arguments[:1] == ["--pip"]
    command, *rest = (arguments[1:] if pip_only else arguments) or ["--help"]
    if command in {"-h", "--help"}:
        print(__doc__)
        return 0
    if command not in COMMANDS:
        say(f"no command {command!r}; there are {', '.join(COMMANDS)}")
        return 2
    environment = Environment(Path(__file__).resolve().parent)
    try:
        require_python()
        make_ready(environment, pip_only)
    except SetupError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"{environment.folder} cannot be prepared: {error}")
        return 1
    return COMMANDS[command](environment, rest)


def require_python() -> None:
    """Refuse a Python the locked packages do not support, naming one that is here."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    known = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    here = [name for name in known if runnable(shutil.which(name))]
    hint = f"run it with {here[0]}" if here else "install one of them"
    needed = "Python {}.{} to {}.{}".format(*OLDEST, *NEWEST)
    raise SetupError(f"this is Python {THIS_PYTHON}; {needed} is needed: {hint}")


# The environment


def make_ready(environment: Environment, pip_only: bool) -> None:
    """Make or bring up to date the environment, unless it is ready; one process at a time.

    Raises:
        SetupError: a step failed; there is no stamp then, so the next call tries again.
    """
    if environment.is_ready():
        return
    environment.folder.mkdir(exist_ok=True)
    with only_one(environment.guard):
        if environment.is_ready():
            return
        if not environment.is_sound():
            create(environment, with_pip=pip_only or not runnable(shutil.which("uv")))
        environment.stamp.unlink(missing_ok=True)
        install(environment, pip_only)
        environment.unfinished.unlink(missing_ok=True)
        written = environment.stamp.with_suffix(".new")
        written.write_text(environment.wanted_stamp(), encoding="utf-8")
        written.replace(environment.stamp)


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Wait until no other process holds `path`, and hold it."""
    with path.open("a+b") as file:
        waiting = False
        while not _try_to_hold(file.fileno()):
            if not waiting:
                say("another call is preparing .venv; waiting for it")
            waiting = True
            time.sleep(0.2)
        yield  # closing the file lets it go


def _try_to_hold(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def create(environment: Environment, with_pip: bool) -> None:
    """A new, empty environment in place of whatever is there."""
    for old in environment.folder.iterdir():
        if old == environment.guard:
            continue
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink()
    environment.unfinished.touch()
    # Inside an environment, the interpreter it was made from: the environment may just have been deleted.
    python = getattr(sys, "_base_executable", sys.executable)
    options = [] if with_pip else ["--without-pip"]
    with step(f"environment for Python {THIS_PYTHON}"):
        quietly([python, "-m", "venv", *options, str(environment.folder)], hint=DEBIAN_HINT)


def install(environment: Environment, pip_only: bool) -> None:
    """The locked packages and the project, with uv if possible."""
    uv = None if pip_only else find_uv(environment)
    if uv:
        try:
            # Compiled once here, as pip does: otherwise every command may compile what it imports.
            uv_install = [uv, "pip", "install", "--compile-bytecode", "--python", str(environment.python)]
            install_with(uv_install, "uv", environment)
        except SetupError as error:
            say(f"uv did not manage; going on with pip. {error}")
        else:
            return
    ensure_pip(environment)
    pip = [str(environment.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    install_with(pip, "pip, which takes a minute", environment)


def install_with(installer: list[str], name: str, environment: Environment) -> None:
    """Install the lock, which is complete, then the project itself, which fetches nothing."""
    with step(f"packages of {environment.lock.name} with {name}"):
        quietly([*installer, "--no-deps", "--require-hashes", "-r", str(environment.lock)])
    with step("the project itself"):
        quietly([*installer, "--no-deps", "--no-build-isolation", "-e", str(environment.root)])


def find_uv(environment: Environment) -> str | None:
    """The uv of the path, from the environment, or freshly installed there; None when there is none."""
    for found in (shutil.which("uv"), str(environment.program("uv"))):
        if runnable(found):
            return found
    try:
        with step("uv"):
            ensure_pip(environment)
            quietly([str(environment.python), "-m", "pip", "install", "--disable-pip-version-check", "uv"])
    except SetupError:
        return None
    own = str(environment.program("uv"))
    return own if runnable(own) else None


def runnable(program: str | None) -> bool:
    """Whether the program is there and starts (a shim may be there without what it stands for)."""
    return bool(program and answer_of(program, "--version"))


def ensure_pip(environment: Environment) -> None:
    """Put pip into an environment that was made without it."""
    if not answer_of(str(environment.python), "-m", "pip", "--version"):
        quietly([str(environment.python), "-m", "ensurepip", "--default-pip"], hint=DEBIAN_HINT)


def answer_of(*command: str) -> str:
    """What a command prints; empty when it fails or cannot be started."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return "" if done.returncode else done.stdout


# Talk


def say(text: str, end: str = "\n") -> None:
    """Tell the person; standard output belongs to the command."""
    print(f"bootstrap: {text}", end=end, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is done, and when it is done how long it took."""
    say(f"{what} ...", end="")
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", file=sys.stderr, flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)


def quietly(command: list[str], hint: str = "") -> None:
    """Run a command without showing its output.

    Raises:
        SetupError: it failed; with its last lines, addresses masked.
    """
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False
        )
    except OSError as error:
        raise SetupError(f"{command[0]} cannot be started: {error.strerror}. {hint}".rstrip()) from error
    if done.returncode:
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()[-TAIL_LINES:]
        told = [f"exit code {done.returncode} from: {' '.join(command)}", *(f"    {line}" for line in lines)]
        raise SetupError(masked("\n".join([*told, hint] if hint else told)))


def masked(text: str) -> str:
    """`text` without addresses: those of package indexes may be private, or hold a password."""
    text = re.sub(r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>)]+", "<address>", text)
    return re.sub(r"\bhost='[^']*'", "host='<address>'", text)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


# Commands


def run(environment: Environment, arguments: list[str]) -> int:
    """`kostra run`, on the sample figures unless another source is named."""
    named = any(argument.split("=")[0] == "--source" for argument in arguments)
    source = [] if named else ["--source", "sample"]
    return hand_over(environment, ["-m", "pipelines.cli.main", "run", *source, *arguments])


def ui(environment: Environment, arguments: list[str]) -> int:
    """`kostra ui`."""
    return hand_over(environment, ["-m", "pipelines.cli.main", "ui", *arguments])


def test(environment: Environment, arguments: list[str]) -> int:
    """Every check, all of them even when one fails; with arguments only pytest."""
    if arguments:
        return hand_over(environment, ["-m", "pytest", *arguments])
    failed = 0
    for arguments_of_step in TEST_STEPS:
        say("python " + " ".join(arguments_of_step))
        failed = call(environment, list(arguments_of_step)) or failed
    return failed


def setup(environment: Environment, arguments: list[str]) -> int:
    """The environment alone, which is ready by now."""
    if arguments:
        say(f"setup takes no arguments, got {' '.join(arguments)}")
        return 2
    say(f"ready: {environment.python}")
    return 0


COMMANDS = {"run": run, "test": test, "ui": ui, "setup": setup}


def hand_over(environment: Environment, arguments: list[str]) -> int:
    """Become the command where the system can, so that signals and exit code are its own."""
    if sys.platform == "win32":
        return call(environment, arguments)
    sys.stdout.flush()
    os.chdir(environment.root)
    return os.execv(environment.python, [str(environment.python), *arguments])  # noqa: S606 - no shell is wanted


def call(environment: Environment, arguments: list[str]) -> int:
    """Run one command of the environment to its end; an interrupt is the command's to answer."""
    with subprocess.Popen([str(environment.python), *arguments], cwd=environment.root) as process:
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                continue
            return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
