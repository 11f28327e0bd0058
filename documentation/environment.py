"""The reference of the environment: the variables that the program, its build and its tests read."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from typer.main import get_command

from documentation.command_line import every_command
from documentation.markdown import code
from documentation.markdown import table as markdown_table
from stancegraph.cli.main import app

ROOT = Path(__file__).parents[1]
VARIABLES: Mapping[str, tuple[str, str]] = {
    "CI": ("", "Whatever its value: the examples of properties are the same in each run."),
    "COLUMNS": (
        "the terminal's width, or 160",
        "How wide tables are, in characters, where the output is not a terminal.",
    ),
    "STANCEGRAPH_ARTICLE_TEXT": (
        "`../shared/article/`, where the text is",
        "The text of the article that ships, which is copyrighted and not part of the project. Tests that need it skip "
        "without it.",
    ),
    "STANCEGRAPH_ASSETS": (
        "",
        "`required`: the build fails where files for browsers cannot be fetched or the documentation cannot be built.",
    ),
    "STANCEGRAPH_CONTACT": ("", "Who asks services of others, as `--contact`: an address for the User-Agent."),
    "STANCEGRAPH_EDITS": ("150", "How many random edits are made, with builds between them that are compared."),
    "STANCEGRAPH_EXTERNAL": (
        "`../shared/external/`",
        "The folder with the tests of the W3C for the SPARQL Protocol (`w3c-sparql11/`) and the schemas of the "
        "Reconciliation API (`reconciliation-0.2/`). Tests that need them skip without it.",
    ),
    "STANCEGRAPH_FIGURES": ("", "The file to which tests add what they counted."),
    "STANCEGRAPH_FUSEKI_JAR": ("", "The server of Apache Jena Fuseki, `jena-fuseki-server-5.5.0.jar`."),
    "STANCEGRAPH_HYPOTHESIS": ("`quick`", "The profile of the properties: `deep` tries 400 examples of each."),
    "STANCEGRAPH_JARS": ("fetched from Maven Central", "The folder with the Java libraries of the extra `ontology`."),
    "STANCEGRAPH_KILLS": ("200", "How many queries are stopped at their deadline."),
    "STANCEGRAPH_LOAD_SECONDS": ("30", "How long the server is under load."),
    "STANCEGRAPH_PASSWORD": ("", "The password for `publish --user`."),
    "STANCEGRAPH_PICTURES": ("", "The folder for pictures of every page, and of Protégé."),
    "STANCEGRAPH_PUBLISH_ALL": ("", "Set by tests: a build that is killed publishes whatever the findings are."),
    "STANCEGRAPH_REQUESTS": ("1500", "How many hostile requests are made at random."),
    "STANCEGRAPH_SNAPSHOTS": (
        "`.stancegraph` in the workspace; the user's cache for the one that ships",
        "The folder for snapshots.",
    ),
    "STANCEGRAPH_STEP_SECONDS": ("300", "How long one rule, check or shape may take, as `--step-seconds`."),
    "STANCEGRAPH_SWITCHES": ("8", "How many snapshots are taken up by a server that runs."),
    "STANCEGRAPH_TOKEN": ("", "The token of those who may edit from elsewhere, as `serve --token-file`."),
    "STANCEGRAPH_TRACEBACK": ("", "Whatever its value: a fault of the program is shown with its traceback."),
    "STANCEGRAPH_W3C": ("", "The folder with the W3C's tests of evaluation, which rdflib's source distribution has."),
    "UPDATE_ANSWERS": ("", "Whatever its value: tests write the answers in `tests/answers/` anew."),
    "UPDATE_DOCS": ("", "Whatever its value: tests write the output of the examples in the documentation anew."),
    "http_proxy": ("", "The proxy for requests by http; in capitals, too."),
    "https_proxy": ("", "The proxy for requests by https; in capitals, too."),
    "no_proxy": ("", "The hosts that are asked without a proxy; in capitals, too."),
}
"""What holds without each variable, and what it is for."""
PROXIES = frozenset({"http_proxy", "https_proxy", "no_proxy"})
"""The variables that Python's own library reads for the program."""
_SYSTEM = frozenset({"DISPLAY", "PATH"})  # handed on to other programs
_OURS = re.compile(r"(?:STANCEGRAPH|UPDATE)_[A-Z][A-Z0-9_]*[A-Z0-9]")
_READERS = {
    "the program": ("src",),
    "the build": ("hatch_build.py",),
    "tests": ("tests", "benchmarks", "evaluation", ".ci"),
}


def table(part: str) -> str:
    """The variables of the ``program``, or those of its ``development``."""
    rows = []
    for name, readers in sorted(used().items()):
        if ("the program" in readers) == (part == "program"):
            default, meaning = VARIABLES[name]
            rows.append((code(name), default, meaning, ", ".join(reader for reader in _READERS if reader in readers)))
    return markdown_table(["variable", "without it", "meaning", "read by"], rows)


def used() -> dict[str, set[str]]:
    """The variables that are read, each with who reads it."""
    found: dict[str, set[str]] = defaultdict(set)
    for reader, names in _READERS.items():
        for path in (path for name in names for path in _files(ROOT / name)):
            for variable in _read_by(path):
                found[variable].add(reader)
    for _, command in [("", get_command(app)), *every_command()]:
        for parameter in command.params:
            for variable in [parameter.envvar] if isinstance(parameter.envvar, str) else parameter.envvar or ():
                found[variable].add("the program")
    for variable in PROXIES:
        found[variable].add("the program")
    return {name: readers for name, readers in found.items() if name not in _SYSTEM}


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    yield from (file for file in sorted(path.rglob("*")) if file.suffix == ".py" or file.parent.name == ".ci")


def _read_by(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        tree = ast.parse(text)
        yield from _read_in(tree)
        strings = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        yield from (value for value in strings if _OURS.fullmatch(value))
    else:
        yield from _OURS.findall(text)


def _read_in(tree: ast.AST) -> Iterator[str]:
    """The names that *tree* reads from ``os.environ`` as they stand there."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get"), args=[key, *_]):
                names = [key]
            case ast.Call(func=ast.Attribute(attr="getenv"), args=[key, *_]):
                names = [key]
            case ast.Subscript(value=ast.Attribute(attr="environ"), slice=key, ctx=ast.Load()):
                names = [key]
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[ast.Attribute(attr="environ")]):
                names = [key]
            case _:
                continue
        yield from (key.value for key in names if isinstance(key, ast.Constant) and isinstance(key.value, str))
