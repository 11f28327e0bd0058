"""How deeply a text in Turtle is nested, told before a parser is entered.

Parsers call themselves for each bracket, and a text of brackets alone exhausts their stack, which ends the program. The
tokens are those of `Turtle 1.1, section 6.5 <https://www.w3.org/TR/turtle/#sec-grammar-grammar>`_ as far as brackets
need them: strings, IRIs, comments and escapes are passed over.
"""

from __future__ import annotations

import re
from pathlib import Path

from stancegraph.errors import DataError

DEEPEST = 200
"""How many brackets may stand within one another; what people write has a dozen."""

# each alternative matches once it has begun, and gives nothing back: the time grows with the length and no faster
_TOKEN = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)?+'
    rb"|'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)?+"
    rb'|"(?:[^"\\\r\n]|\\.)*+"?+'
    rb"|'(?:[^'\\\r\n]|\\.)*+'?+"
    rb"|#[^\r\n]*+"
    rb"|\\."
    rb"|(?P<opens><<|[\[({])"
    rb"|(?P<closes>>>|[\])}])"
    rb"|<[^<>\s]*+>?+",
    re.DOTALL,
)


def check(content: bytes, path: Path) -> None:
    """Raise `DataError`, with the line, where *content* of the file *path* is nested more than `DEEPEST` deep."""
    depth = 0
    for token in _TOKEN.finditer(content):
        if token["opens"]:
            depth += 1
            if depth > DEEPEST:
                raise DataError(
                    f"more than {DEEPEST} brackets stand within one another",
                    file=path,
                    line=content.count(b"\n", 0, token.start()) + 1,
                    remedy="give the things in them IRIs, and describe them one by one",
                )
        elif token["closes"]:
            depth = max(0, depth - 1)
