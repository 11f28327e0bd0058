"""Regular expressions that mean the same, and take time linear in the length of the text, on every Python."""

from __future__ import annotations

import sys

# until then, a round that failed left the position where it had come to: https://github.com/python/cpython/issues/106052
_HAS_POSSESSIVE_GROUPS = sys.version_info >= (3, 11, 5)


def repeated(pattern: str, at_least: int = 0) -> str:
    r"""Return a pattern for *pattern* again and again, as often as it matches, of which no round is ever taken back.

    Args:
        pattern: The pattern of one round, in the syntax of `re`; not one of the flag ``VERBOSE``.
        at_least: How many rounds there must be: 0 or 1.

    Returns:
        A possessive group, or, where Python is older than 3.11.5 and mistakes those, an atomic group, which takes some
        hundred bytes of memory a round.

    Example:
        >>> import re
        >>> re.fullmatch('"' + repeated(r'[^"\\]|\\.') + '"', r'"a \"word\""') is not None
        True
    """
    sign = "+" if at_least else "*"
    return f"(?:{pattern}){sign}+" if _HAS_POSSESSIVE_GROUPS else f"(?>(?:{pattern}){sign})"
