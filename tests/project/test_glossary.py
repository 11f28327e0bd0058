"""The glossary is kept: no public name uses a word that docs/explanation/glossary.md has retired."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import typer.main

from stancegraph.cli.main import app
from stancegraph.errors import DataError
from stancegraph.questions import stored_query, view
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "explanation" / "glossary.md"
PROGRAM = ROOT / "src" / "stancegraph"
SCOPES = {"any part", "whole name", "module", "class"}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@dataclass(frozen=True, order=True)
class Name:
    """A public name, where it stands, and what it names."""

    place: str
    kind: str
    text: str


@dataclass(frozen=True)
class Retired:
    """A retired word, or several that stand together, and where it is retired."""

    text: str
    scope: str


def words(name: str) -> tuple[str, ...]:
    """The words of a name in snake_case, CamelCase or kebab-case."""
    return tuple(word.lower() for word in _WORD.findall(name))


def retired(page: str) -> list[Retired]:
    """The rows of the page's table of retired words."""
    rows = re.findall(r"^\| (`.*`) \| .+ \| ([a-z ]+) \|$", page.partition("## Retired words")[2], re.MULTILINE)
    return [Retired(text, scope) for cell, scope in rows for text in re.findall(r"`(\w+)`", cell)]


def terms_of_the_ontology() -> set[tuple[str, ...]]:
    text = (ROOT / "ontology" / "stancegraph.ttl").read_text(encoding="utf-8")
    return {words(name) for name in re.findall(r"^###  \S+#(\w+)$", text, re.MULTILINE)}


def without_terms(name: tuple[str, ...], terms: set[tuple[str, ...]]) -> list[str]:
    """The words of *name*, with ``|`` in the place of those that spell a term of the ontology."""
    rest: list[str] = []
    start = 0
    while start < len(name):
        ends = [end for end in range(len(name), start, -1) if name[start:end] in terms]
        rest.append("|" if ends else name[start])
        start = ends[0] if ends else start + 1
    return rest


def uses(name: Name, word: Retired, terms: set[tuple[str, ...]]) -> bool:
    """Whether *name* uses a retired word."""
    sought = list(words(word.text))
    if word.scope != "any part":
        return word.scope in ("whole name", name.kind) and list(words(name.text)) == sought
    rest = without_terms(words(name.text), terms)
    return any(rest[start : start + len(sought)] == sought for start in range(len(rest)))


def violations(names: Iterator[Name] | list[Name], page: str) -> list[str]:
    """Each name that uses a retired word, with its place and the word."""
    terms = terms_of_the_ontology()
    table = retired(page)
    return sorted(
        f"{name.place}: {name.kind} {name.text} uses {word.text!r}"
        for name in set(names)
        for word in table
        if uses(name, word, terms)
    )


def names_of_python(body: list[ast.stmt], place: str) -> Iterator[Name]:
    """The public names of a module or class: classes, functions, their parameters, attributes and constants."""
    for node in body:
        if isinstance(node, ast.If | ast.Try | ast.With):
            yield from names_of_python(node.body, place)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield Name(place, "class", node.name)
            yield from names_of_python(node.body, place)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not node.name.startswith("_"):
                yield Name(place, "function", node.name)
            elif not node.name.startswith("__"):
                continue
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
            for argument in filter(None, every):
                if not argument.arg.startswith("_"):
                    yield Name(place, f"parameter of {node.name}", argument.arg)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name) and not target.id.startswith("_"):
                    yield Name(place, "attribute", target.id)


def names_of_the_program() -> Iterator[Name]:
    for path in sorted(PROGRAM.rglob("*.py")):
        relative = path.relative_to(PROGRAM)
        for part in relative.with_suffix("").parts:
            if not part.startswith("_"):
                yield Name(relative.as_posix(), "module", part)
        yield from names_of_python(ast.parse(path.read_text(encoding="utf-8")).body, relative.as_posix())


def names_of_the_command_line(command: Any, place: str) -> Iterator[Name]:
    for parameter in command.params:
        for option in (*parameter.opts, *parameter.secondary_opts):
            yield Name(place, "option", option.lstrip("-"))
    for name, inner in getattr(command, "commands", {}).items():
        yield Name(place, "command", name)
        yield from names_of_the_command_line(inner, f"{place} {name}")


def names_of_headers() -> Iterator[Name]:
    """The keys of the headers of queries, those of each parameter, and the roles of views."""
    for path in sorted((ROOT / "queries").rglob("*.rq")):
        try:
            header = stored_query.load(path).header or {}
        except DataError:  # a step of the build: no stored query
            continue
        for key in (*header, *(key for spec in (header.get("params") or {}).values() for key in spec)):
            yield Name(path.relative_to(ROOT).as_posix(), "key", key)
    for kind, (required, optional) in view.ROLES.items():
        for role in (kind, *required, *optional):
            yield Name("questions/view.py", "key", role)


def names_of_paths() -> Iterator[Name]:
    """The segments of the paths that the server answers."""
    for path in sorted((PROGRAM / "web").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Route", "Mount"):
                strings = (inner.value for inner in ast.walk(node.args[0]) if isinstance(inner, ast.Constant))
                for segment in re.findall(r"[\w-]+", " ".join(map(str, strings))):
                    yield Name(path.relative_to(PROGRAM).as_posix(), "segment", segment)


def sources() -> dict[str, list[Name]]:
    return {
        "python": list(names_of_the_program()),
        "commands": list(names_of_the_command_line(typer.main.get_command(app), "stancegraph")),
        "headers": list(names_of_headers()),
        "paths": list(names_of_paths()),
    }


@pytest.mark.parametrize(("source", "at_least"), [("python", 3000), ("commands", 150), ("headers", 300), ("paths", 40)])
def test_no_public_name_uses_a_retired_word(source: str, at_least: int) -> None:
    names = sources()[source]
    assert len(names) > at_least
    assert violations(names, PAGE.read_text(encoding="utf-8")) == []


def test_each_row_of_the_table_is_read() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = retired(page)
    rows = page.partition("## Retired words")[2].count("\n|") - 2
    assert rows > 15
    assert len(re.findall(r"^\| `.*\| (?:any part|whole name|module|class) \|$", page, re.MULTILINE)) == rows
    assert {word.scope for word in table} == SCOPES
    assert len(table) == len(set(table)) > 60


PLANTED = """
TOLD = 1
class PoliteClient:
    portrait: str
    anatomyOf: str
def fetch(given_rows: int, foretold: int, of: int, name_of: int) -> int: ...
def _private(told: int) -> int: ...
def quoted_words() -> str: ...
def class_of() -> str: ...
class Plan: ...
class Planner: ...
plan = 1
"""


def test_a_planted_name_is_seen() -> None:
    page = PAGE.read_text(encoding="utf-8")
    names = [*names_of_python(ast.parse(PLANTED).body, "d"), Name("b", "option", "ask-politely")]
    names += [Name("b", "module", "manners"), Name("c", "module", "values")]
    names += [Name("b", "segment", "both-ways"), Name("a", "key", "kept"), Name("a", "option", "values")]
    assert [line.partition(": ")[2].partition(" uses ")[0] for line in violations(names, page)] == [
        "key kept",
        "module manners",
        "option ask-politely",
        "segment both-ways",
        "module values",
        "attribute TOLD",
        "attribute anatomyOf",
        "attribute portrait",
        "class Plan",
        "class PoliteClient",
        "parameter of fetch given_rows",
        "parameter of fetch of",
    ]


def test_the_page_is_at_most_a_page() -> None:
    assert len(PAGE.read_text(encoding="utf-8").splitlines()) <= 80
