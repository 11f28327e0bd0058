"""The generated regions of pages: found by their comments, and made anew by the generator that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from documentation import (
    coding_sheet,
    command_line,
    contents,
    environment,
    exit_statuses,
    http,
    languages,
    ontology,
    query_headers,
    questions,
    workspace,
)

ROOT = Path(__file__).parents[1]
GENERATORS: Mapping[str, Callable[..., str]] = {
    "addresses": http.addresses,
    "command": command_line.command,
    "commands": command_line.commands,
    "contents": contents.pages,
    "environment": environment.table,
    "exit statuses": exit_statuses.table_of_statuses,
    "global options": command_line.global_options,
    "core words": languages.core,
    "header keys": query_headers.table,
    "openapi": http.openapi,
    "ontology": ontology.terms,
    "parameter types": query_headers.parameter_types,
    "questions": questions.by_tag,
    "sheet": coding_sheet.table,
    "views": query_headers.views,
    "workspace": workspace.table,
}
"""What can be generated, by the words that a comment begins with; the words that follow are given as one argument."""

_REGION = re.compile(r"(?P<head><!-- generated: (?P<name>[^\n]+?) -->\n).*?(?P<tail>^<!-- end -->$)", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Region:
    """A region of a page: the file, and the words of the comment that it begins with."""

    path: Path
    name: str


def pages(root: Path = ROOT) -> list[Path]:
    """The pages that may have generated regions: those of the site, and the README."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def regions(root: Path = ROOT) -> Iterator[Region]:
    """All generated regions, page by page."""
    for path in pages(root):
        for match in _REGION.finditer(path.read_text(encoding="utf-8")):
            yield Region(path, match["name"])


def regenerated(text: str) -> str:
    """Return the *text* of a page with its regions made anew.

    Raises:
        KeyError: No generator has the name of a region.
    """
    return _REGION.sub(lambda match: f"{match['head']}\n{generate(match['name']).strip()}\n\n{match['tail']}", text)


def generate(name: str) -> str:
    """Return the content of the region of a *name*; raise `KeyError` where there is no generator for it."""
    for words, generator in GENERATORS.items():
        if name == words:
            return generator()
        if name.startswith(f"{words} "):
            return generator(name.removeprefix(f"{words} "))
    raise KeyError(name)
