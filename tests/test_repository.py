"""Rules of the repository that no single module can keep by itself."""

import ast
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("pipelines", "assets", "schemas")
FOLDERS = (*PRODUCT, "tests", "benchmarks")
MOST_LINES, LONGEST_FUNCTION = 400, 60
# Where Dagster meets the pure functions; every other module of assets/ runs without the machinery.
DAGSTER_FACING = {"definitions.py", "publish.py", "describe.py"}
CONFIGURATION = (
    *("requirements.lock", "pyproject.toml", ".pre-commit-config.yaml", "Makefile", ".ci/run"),
    *("dagster.yaml", "workspace.yaml"),
)
INDEX_SETTING = re.compile(
    r"://|index-url|index_url|find-links|find_links|trusted-host|\[\[tool\.uv\.index\]\]"
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)")
MACHINE_PATH = re.compile(r"[\"'](?:/home/|/root/|/Users/|[A-Z]:\\\\)")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def modules() -> dict[str, str]:
    """Source by path, of every Python file of the project."""
    paths = [ROOT / "bootstrap.py", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


@cache
def tree(path: str) -> ast.Module:
    return ast.parse(modules()[path])


def functions(path: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS))


def lines_with(pattern: re.Pattern[str], path: str, text: str) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_rules_see_the_project() -> None:
    assert {"bootstrap.py", "pipelines/__init__.py", "tests/test_repository.py"} <= modules().keys()


def test_no_module_is_too_long() -> None:
    lengths = {path: source.count("\n") for path, source in modules().items()}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{path}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in modules()
        for function in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize(
    "pattern",
    [UNFINISHED, BARE_IGNORE, MACHINE_PATH],
    ids=["unfinished", "type ignore without a code", "path of one machine"],
)
def test_no_source_line_has(pattern: re.Pattern[str]) -> None:
    own = Path(__file__).relative_to(ROOT).as_posix()
    found = [
        line for path, text in modules().items() if path != own for line in lines_with(pattern, path, text)
    ]
    assert found == []


# What may import what: data flows one way


def imported(path: str) -> set[str]:
    """Modules that a file imports when it runs; imports for type checking do not count."""
    found: set[str] = set()
    pending: list[ast.AST] = [tree(path)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            pending += node.orelse
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        pending += ast.iter_child_nodes(node)
    return found


def importers(package: str, folder: str) -> set[str]:
    """Files of a folder that import a package or one of its modules."""
    return {
        path
        for path in modules()
        if path.startswith(f"{folder}/")
        and any(name == package or name.startswith(f"{package}.") for name in imported(path))
    }


def test_contracts_know_neither_assets_nor_machinery() -> None:
    assert importers("assets", "schemas") | importers("pipelines", "schemas") == set()


def test_data_logic_runs_without_the_machinery() -> None:
    found = importers("pipelines", "assets") | importers("dagster", "assets")
    assert {path for path in found if Path(path).name not in DAGSTER_FACING} == set()


def test_the_stand_in_is_started_in_one_place() -> None:
    inside = {path for path in modules() if path.startswith("pipelines/standin/")}
    found = {path for folder in PRODUCT for path in importers("pipelines.standin", folder)} - inside
    assert found == {"pipelines/connections.py"}


def test_the_product_imports_no_tests_and_no_benchmarks() -> None:
    found = {
        path for name in ("tests", "benchmarks") for folder in PRODUCT for path in importers(name, folder)
    }
    assert found == set()


def test_every_folder_of_the_product_is_a_package() -> None:
    folders = {Path(path).parent for path in modules() if path.startswith(PRODUCT)}
    assert {folder for folder in folders if not (ROOT / folder / "__init__.py").exists()} == set()


# Tests test


def test_every_test_can_fail() -> None:
    toothless = [
        f"{path}:{function.lineno} {function.name}"
        for path in modules()
        if path.startswith("tests/")
        for function in functions(path)
        if function.name.startswith("test_") and not demands(function, asserting_helpers(path))
    ]
    assert toothless == []


def asserting_helpers(path: str) -> set[str]:
    """Functions of a file that themselves assert something."""
    return {function.name for function in functions(path) if demands(function, set())}


def demands(function: ast.AST, helpers: set[str]) -> bool:
    """Whether a function asserts, expects an exception or a warning, or calls something that does."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"raises", "warns", *helpers} or name.lstrip("_").startswith("assert"):
                return True
    return False


@pytest.mark.parametrize(
    ("body", "can_fail"),
    [
        ("assert x", True),
        ("with pytest.raises(ValueError): f()", True),
        ("pd.testing.assert_frame_equal(a, b)", True),
        ("check(a)", True),
        ("f()", False),
        ("pass", False),
    ],
)
def test_the_rule_for_tests_knows_what_an_assertion_is(body: str, can_fail: bool) -> None:
    assert demands(ast.parse(f"def test_x():\n    {body}"), {"check"}) is can_fail


# Packages: pinned, hashed, and from nowhere in particular


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def settings() -> dict[str, Any]:
    return tomllib.loads(text_of("pyproject.toml"))


def locked() -> list[tuple[str, str]]:
    """Name and version of every entry of the lock."""
    return re.findall(r"^([\w.-]+)==([^\s;]+)", text_of("requirements.lock"), re.MULTILINE)


@pytest.mark.parametrize("name", CONFIGURATION)
def test_configuration_names_no_package_index(name: str) -> None:
    assert lines_with(INDEX_SETTING, name, text_of(name)) == []


def test_every_locked_package_is_pinned_with_a_hash() -> None:
    entries = re.split(r"\n(?=\S)", text_of("requirements.lock").strip())
    assert len(entries) == len(locked())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = settings()["project"]
    extras = project["optional-dependencies"]
    asked = settings()["build-system"]["requires"] + project["dependencies"] + extras["ui"] + extras["dev"]
    versions = {canonicalize_name(name): version for name, version in locked()}
    wrong = [
        str(requirement)
        for requirement in map(Requirement, asked)
        if not requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), "0"))
    ]
    assert wrong == []


# One version, one check


def test_the_version_is_the_same_everywhere() -> None:
    version = settings()["project"]["version"]
    assert f'__version__ = "{version}"' in modules()["pipelines/__init__.py"]
    newest = re.search(r"^## \[([^\]]+)\]", text_of("CHANGELOG.md"), re.MULTILINE)
    assert newest
    assert newest[1] == version


def test_the_check_of_a_change_is_an_executable_bash_script() -> None:
    assert text_of(".ci/run").startswith("#!/usr/bin/env bash\n")
    assert sys.platform == "win32" or os.access(ROOT / ".ci/run", os.X_OK)


def test_hooks_before_a_commit_are_local() -> None:
    text = text_of(".pre-commit-config.yaml")
    assert re.findall(r"repo: (\S+)", text) == ["local"]
    assert set(re.findall(r"language: (\S+)", text)) == {"system"}
