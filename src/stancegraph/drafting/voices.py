"""Who says, hopes or fears something: verbs and what governs them, and quotations with their probable speakers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from stancegraph.drafting.words import Mention

_QUOTE = re.compile(r"“([^“”]{2,600})”|\"([^\"]{2,600})\"")
_SPOKEN = "words|views?|remarks?|statements?|comments?|opinions?|fears?|hopes?|warnings?"
_ACCORDING = re.compile(rf"\b[Aa]ccording to |\b(?:{_SPOKEN}) (?:of|by|from) ")
_BEFORE_NOUNS = frozenset(
    ["a", "an", "common", "her", "his", "its", "no", "of", "such", "that", "the", "their", "this", "with"]
)
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey)\b[^.]{0,12}$")


@cache
def _verbs() -> dict[str, tuple[str, str | None]]:
    """Each form of a verb, with its base and the attitude that it shows."""
    found: dict[str, tuple[str, str | None]] = {}
    for line in files("stancegraph").joinpath("drafting", "verbs.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            forms, _, attitude = line.partition("\t")
            base = forms.split()[0]
            found |= {form: (base, attitude or None) for form in forms.split()}
    return found


@cache
def _cue() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_verbs(), key=len, reverse=True))})\b")


@dataclass(frozen=True, slots=True)
class Voice:
    """A verb of saying, hoping or fearing: where it stands, the attitude that it shows, and who governs it."""

    words: str
    start: int
    verb: str
    attitude: str | None
    who: Mention | None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in quotation marks, where they stand, and who probably says them."""

    words: str
    start: int
    end: int
    who: Mention | None


def voices(text: str, mentions: Sequence[Mention], before: Mention | None = None) -> list[Voice]:
    """The voices in a sentence; *before* is who a pronoun at its begin may stand for."""
    found = []
    quotes = [(match.start(), match.end()) for match in _QUOTE.finditer(text)]
    for match in _cue().finditer(text):
        if any(start < match.start() < end for start, end in quotes):
            continue  # what is quoted has voices of its own
        verb, attitude = _verbs()[match[0]]
        if not _is_verb(text, match):
            continue
        found.append(Voice(match[0], match.start(), verb, attitude, _governor(text, match, mentions, before)))
    for match in _ACCORDING.finditer(text):
        who = next((one for one in mentions if match.end() <= one.start <= match.end() + 40), None)
        found.append(Voice(match[0].strip(), match.start(), match[0].strip().lower(), None, who))
    return sorted(found, key=lambda one: one.start)


def _is_verb(text: str, match: re.Match[str]) -> bool:
    """Whether a form is a verb here, and not a noun behind an article, or before whose it is."""
    if re.match(r" (?:of|by|from)\b", text[match.end() :]):
        return False
    return text[: match.start()].rstrip().rpartition(" ")[2].lower() not in _BEFORE_NOUNS


def _governor(text: str, match: re.Match[str], mentions: Sequence[Mention], before: Mention | None) -> Mention | None:
    """The nearest thing named before a verb, or right behind it where a quotation precedes it."""
    if text[: match.start()].rstrip().endswith(("”", '"', ",”")):
        behind = next((one for one in mentions if match.end() <= one.start <= match.end() + 60), None)
        if behind is not None:
            return behind
    if _PRONOUN.search(text[: match.start()]):
        earlier = [one for one in mentions if one.end <= match.start()]
        return earlier[0] if earlier else before
    earlier = [one for one in mentions if one.end <= match.start() and match.start() - one.end <= 80]
    return earlier[-1] if earlier else None


def quotations(
    text: str, mentions: Sequence[Mention], said: Sequence[Voice], before: Mention | None = None
) -> Iterator[Quotation]:
    """The quotations in a sentence, with who governs the nearest voice; else *before*."""
    for match in _QUOTE.finditer(text):
        near = sorted(
            (one for one in said if one.who is not None),
            key=lambda one: (one.start > match.start(), abs(one.start - match.start())),
        )
        outside = [one for one in mentions if not match.start() < one.start < match.end()]
        who = near[0].who if near else next((one for one in outside if one.end <= match.start()), before)
        yield Quotation(match[1] or match[2], match.start(), match.end(), who)
