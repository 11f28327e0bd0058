"""TOML and YAML with bounds: how deeply they may be nested, how long a header may be, and no aliases.

The parsers call themselves for each bracket, and an alias of YAML that is a list of aliases stands for more than any
memory holds. What people write into such files comes nowhere near the bounds.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

import yaml

DEEPEST = 50
"""How many brackets, mappings and lists may stand within one another."""
LONGEST_HEADER = 100_000
"""How many characters of YAML a file may begin with."""

_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # where libyaml is there, ten times as fast
# each alternative matches once it has begun, and gives nothing back: the time grows with the length and no faster
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)?+'
    r"|'''(?:[^']|'(?!''))*+(?:'''|\Z)?+"
    r'|"(?:[^"\\\r\n]|\\.)*+"?+'
    r"|'[^'\r\n]*+'?+"
    r"|#[^\r\n]*+"
    r"|(?P<opens>[\[{])"
    r"|(?P<closes>[\]}])",
    re.DOTALL,
)


def toml(text: str) -> dict[str, Any]:
    """The table that *text* says in `TOML 1.0 <https://toml.io/en/v1.0.0>`_; `ValueError` where it says none."""
    depth = 0
    for token in _TOKEN.finditer(text):
        depth = max(0, depth + (1 if token["opens"] else -1 if token["closes"] else 0))
        if depth > DEEPEST:
            line = text.count("\n", 0, token.start()) + 1
            raise ValueError(f"more than {DEEPEST} brackets stand within one another (at line {line})")
    return tomllib.loads(text)


def yaml_header(text: str) -> Any:
    """What *text* says in YAML, without tags of its own; `ValueError` where it cannot be read or passes the bounds."""
    if len(text) > LONGEST_HEADER:
        raise ValueError(f"it has {len(text)} characters, and at most {LONGEST_HEADER} are read")
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_SAFE):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
                raise ValueError("an anchor or alias: write out what is meant")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise ValueError(f"more than {DEEPEST} lists stand within one another")
        return yaml.load(text, Loader=_SAFE)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None
    except RecursionError:  # by the parser that is written in Python
        raise ValueError(f"more than {DEEPEST} lists stand within one another") from None
