"""The words of a SPARQL query that are neither in a string, an IRI, a comment nor a name.

By `SPARQL 1.1, section 19 <https://www.w3.org/TR/sparql11-query/#sparqlGrammar>`_: enough to see whether a query has a
FROM or SERVICE, without a parser.
"""

from __future__ import annotations

import re
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


def _character(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number < 0x110000 else escape[0]
