"""Every command has a happy path in the default run: a test marked `command` with its words, and not `long`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT
from tests.support.commands import commands


def marks(expressions: list[ast.expr]) -> dict[str, list[str]]:
    """Map the names of the marks among decorators, or in a `pytestmark`, to their string arguments."""
    by_name: dict[str, list[str]] = {}
    for expression in expressions:
        for node in expression.elts if isinstance(expression, ast.List | ast.Tuple) else [expression]:
            mark = node.func if isinstance(node, ast.Call) else node
            if isinstance(mark, ast.Attribute) and ast.unparse(mark.value) == "pytest.mark":
                arguments = node.args if isinstance(node, ast.Call) else []
                strings = [argument.value for argument in arguments if isinstance(argument, ast.Constant)]
                by_name.setdefault(mark.attr, []).extend(str(value) for value in strings)
    return by_name


def happy_paths(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the commands that tests of a module are a happy path of, with the name of the test, in the default run."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    assignments = [node for node in module.body if isinstance(node, ast.Assign)]
    of_module = [node.value for node in assignments if ast.unparse(node.targets[0]) == "pytestmark"]
    for test in (node for node in module.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")):
        marked = marks([*of_module, *test.decorator_list])
        if "long" not in marked:
            yield from ((command, test.name) for command in marked.get("command", []))


def test_every_command_has_a_happy_path_in_the_default_run() -> None:
    """The fixture `run` checks that a test so marked runs its commands, and that they succeed."""
    covered: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for command, test in happy_paths(path):
            covered.setdefault(command, []).append(f"{path.stem}::{test}")
    registered = {" ".join(words) for words in commands()}
    assert len(registered) > 30
    assert registered - set(covered) == set(), "commands without a happy path"
    assert set(covered) - registered == set(), "marks that name no command"


def test_a_long_test_is_not_a_happy_path_in_the_default_run(tmp_path: Path) -> None:
    module = tmp_path / "test_module.py"
    module.write_text(
        'import pytest\n@pytest.mark.command("a", "b")\ndef test_quick(): ...\n'
        '@pytest.mark.command("c")\n@pytest.mark.long\ndef test_long(): ...\n'
    )
    assert list(happy_paths(module)) == [("a", "test_quick"), ("b", "test_quick")]
    module.write_text(f"{module.read_text()}pytestmark = [pytest.mark.long]\n")
    assert list(happy_paths(module)) == []
