"""SPARQL as text: its words, braces and SERVICE blocks, without a parser.

By `SPARQL 1.1, section 19 <https://www.w3.org/TR/sparql11-query/#sparqlGrammar>`_, in one pass that takes as long as
the text is long: no token is looked at twice. Where the grammar alone can tell what a text means (``<`` may open an IRI
or be less-than, ``SERVICE:`` be a keyword or a prefix), more is taken for a keyword rather than less.
What a query calls is not decided here, but by the engine's own parser: `stancegraph.sparql.calls`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from stancegraph.errors import UsageError

LONGEST, DEEPEST, MOST_GROUPS, MOST_OPERATORS = 1 << 20, 200, 900, 2500
"""How long a query may be, in characters; how deep its brackets may be nested; how many groups and operators it may
have: Oxigraph goes down one level of the stack for each, and a stack of 8 MiB ends at some 1,500 groups."""

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# possessive throughout; what is not closed reaches to the end of its line, or of the text, instead of being tried anew
_TOKEN = re.compile(
    r'''(?P<string>"""(?:[^"\\]++|\\.|\\\Z|"(?!""))*+(?:"""|\Z)'''
    r"""|'''(?:[^'\\]++|\\.|\\\Z|'(?!''))*+(?:'''|\Z)"""
    r"""|"(?:[^"\\\n\r]++|\\.|\\\Z)*+(?:"|(?=[\n\r])|\Z)"""
    r"""|'(?:[^'\\\n\r]++|\\.|\\\Z)*+(?:'|(?=[\n\r])|\Z))"""
    r"""|(?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)"""
    r"""|(?P<comment>\#[^\n\r]*+)"""
    r"""|(?P<variable>[?$]\w++)|(?P<language>@[\w-]++)"""
    r"""|(?P<run>\w[\w.-]*+)(?P<local>:(?:[\w.:-]++|%[0-9A-Fa-f]{2}|\\.)*+)?+"""
    r"""|(?P<name>:(?:[\w.:-]++|%[0-9A-Fa-f]{2}|\\.)*+)"""
    r"""|(?P<mark>[^\s])""",
    re.DOTALL,
)
_WORD = re.compile(r"[^\W\d_]\w*+")
_LETTERS = re.compile("service", re.IGNORECASE)
_HIDDEN = re.compile(r"\).*?service", re.IGNORECASE | re.DOTALL)
_GROUPS = frozenset({"OPTIONAL", "UNION", "MINUS", "FILTER", "BIND", "SELECT"})
_OPERATORS = frozenset("!|&+-*/^=<>")


@lru_cache(256)  # a stored question is asked again and again
def keywords(text: str) -> frozenset[str]:
    """The bare words of *text*, in capitals; those that are written with code point escapes, too."""
    plain = _ESCAPE.sub(_character, text)
    found = {word for _, _, word in _words(text)}
    return frozenset(found | {word for _, _, word in _words(plain)} if plain != text else found)


@lru_cache(256)
def services(text: str) -> tuple[str | None, ...]:
    """What *text* calls by SERVICE: the IRI of each, as it stands between < and >; None for anything else."""
    return tuple(one for one, *_ in _services(_ESCAPE.sub(_character, text)))


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
    return [(token.start(), token[0]) for token in _TOKEN.finditer(text) if token["mark"] in ("{", "}")]


def openings(text: str, word: str) -> list[int]:
    """Where the groups begin that follow the bare *word* in *text*: behind their braces, in their order."""
    opened = [place for place, mark in braces(text) if mark == "{"]
    found = []
    for _, end, one in _words(text):
        if one == word:
            following = bisect_left(opened, end)
            if following < len(opened) and not text[end : opened[following]].strip():
                found.append(opened[following] + 1)
    return found


def closing(text: str, opening: int) -> int:
    """Where the brace that stands at *opening* is closed; raise `ValueError` where it is not."""
    return _closing(braces(text), opening)


def _closing(marks: list[tuple[int, str]], opening: int) -> int:
    depth = 0
    for place, mark in marks[bisect_left(marks, (opening, "")) :]:
        depth += 1 if mark == "{" else -1
        if depth == 0:
            return place
    raise ValueError("a brace is not closed")


