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
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey)\b[^.]{0,12}$|\b[Ii]t $")
_ITS = re.compile(r"\b(?:[Hh]is|[Hh]er|[Tt]heir|[Ii]ts) (?:[\w-]+ ){0,2}$")
_POSSESSED = re.compile("[\u2019']s?(?!\\w)")
_BETWEEN = re.compile("(?:[\u2019']s?)? (?:[\\w-]+ ){0,2}")  # a name and a noun that is its own
_IS = re.compile(r"\b(?:is|are|was|were|be|been|remains?|remained|seems?|seemed|feels?|felt) (?:[\w-]+ )?$")
# what may stand before a word that is a noun as well where it is a verb
_BEFORE_VERBS = re.compile(
    r"\b(?:\w+ly|also|both|all|but|and|can|could|has|have|had|may|might|must|never|now|often|should|still|who|which|"
    r"[Hh]e|[Ss]he|[Ii]t|[Tt]hey|[Ww]e|I|will|would|not|do|does|did) $"
)
_BEFORE_NOUNS = re.compile(r"\b(?:a|an|common|her|his|its|no|of|such|the|their|this|with|more|less|limited|[Tt]o|to) $")
_PASSIVE = re.compile(r"\b(?:believed|expected|reported|said|seen|thought) to\b")
_OF = re.compile(r"\b(?:at|for|from|in|of) (?:the )?$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A word by which somebody says or shows something: its base, and the attitude that it shows."""

    base: str
    attitude: str | None


@cache
def _cues(kind: str) -> dict[str, Cue]:
    """The cues of a kind, by each of their forms."""
    found: dict[str, Cue] = {}
    for line in files("stancegraph").joinpath("drafting", "cues.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{kind}\t"):
            _, forms, attitude = line.split("\t")
            found |= {form: Cue(forms.split()[0], attitude or None) for form in forms.split()}
    return found


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_cues(kind), key=len, reverse=True))})\b")


@dataclass(frozen=True, slots=True)
class Voice:
    """A word of saying, hoping or fearing: where it stands, the attitude that it shows, and whose it is."""

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
    quotes = [(match.start(), match.end()) for match in _QUOTE.finditer(text)]
    found: dict[int, Voice] = {}

    def add(match: re.Match[str], cue: Cue, who: Mention | None) -> None:
        if not any(start < match.start() < end for start, end in quotes):  # what is quoted has voices of its own
            found.setdefault(match.start(), Voice(match[0], match.start(), cue.base, cue.attitude, who))

    for match in _ACCORDING.finditer(text):
        who = next((one for one in mentions if match.end() <= one.start <= match.end() + 40), None)
        add(match, Cue(match[0].strip().lower(), None), who)
    for match in _pattern("adjective").finditer(text):
        is_said = _IS.search(text[: match.start()])
        if is_said:
            add(match, _cues("adjective")[match[0]], _subject(text, is_said.start(), mentions, before))
    for match in _pattern("noun").finditer(text):
        of_whom = _owner(text, match, mentions, before)
        if of_whom is not None:
            add(match, _cues("noun")[match[0]], of_whom)
    for match in _pattern("verb").finditer(text):
        if _is_verb(text, match, mentions):
            add(match, _cues("verb")[match[0]], _governor(text, match, mentions, before))
    return sorted(found.values(), key=lambda one: one.start)


def _is_verb(text: str, match: re.Match[str], mentions: Sequence[Mention]) -> bool:
    """Whether a form is a finite verb here, and no noun, infinitive or report of nobody's."""
    earlier, later = text[: match.start()], text[match.end() :]
    if re.match(r" (?:of|by|from)\b", later) or _BEFORE_NOUNS.search(earlier) or _PASSIVE.match(text, match.start()):
        return False
    if match[0] not in _cues("noun") and match[0] not in {"support", "reports", "report", "claims", "claim"}:
        return True
    begins = not earlier.strip() or earlier.rstrip().endswith(("”", '"', ","))
    named = any(one.end == len(earlier.rstrip()) for one in mentions)
    return begins or named or _BEFORE_VERBS.search(earlier) is not None


def _owner(text: str, match: re.Match[str], mentions: Sequence[Mention], before: Mention | None) -> Mention | None:
    """Whose a noun is: the name right before it, or whom a pronoun there stands for."""
    for one in reversed(mentions):
        if one.end <= match.start() and _BETWEEN.fullmatch(text[one.end : match.start()]):
            of_another = _OF.search(text[: one.start]) and not _POSSESSED.match(text[one.end :])
            return None if of_another else one
    return before if _ITS.search(text[: match.start()]) else None


def _governor(text: str, match: re.Match[str], mentions: Sequence[Mention], before: Mention | None) -> Mention | None:
    """Who is named before a verb and is no mere owner of something; or right behind it, after a quotation."""
    if text[: match.start()].rstrip().endswith(("”", '"', ",”")):
        behind = next((one for one in mentions if match.end() <= one.start <= match.end() + 60), None)
        if behind is not None:
            return behind
    return _subject(text, match.start(), mentions, before)


def _subject(text: str, place: int, mentions: Sequence[Mention], before: Mention | None) -> Mention | None:
    """Who is probably the subject of what is said at *place*."""
    named = [one for one in mentions if one.end <= place and not _POSSESSED.match(text[one.end :])]
    earlier = [one for one in named if not _OF.search(text[: one.start])]
    if _PRONOUN.search(text[:place]):
        return earlier[0] if earlier else before
    near = [one for one in earlier if place - one.end <= 80]
    return near[-1] if near else None


def quotations(
    text: str, mentions: Sequence[Mention], said: Sequence[Voice], before: Mention | None = None
) -> Iterator[Quotation]:
    """The quotations in a sentence, with who governs the nearest voice; else *before*."""
    for match in _QUOTE.finditer(text):
        # who says it goes before who, by what is said, hopes or fears it
        near = sorted(
            (one for one in said if one.who is not None),
            key=lambda one: (
                one.start > match.start(),
                one.attitude is not None or one.start > match.start(),
                abs(one.start - match.start()),
            ),
        )
        outside = [one for one in mentions if not match.start() < one.start < match.end()]
        who = near[0].who if near else next((one for one in outside if one.end <= match.start()), before)
        yield Quotation(match[1] or match[2], match.start(), match.end(), who)
