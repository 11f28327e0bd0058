"""The depth to which Turtle is nested, measured before a parser sees it.

Parsers recurse at each bracket, and a file of nothing but brackets exhausts their stack, which ends the program. The
tokens are those of `Turtle 1.1, section 6.5 <https://www.w3.org/TR/turtle/#sec-grammar-grammar>`_ as far as brackets
need them: strings, IRIs, comments and escapes are skipped.
"""

from __future__ import annotations

import re
from pathlib import Path

from stancegraph.errors import DataError
from stancegraph.rdf.patterns import repeated

DEEPEST = 200
"""How deeply brackets may be nested; what people write goes a dozen deep."""

# an alternative that has begun to match never backtracks, so the time is linear in the length of the text
_TOKEN = re.compile(
    (
        r'"""' + repeated(r'[^"\\]++|\\.|"(?!"")') + r'(?:"""|\Z)?'
        r"|'''" + repeated(r"[^'\\]++|\\.|'(?!'')") + r"(?:'''|\Z)?"
        r'|"' + repeated(r'[^"\\\r\n]++|\\.') + r'"?+'
        r"|'" + repeated(r"[^'\\\r\n]++|\\.") + r"'?+"
        r"|#[^\r\n]*+"
        r"|\\."
        r"|(?P<opens><<|[\[({])"
        r"|(?P<closes>>>|[\])}])"
        r"|<[^<>\s]*+>?+"
    ).encode(),
    re.DOTALL,
)  # fmt: skip


def check(content: bytes, path: Path) -> None:
    """Check that a Turtle file is not nested too deeply for a parser.

    Args:
        content: The content of the file.
        path: The file, for the message.

    Raises:
        DataError: Brackets are nested more than `DEEPEST` deep; it names the line.
    """
    depth = 0
    for token in _TOKEN.finditer(content):
        if token["opens"]:
            depth += 1
            if depth > DEEPEST:
                raise DataError(
                    f"brackets are nested more than {DEEPEST} deep",
                    file=path,
                    line=content.count(b"\n", 0, token.start()) + 1,
                    remedy="give the things in the brackets IRIs, and describe them one by one",
                )
        elif token["closes"]:
            depth = max(0, depth - 1)
