"""Patterns mean the same on every Python: one before 3.11.5 mistakes a possessive group."""

from __future__ import annotations

import ast
import re
from re import _constants, _parser

import pytest

from stancegraph.rdf import patterns
from stancegraph.rdf.patterns import repeated
from tests.conftest import ROOT

pytestmark = pytest.mark.oldest

_CHARACTERS = {_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY}


def has_possessive_group(items: object) -> bool:
    """Return whether anything but one character is repeated possessively in a parsed pattern."""
    if isinstance(items, tuple) and len(items) == 2 and items[0] is _constants.POSSESSIVE_REPEAT:
        least, most, body = items[1]
        return len(body) != 1 or body[0][0] not in _CHARACTERS or has_possessive_group((least, most, body))
    return isinstance(items, (tuple, list, _parser.SubPattern)) and any(map(has_possessive_group, items))


def written_patterns() -> list[tuple[str, str]]:
    """Return where each text stands in the program that may be a pattern with a possessive quantifier, and the text."""
    found = []
    for path in sorted((ROOT / "src" / "stancegraph").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            text = text.decode("latin-1") if isinstance(text, bytes) else text
            if isinstance(text, str) and re.search(r"[*+?}]\+", text):
                found.append((f"{path.name}:{getattr(node, 'lineno', 0)}", text))
    return found


def test_groups_are_repeated_by_the_function_for_it() -> None:
    places = []
    for place, text in written_patterns():
        try:
            is_wrong = has_possessive_group(_parser.parse(text))
        except (re.error, OverflowError):  # a piece of a pattern, or no pattern
            is_wrong = re.search(r"(?<!\\)\)\s*([*+?]|\{[\d,]*\})\+", text) is not None
        if is_wrong:
            places.append(place)
    assert len(written_patterns()) > 20
    assert places == []


@pytest.mark.parametrize(
    ("pattern", "has_one"),
    [
        (r"(?:ab|c)*+", True), (r"x(?:(?:ab)++|c)", True), (r"(?P<n>a(?:bc)?+)", True), (r"(?:(?:ab)*+)*", True),
        (r"[ab]*+c++.?+", False), (r"(?:ab)*", False), (r"(?>(?:ab)*)", False),
    ],
)  # fmt: skip
def test_a_possessive_group_is_found(pattern: str, has_one: bool) -> None:
    assert has_possessive_group(_parser.parse(pattern)) == has_one


@pytest.mark.parametrize("has_possessive_groups", sorted({False, patterns._HAS_POSSESSIVE_GROUPS}))
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""a "quoted" X""" y', '"""a "quoted" X"""'), (r'"""\""""', r'"""\""""'), ('"""a', None), ('""" ""', None),
        ('""""""', '""""""'), (r'"""\"""', None),
    ],
)  # fmt: skip
def test_rounds_are_repeated_on_every_python(
    monkeypatch: pytest.MonkeyPatch, has_possessive_groups: bool, text: str, expected: str | None
) -> None:
    monkeypatch.setattr(patterns, "_HAS_POSSESSIVE_GROUPS", has_possessive_groups)
    found = re.match('"""' + repeated(r'[^"\\]|\\.|"(?!"")') + '"""', text, re.DOTALL)
    assert (found and found[0]) == expected
    assert re.fullmatch(repeated("ab", at_least=1), "") is None
