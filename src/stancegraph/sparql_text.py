"""The words of a SPARQL query that are neither in a string, an IRI, a comment nor a name.

By `SPARQL 1.1, section 19 <https://www.w3.org/TR/sparql11-query/#sparqlGrammar>`_: enough to see whether a query has a
FROM or SERVICE, without a parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""'''
    r"""|'''(?:[^'\\]|\\.|'(?!''))*'''"""
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'"""
    r"""|<[^<>"{}|^`\\\x00-\x20]*>"""
    r"""|\#[^\n\r]*"""
    r"""|[?$]\w+|@[\w-]+"""
    r"""|[\w.-]*:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*"""
    r"""|(?P<word>[^\W\d_]\w*)""",
    re.DOTALL,
)


@lru_cache(256)  # a stored question is asked again and again
def keywords(text: str) -> frozenset[str]:
    """The bare words of *text*, in capitals; those that are written with code point escapes, too."""
    plain = _ESCAPE.sub(_character, text)
    return frozenset(match["word"].upper() for match in _TOKEN.finditer(plain) if match["word"])


@lru_cache(256)
def services(text: str) -> tuple[str | None, ...]:
    """What *text* calls by SERVICE: the IRI of each, as it stands between < and >; None for anything else."""
    found: list[str | None] = []
    tokens = [match for match in _TOKEN.finditer(_ESCAPE.sub(_character, text)) if not match[0].startswith("#")]
    for index, token in enumerate(tokens):
        if token["word"] and token["word"].upper() == "SERVICE":
            rest = [one[0] for one in tokens[index + 1 : index + 3]]
            if rest and rest[0].upper() == "SILENT":
                rest.pop(0)
            found.append(rest[0][1:-1] if rest and rest[0].startswith("<") else None)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ServiceBlock:
    """A SERVICE in a text: the IRI that it calls, where it begins and ends, and what stands between its braces."""

    iri: str
    silent: bool
    start: int
    end: int
    body: str


def braces(text: str) -> list[tuple[int, str]]:
    """Where { and } stand in *text*, outside strings, IRIs and comments."""
    found, position = [], 0
    for token in [*_TOKEN.finditer(text), None]:
        stretch = text[position : token.start() if token else len(text)]
        found += [(position + index, mark) for index, mark in enumerate(stretch) if mark in "{}"]
        position = token.end() if token else len(text)
    return found


def openings(text: str, word: str) -> list[int]:
    """Where the groups begin that follow the bare *word* in *text*: behind their braces, in their order."""
    opened = [place for place, mark in braces(text) if mark == "{"]
    found = []
    for match in _TOKEN.finditer(text):
        if match["word"] and match["word"].upper() == word:
            following = next((place for place in opened if place >= match.end()), None)
            if following is not None and not text[match.end() : following].strip():
                found.append(following + 1)
    return found


def closing(text: str, opening: int) -> int:
    """Where the brace that stands at *opening* is closed; raise `ValueError` where it is not."""
    depth = 0
    for place, mark in braces(text):
        if place >= opening:
            depth += 1 if mark == "{" else -1
            if depth == 0:
                return place
    raise ValueError("a brace is not closed")


def service_blocks(text: str) -> list[ServiceBlock]:
    """The SERVICE blocks of *text* that name an IRI, outermost ones only; raise `ValueError` for a variable one."""
    found: list[ServiceBlock] = []
    tokens = [match for match in _TOKEN.finditer(text) if not match[0].startswith("#")]
    for index, token in enumerate(tokens):
        if token["word"] and token["word"].upper() == "SERVICE" and (not found or token.start() >= found[-1].end):
            rest = tokens[index + 1 : index + 3]
            silent = bool(rest) and rest[0][0].upper() == "SILENT"
            rest = rest[silent:]
            if not rest or not rest[0][0].startswith("<"):
                raise ValueError("a SERVICE must name its endpoint by an IRI between < and >")
            opening = next((place for place, mark in braces(text) if place >= rest[0].end() and mark == "{"), len(text))
            end = closing(text, opening) + 1
            found.append(ServiceBlock(rest[0][0][1:-1], silent, token.start(), end, text[opening + 1 : end - 1]))
    return found


def variables(text: str) -> list[str]:
    """The names of the variables in *text*, each once, in their order."""
    names = (match[0] for match in _TOKEN.finditer(text))
    return list(dict.fromkeys(name[1:] for name in names if name[0] in "?$"))


def _character(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number < 0x110000 else escape[0]
