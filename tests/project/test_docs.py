"""The documentation is complete and true: its examples are run, and each command, query folder and term is in it.

With UPDATE_DOCS=1 the output of the examples is written anew, to be read in the diff.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
from collections.abc import Callable

import pytest

from stancegraph.cli import entity, link, ontology
from stancegraph.cli.main import app
from stancegraph.sparql.engine import Oxigraph
from tests.conftest import ROOT, Run

README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n\$ (?P<command>stancegraph [^\n]*)\n(?P<output>.*?)^```$", re.M | re.S)
EXAMPLES = [match["command"] for match in BLOCK.finditer(README.read_text(encoding="utf-8"))]


def test_the_readme_has_examples() -> None:
    assert len(EXAMPLES) >= 8


def marked(command: str) -> object:
    """*command*, marked where it needs Java."""
    return pytest.param(command, marks=[pytest.mark.java] if command.startswith("stancegraph ontology check") else [])


@pytest.mark.parametrize("command", [marked(command) for command in EXAMPLES])
def test_example_prints_what_the_readme_says(
    command: str, run: Callable[..., Run], engine: Oxigraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = run(*shlex.split(command)[1:], columns="110")
    printed = "\n".join(line.rstrip() for line in (done.out + done.err).splitlines()) + "\n"
    text = README.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_DOCS"):
        text = BLOCK.sub(lambda m: f"```console\n$ {command}\n{printed}```" if m["command"] == command else m[0], text)
        README.write_text(text, encoding="utf-8")
    (expected,) = [match["output"] for match in BLOCK.finditer(text) if match["command"] == command]
    assert printed == expected


def test_the_python_of_the_readme_runs(engine: Oxigraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The snapshot is published: *engine* has built it."""
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)
    assert len(names["answer"]) > 10  # type: ignore[arg-type]


@pytest.mark.java
def test_the_session_of_the_readme_says_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"^```pycon\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    session = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)
    told = io.StringIO()
    assert len(session.examples) > 10
    assert doctest.DocTestRunner().run(session, out=told.write).failed == 0, told.getvalue()


def test_every_command_has_a_heading_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    names = [command.name for command in app.registered_commands]
    names += [f"ontology {command.name}" for command in ontology.app.registered_commands]
    names += [f"link {command.name}" for command in link.app.registered_commands]
    names += [f"entity {command.name}" for command in entity.app.registered_commands]
    assert len(names) >= 16
    for name in names:
        assert re.search(rf"^### `stancegraph {name}", text, re.MULTILINE), name


def test_every_command_has_a_module_of_its_name() -> None:
    found = (ROOT / "src" / "stancegraph" / "cli").glob("*")
    modules = {path.stem for path in found} - {"__init__", "__pycache__", "complete", "context", "main", "services"}
    commands = {command.name for command in app.registered_commands}
    assert commands | {group.name for group in app.registered_groups} == modules


def test_the_readme_tells_how_to_set_up_and_test_in_one_line_each() -> None:
    text = README.read_text(encoding="utf-8")
    lines = re.findall(r"^python3 -m venv .*$", text, re.MULTILINE)
    assert len(lines) == 2
    assert lines[1].endswith(".venv/bin/pytest")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_path_that_is_named_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = {
        path
        for path in re.findall(r"`((?:ontology|data|queries|src|tests|benchmarks|evaluation)/[\w./-]*)`", text)
        if "<" not in path
    }
    assert len(named) > 5
    missing = [path for path in named if not (ROOT / path).exists()]
    assert not missing
