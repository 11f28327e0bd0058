"""A lexer of SPARQL: the keywords, variables, braces and SERVICE blocks of a query, without a parser.

It follows `SPARQL 1.1, section 19 <https://www.w3.org/TR/sparql11-query/#sparqlGrammar>`_, in one pass, in time linear
in the length of the text. Where only the grammar can tell what a text means (``<`` may open an IRI or be less-than,
``SERVICE:`` may be a keyword or a prefix), the lexer errs on the side of a keyword. What a query calls is not decided
here but by the engine's own parser: `stancegraph.sparql.calls`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from stancegraph.errors import UsageError
from stancegraph.rdf.patterns import repeated

LONGEST, DEEPEST, MOST_GROUPS, MOST_OPERATORS = 1 << 20, 200, 900, 2500
"""The limits of a query: its length in characters, the depth of its brackets, the numbers of its groups and operators.

Oxigraph takes a stack frame for each group and operator, and overflows a stack of 8 MiB at some 1,500 groups.
"""

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LOCAL = repeated(r"[\w.:-]++|%[0-9A-Fa-f]{2}|\\.")
# possessive throughout; an unclosed string extends to the end of its line, or of the text, so that no match is retried
_TOKEN = re.compile(
    r'(?P<string>"""' + repeated(r'[^"\\]++|\\.|\\\Z|"(?!"")') + r'(?:"""|\Z)'
    r"|'''" + repeated(r"[^'\\]++|\\.|\\\Z|'(?!'')") + r"(?:'''|\Z)"
    r'|"' + repeated(r'[^"\\\n\r]++|\\.|\\\Z') + r'(?:"|(?=[\n\r])|\Z)'
    r"|'" + repeated(r"[^'\\\n\r]++|\\.|\\\Z") + r"(?:'|(?=[\n\r])|\Z))"
    r"""|(?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)"""
    r"""|(?P<comment>\#[^\n\r]*+)"""
    r"""|(?P<variable>[?$]\w++)|(?P<language>@[\w-]++)"""
    r"|(?P<run>\w[\w.-]*+)(?P<local>:" + _LOCAL + r")?"
    r"|(?P<name>:" + _LOCAL + r")"
    r"|(?P<mark>[^\s])",
    re.DOTALL,
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]\w*+")
_SERVICE = re.compile("service", re.IGNORECASE)
_SERVICE_IN_IRI = re.compile(r"\).*?service", re.IGNORECASE | re.DOTALL)
_GROUPS = frozenset({"OPTIONAL", "UNION", "MINUS", "FILTER", "BIND", "SELECT"})
_OPERATORS = frozenset("!|&+-*/^=<>")


@lru_cache(256)  # a stored question is asked again and again
def keywords(text: str) -> frozenset[str]:
    """Return the bare words of the query *text*, in capitals, with those that are written with code point escapes."""
    unescaped = _ESCAPE.sub(_unescape, text)
    words = {word for _, _, word in _words(text)}
    return frozenset(words | {word for _, _, word in _words(unescaped)} if unescaped != text else words)


@lru_cache(256)
def services(text: str) -> tuple[str | None, ...]:
    """Return what each SERVICE of the query *text* names: an IRI, without < and >, or None for anything else."""
    return tuple(iri for iri, *_ in _services(_ESCAPE.sub(_unescape, text)))


@dataclass(frozen=True, slots=True)
class ServiceBlock:
    """A SERVICE in a query: its endpoint's IRI, whether it is SILENT, its position in characters, and its pattern."""

    iri: str
    silent: bool
    start: int
    end: int
    body: str


def braces(text: str) -> list[tuple[int, str]]:
    """Return each { and } in the query *text*, with its position, outside strings, IRIs and comments."""
    return [(token.start(), token[0]) for token in _TOKEN.finditer(text) if token["mark"] in ("{", "}")]


def openings(text: str, word: str) -> list[int]:
    """Return where groups begin behind a keyword.

    Args:
        text: The query.
        word: The keyword, in capitals, such as ``WHERE``.

    Returns:
        The position behind the opening brace of each group that directly follows *word*, in their order.

    >>> openings("SELECT * WHERE { ?s ?p ?o }", "WHERE")
    [16]
    """
    opened = [position for position, mark in braces(text) if mark == "{"]
    positions = []
    for _, end, bare_word in _words(text):
        if bare_word == word:
            following = bisect_left(opened, end)
            if following < len(opened) and not text[end : opened[following]].strip():
                positions.append(opened[following] + 1)
    return positions


def closing(text: str, opening: int) -> int:
    """Return where a brace is closed.

    Args:
        text: The query.
        opening: The position of the opening brace.

    Returns:
        The position of its closing brace.

    Raises:
        ValueError: The brace is not closed.
    """
    return _closing(braces(text), opening)


def _closing(marks: list[tuple[int, str]], opening: int) -> int:
    depth = 0
    for position, mark in marks[bisect_left(marks, (opening, "")) :]:
        depth += 1 if mark == "{" else -1
        if depth == 0:
            return position
    raise ValueError("a brace is not closed")


def service_blocks(text: str) -> list[ServiceBlock]:
    """Return the SERVICE blocks of the query *text*, without those within another one, in their order.

    Raises:
        ValueError: A SERVICE names a variable or a prefixed name instead of an IRI, or its brace is not closed.
    """
    blocks: list[ServiceBlock] = []
    marks = braces(text)
    for iri, silent, start, after in _services(text):
        if blocks and start < blocks[-1].end:
            continue
        if iri is None:
            raise ValueError("a SERVICE must name its endpoint by an IRI between < and >")
        following = bisect_left(marks, (after, ""))
        opening = marks[following][0] if following < len(marks) else len(text)
        end = _closing(marks, opening) + 1
        blocks.append(ServiceBlock(iri, silent, start, end, text[opening + 1 : end - 1]))
    return blocks


def variables(text: str) -> list[str]:
    """Return the names of the variables in the query *text*, each once, in the order in which they first occur."""
    return list(dict.fromkeys(token["variable"][1:] for token in _TOKEN.finditer(text) if token["variable"]))


def check_size(text: str) -> None:
    """Check that a query is within the limits of the engine: `LONGEST`, `DEEPEST`, `MOST_GROUPS`, `MOST_OPERATORS`.

    Raises:
        UsageError: The query *text* exceeds one of them.
    """
    if len(text) > LONGEST:
        raise UsageError(f"the query has more than {LONGEST:,} characters", remedy="ask for less at once")
    depth = deepest = groups = operators = 0
    data_depth: int | None = None  # that of the braces of VALUES, within which a sign is part of a number
    follows_values = False
    for token in _TOKEN.finditer(text):
        mark, run = token["mark"], token["run"]
        if mark is not None and mark in "{([":
            depth += 1
            if mark == "{":
                groups += 1
                data_depth, follows_values = (depth if follows_values else data_depth), False
        elif mark is not None and mark in "})]":
            data_depth = None if data_depth == depth else data_depth
            depth -= 1
        elif mark is not None and mark in _OPERATORS:
            operators += data_depth is None
        elif run is not None and not token["local"]:
            word = run.upper()
            groups += word in _GROUPS
            follows_values = follows_values or word == "VALUES"
        deepest = max(deepest, depth)
    for number, limit, counted in (
        (deepest, DEEPEST, "levels of nested brackets"),
        (groups, MOST_GROUPS, "groups, filters and bindings"),
        (operators, MOST_OPERATORS, "operators"),
    ):
        if number > limit:
            raise UsageError(
                f"the query has {number:,} {counted}, and at most {limit:,} are allowed",
                remedy="ask in several queries, or give values by VALUES",
            )


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the bare words of *text*: where each begins, where it ends, and the word in capitals."""
    tokens = [token for token in _TOKEN.finditer(text) if token["comment"] is None]
    for index, token in enumerate(tokens):
        if token["iri"] is not None and _SERVICE_IN_IRI.search(token[0]):  # < may be less-than, before a SERVICE
            yield token.start(), token.end(), "SERVICE"
        if token["run"] is None:
            continue
        glued = _SERVICE.search(token["run"])  # a keyword needs no space on either side
        if token["local"] is None:
            for word in _WORD.finditer(token["run"]):
                yield token.start() + word.start(), token.start() + word.end(), word[0].upper()
            if glued and token["run"].upper() != "SERVICE":
                yield token.start() + glued.start(), token.start() + glued.end(), "SERVICE"
        elif glued:
            following = tokens[index + 1][0] if index + 1 < len(tokens) else ""
            if following == "{":  # no name is followed by a group, except that of a service
                yield token.start() + glued.start(), token.start() + glued.end(), "SERVICE"


def _services(text: str) -> list[tuple[str | None, bool, int, int]]:
    """Return each SERVICE in *text*: the IRI that it names, or None for anything else; whether it is SILENT; where the
    word begins; and where the name of the endpoint ends.
    """
    tokens = [token for token in _TOKEN.finditer(text) if token["comment"] is None]
    starts = [token.start() for token in tokens]
    calls: list[tuple[str | None, bool, int, int]] = []
    for start, end, word in _words(text):
        if word == "SERVICE":
            index = bisect_left(starts, end)
            silent = index < len(tokens) and tokens[index][0].upper() == "SILENT"
            index += silent
            endpoint = tokens[index] if index < len(tokens) else None
            iri = endpoint["iri"][1:-1] if endpoint is not None and endpoint["iri"] is not None else None
            calls.append((iri, silent, start, endpoint.end() if endpoint is not None else end))
    return calls


def _unescape(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number < 0x110000 else escape[0]