def service_blocks(text: str) -> list[ServiceBlock]:
    """The SERVICE blocks of *text* that name an IRI, outermost ones only; raise `ValueError` for a variable one."""
    found: list[ServiceBlock] = []
    marks = braces(text)
    for iri, silent, start, after in _services(text):
        if found and start < found[-1].end:
            continue
        if iri is None:
            raise ValueError("a SERVICE must name its endpoint by an IRI between < and >")
        place = bisect_left(marks, (after, ""))
        opening = marks[place][0] if place < len(marks) else len(text)
        end = _closing(marks, opening) + 1
        found.append(ServiceBlock(iri, silent, start, end, text[opening + 1 : end - 1]))
    return found


def variables(text: str) -> list[str]:
    """The names of the variables in *text*, each once, in their order."""
    return list(dict.fromkeys(token["variable"][1:] for token in _TOKEN.finditer(text) if token["variable"]))


def check_size(text: str) -> None:
    """Raise `UsageError` where *text* is larger, or nested deeper, than an engine can be given: `LONGEST` and so on."""
    if len(text) > LONGEST:
        raise UsageError(f"the query has more than {LONGEST:,} characters", remedy="ask for less at once")
    depth = deepest = groups = operators = 0
    data: int | None = None  # how deep the braces of VALUES stand, within which a sign belongs to its number
    awaited = False
    for token in _TOKEN.finditer(text):
        mark, run = token["mark"], token["run"]
        if mark is not None and mark in "{([":
            depth += 1
            if mark == "{":
                groups += 1
                data, awaited = (depth if awaited else data), False
        elif mark is not None and mark in "})]":
            data = None if data == depth else data
            depth -= 1
        elif mark is not None and mark in _OPERATORS:
            operators += data is None
        elif run is not None and not token["local"]:
            word = run.upper()
            groups += word in _GROUPS
            awaited = awaited or word == "VALUES"
        deepest = max(deepest, depth)
    for number, most, what in (
        (deepest, DEEPEST, "brackets within each other"),
        (groups, MOST_GROUPS, "groups, filters and bindings"),
        (operators, MOST_OPERATORS, "operators"),
    ):
        if number > most:
            raise UsageError(
                f"the query has {number:,} {what}, and {most:,} are the most that can be asked",
                remedy="ask in several queries, or give values by VALUES",
            )


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """The bare words of *text*: where each begins and ends, and itself in capitals."""
    tokens = [token for token in _TOKEN.finditer(text) if token["comment"] is None]
    for place, token in enumerate(tokens):
        if token["iri"] is not None and _HIDDEN.search(token[0]):  # less-than, and the end of the expression after it
            yield token.start(), token.end(), "SERVICE"
        if token["run"] is None:
            continue
        glued = _LETTERS.search(token["run"])  # a keyword needs no space on either side
        if token["local"] is None:
            for word in _WORD.finditer(token["run"]):
                yield token.start() + word.start(), token.start() + word.end(), word[0].upper()
            if glued and token["run"].upper() != "SERVICE":
                yield token.start() + glued.start(), token.start() + glued.end(), "SERVICE"
        elif glued:
            following = tokens[place + 1][0] if place + 1 < len(tokens) else ""
            if following == "{":  # no name is followed by a group, save that of a service
                yield token.start() + glued.start(), token.start() + glued.end(), "SERVICE"


def _services(text: str) -> list[tuple[str | None, bool, int, int]]:
    """Each SERVICE in *text*: the IRI between < and > that it calls, if it is one; whether it is SILENT; where the word
    begins; and where what it calls ends.
    """
    tokens = [token for token in _TOKEN.finditer(text) if token["comment"] is None]
    starts = [token.start() for token in tokens]
    found: list[tuple[str | None, bool, int, int]] = []
    for start, end, word in _words(text):
        if word == "SERVICE":
            place = bisect_left(starts, end)
            silent = place < len(tokens) and tokens[place][0].upper() == "SILENT"
            place += silent
            named = tokens[place] if place < len(tokens) else None
            iri = named["iri"][1:-1] if named is not None and named["iri"] is not None else None
            found.append((iri, silent, start, named.end() if named is not None else end))
    return found


def _character(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number < 0x110000 else escape[0]
