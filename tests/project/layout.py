"""The layout of Turtle and SPARQL: `python -m tests.project.layout FILE …` prints what is wrong, as a pre-commit hook.

Each file must parse, by the parser that the program uses. Without files, all of the working copy are checked.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import BlankNode, RdfFormat, Store, parse

from stancegraph.sparql import lexer

ROOT = Path(__file__).parents[2]
SUFFIXES = (".ttl", ".rq", ".ru")
_NOT_IN_CAPITALS = {"a", "true", "false", "isIRI", "isBlank", "isLiteral", "isNumeric", "langMatches", "sameTerm"}
"""Bare words that the grammar of SPARQL 1.1 writes otherwise; it has no others that are not keywords."""


def problems(path: Path) -> list[str]:
    """Return what is wrong with the layout of a file of Turtle or SPARQL, each as ``file:line: what``."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()
    error = _parse_error(text, path)
    if error is not None:
        return [f"{name}: {error}"]
    return [f"{name}:{line}: {problem}" for line, problem in sorted({*_lines(text), *_by_kind(text, path)})]


def tracked() -> list[Path]:
    """Return every file of Turtle and SPARQL that git tracks, or none outside a git checkout."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in done.stdout.split("\0") if name.endswith(SUFFIXES)]


def _parse_error(text: str, path: Path) -> str | None:
    try:
        if path.suffix == ".ttl":
            for _ in parse(text, format=RdfFormat.TURTLE, base_iri="http://example.org/"):
                pass
        elif path.suffix == ".ru":
            Store().update(text)
        else:
            Store().query(re.sub(r"\bSERVICE(\s+SILENT)?(?=\s*[<?])", "GRAPH", text))  # nobody is called
    except SyntaxError as error:
        return str(error)
    return None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line"
        if "\t" in line:
            yield number, "a tab: indent with spaces"
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield len(lines), "the file must end with one newline"


def _by_kind(text: str, path: Path) -> Iterator[tuple[int, str]]:
    if path.suffix == ".ttl":
        if path.is_relative_to(ROOT / "data"):
            yield from _turtle_for_people(text)
    else:
        yield from _sparql(text)
    if path.suffix == ".rq" and re.search(r"^SELECT\s+(DISTINCT\s+)?\*", text, re.MULTILINE):
        yield 1, "SELECT *: name the variables"


def _turtle_for_people(text: str) -> Iterator[tuple[int, str]]:
    quads = parse(text, format=RdfFormat.TURTLE)
    if any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object)):
        yield 1, "a blank node: give the thing an IRI"
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s+a\s", line):
            yield number, "the type does not come first: write it behind the subject"


def _sparql(text: str) -> Iterator[tuple[int, str]]:
    opened: int | None = None  # the indent of the line before, if it opens a group
    for number, line in enumerate(text.splitlines(), 1):
        code = line.strip()
        if not code or code.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if opened is not None and indent != opened + (0 if code.startswith("}") else 2):
            yield number, f"an indent of {indent} spaces within a group: indent by two more than the line that opens it"
        opened = indent if code.endswith("{") else None
    for start, _, keyword in lexer._words(text):
        word = text[start : start + len(keyword)]
        if word != keyword and word not in _NOT_IN_CAPITALS:
            yield text.count("\n", 0, start) + 1, f"{word}: write keywords in capitals, {keyword}"


def main(arguments: list[str]) -> int:
    """Check the files that *arguments* name, or all, and return 1 if anything is wrong."""
    paths = [Path(argument).resolve() for argument in arguments] or tracked()
    found = [problem for path in paths for problem in problems(path)]
    print("\n".join(found) or f"{len(paths)} files of Turtle and SPARQL are laid out as they should be.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
