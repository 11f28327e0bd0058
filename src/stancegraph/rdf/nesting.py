"""TOML and YAML read within limits: on the depth of nesting and the length of a header, and without aliases.

The parsers recurse at each bracket, and a YAML alias for a list of aliases can stand for more than any memory holds.
What people write into such files comes nowhere near the limits.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

import yaml

from stancegraph.rdf.patterns import repeated

DEEPEST = 50
"""How deeply brackets, mappings and lists may be nested."""
LONGEST_HEADER = 100_000
"""How many characters a YAML header may have."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is installed
# an alternative that has begun to match never backtracks, so the time is linear in the length of the text
_TOKEN = re.compile(
    r'"""' + repeated(r'[^"\\]++|\\.|"(?!"")') + r'(?:"""|\Z)?'
    r"|'''" + repeated(r"[^']++|'(?!'')") + r"(?:'''|\Z)?"
    r'|"' + repeated(r'[^"\\\r\n]++|\\.') + r'"?+'
    r"|'[^'\r\n]*+'?+"
    r"|#[^\r\n]*+"
    r"|(?P<opens>[\[{])"
    r"|(?P<closes>[\]}])",
    re.DOTALL,
)  # fmt: skip


def toml(text: str) -> dict[str, Any]:
    """Parse a document in `TOML 1.0 <https://toml.io/en/v1.0.0>`_.

    Args:
        text: The document.

    Returns:
        Its top-level table.

    Raises:
        ValueError: The document is malformed, or nested more than `DEEPEST` deep.
    """
    depth = 0
    for token in _TOKEN.finditer(text):
        depth = max(0, depth + (1 if token["opens"] else -1 if token["closes"] else 0))
        if depth > DEEPEST:
            line = text.count("\n", 0, token.start()) + 1
            raise ValueError(f"brackets are nested more than {DEEPEST} deep (at line {line})")
    return tomllib.loads(text)


def yaml_header(text: str) -> Any:
    """Parse the YAML header of a file.

    Args:
        text: The header, without the marks of comments.

    Returns:
        The value that it describes: a mapping, a list, a scalar, or None where it is empty.

    Raises:
        ValueError: The header is malformed, longer than `LONGEST_HEADER`, nested more than `DEEPEST` deep, or has an
            anchor, an alias or a tag that the safe loader does not know.
    """
    if len(text) > LONGEST_HEADER:
        raise ValueError(f"it has {len(text)} characters, and at most {LONGEST_HEADER} are read")
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
                raise ValueError("an anchor or alias: write out what is meant")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise ValueError(f"lists are nested more than {DEEPEST} deep")
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None
    except RecursionError:  # from the parser that is written in Python
        raise ValueError(f"lists are nested more than {DEEPEST} deep") from None
