"""Who says, hopes or fears something: verbs and what governs them, and quotations with their probable speakers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from stancegraph.drafting.gazetteer import Mention, Spans

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
_BY = re.compile(r" (?:of|by|from)\b")
_WINDOW = 200  # characters that are looked at before a place: no sentence has its subject further away
_OF = re.compile(r"\b(?:at|for|from|in|of) (?:the )?$")


@dataclass(frozen=True, slots=True)
class ReportingVerb:
    """A word by which somebody says or shows something: its base, and the attitude that it shows."""

    base: str
    attitude: str | None


@cache
def _reporting_verbs(kind: str) -> dict[str, ReportingVerb]:
    """The reporting verbs, nouns and adjectives of a kind, by each of their forms."""
    found: dict[str, ReportingVerb] = {}
    for line in files(__package__).joinpath("reporting_verbs.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{kind}\t"):
            _, forms, attitude = line.split("\t")
            found |= {form: ReportingVerb(forms.split()[0], attitude or None) for form in forms.split()}
    return found


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_reporting_verbs(kind), key=len, reverse=True))})\b")


@dataclass(frozen=True, slots=True)
class ReportedStatement:
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


class _Sentence:
    """A text with its mentions, in their order, and what is looked at around a place: as far as a sentence goes."""

    def __init__(self, text: str, mentions: Sequence[Mention], before: Mention | None) -> None:
        self.text, self.before = text, before
        self.mentions = sorted(mentions, key=lambda one: one.start)
        self.starts = [one.start for one in self.mentions]
        # who may be the subject of something: no owner, and not of somebody else
        self.subjects = [
            one for one in self.mentions if not _POSSESSED.match(text, one.end) and not self.behind(_OF, one.start)
        ]
        self.ends = [one.end for one in self.subjects]

    def behind(self, pattern: re.Pattern[str], place: int) -> re.Match[str] | None:
        """Where *pattern*, which ends in $, ends at *place*."""
        return pattern.search(self.text, max(0, place - _WINDOW), place)

    def ends_in(self, place: int, marks: tuple[str, ...]) -> bool:
        """Whether what stands before *place*, but for spaces, ends in one of *marks*."""
        return self.text[max(0, place - _WINDOW) : place].rstrip().endswith(marks)

    def next_mention(self, place: int, within: int) -> Mention | None:
        """The first mention that begins at *place* or behind it, *within* so many characters."""
        at = bisect_left(self.starts, place)
        return self.mentions[at] if at < len(self.starts) and self.starts[at] <= place + within else None

    def mentions_before(self, place: int) -> Iterator[Mention]:
        """The mentions that end at *place* or before it, the nearest first."""
        for at in range(bisect_left(self.starts, place) - 1, -1, -1):
            one = self.mentions[at]
            if one.start < place - _WINDOW:
                return
            if one.end <= place:
                yield one

    def subject(self, place: int) -> Mention | None:
        """Who is probably the subject of what is said at *place*."""
        number = bisect_right(self.ends, place)
        if self.behind(_PRONOUN, place):
            return self.subjects[0] if number else self.before
        near = self.subjects[number - 1] if number else None
        return near if near is not None and place - near.end <= 80 else None

    def governor(self, match: re.Match[str]) -> Mention | None:
        """Who is named before a verb and is no mere owner of something; or right behind it, after a quotation."""
        if self.ends_in(match.start(), ("”", '"')):
            behind = self.next_mention(match.end(), 60)
            if behind is not None:
                return behind
        return self.subject(match.start())

    def owner(self, match: re.Match[str]) -> Mention | None:
        """Whose a noun is: the name right before it, or whom a pronoun there stands for."""
        for one in self.mentions_before(match.start()):
            if _BETWEEN.fullmatch(self.text, one.end, match.start()):
                of_another = self.behind(_OF, one.start) and not _POSSESSED.match(self.text, one.end)
                return None if of_another else one
        return self.before if self.behind(_ITS, match.start()) else None

    def is_verb(self, match: re.Match[str]) -> bool:
        """Whether a form is a finite verb here, and no noun, infinitive or report of nobody's."""
        start = match.start()
        if _BY.match(self.text, match.end()) or self.behind(_BEFORE_NOUNS, start) or _PASSIVE.match(self.text, start):
            return False
        if match[0] not in _reporting_verbs("noun") and match[0] not in {
            "support",
            "reports",
            "report",
            "claims",
            "claim",
        }:
            return True
        blank = len(self.text[max(0, start - _WINDOW) : start].rstrip())
        begins = not blank or self.ends_in(start, ("”", '"', ","))
        nearest = next(self.mentions_before(start), None)
        named = nearest is not None and not self.text[nearest.end : start].strip()
        return begins or named or self.behind(_BEFORE_VERBS, start) is not None


def reported_statements(
    text: str, mentions: Sequence[Mention], before: Mention | None = None
) -> list[ReportedStatement]:
    """The voices in a sentence; *before* is who a pronoun at its begin may stand for."""
    quotes = Spans((match.start() + 1, match.end()) for match in _QUOTE.finditer(text))
    sentence = _Sentence(text, mentions, before)
    found: dict[int, ReportedStatement] = {}

    def add(match: re.Match[str], cue: ReportingVerb, who: Mention | None) -> None:
        if match.start() not in quotes:  # what is quoted has voices of its own
            found.setdefault(match.start(), ReportedStatement(match[0], match.start(), cue.base, cue.attitude, who))

    for match in _ACCORDING.finditer(text):
        add(match, ReportingVerb(match[0].strip().lower(), None), sentence.next_mention(match.end(), 40))
    for match in _pattern("adjective").finditer(text):
        is_said = sentence.behind(_IS, match.start())
        if is_said:
            add(match, _reporting_verbs("adjective")[match[0]], sentence.subject(is_said.start()))
    for match in _pattern("noun").finditer(text):
        of_whom = sentence.owner(match)
        if of_whom is not None:
            add(match, _reporting_verbs("noun")[match[0]], of_whom)
    for match in _pattern("verb").finditer(text):
        if sentence.is_verb(match):
            add(match, _reporting_verbs("verb")[match[0]], sentence.governor(match))
    return sorted(found.values(), key=lambda one: one.start)


def quotations(
    text: str, mentions: Sequence[Mention], said: Sequence[ReportedStatement], before: Mention | None = None
) -> Iterator[Quotation]:
    """The quotations in a sentence, with who governs the nearest voice; else *before*."""
    named = sorted((one for one in said if one.who is not None), key=lambda one: one.start)
    # who says it goes before who, by what is said, hopes or fears it
    plain, shown = [one for one in named if one.attitude is None], [one for one in named if one.attitude is not None]
    plain_at, shown_at, named_at = ([one.start for one in group] for group in (plain, shown, named))
    first = min(mentions, key=lambda one: one.start, default=None)
    for match in _QUOTE.finditer(text):
        place = match.start()
        if (at := bisect_right(plain_at, place)) > 0:
            who = plain[at - 1].who
        elif (at := bisect_right(shown_at, place)) > 0:
            who = shown[at - 1].who
        elif named:
            who = named[bisect_right(named_at, place)].who
        else:
            who = first if first is not None and first.end <= place else before
        yield Quotation(match[1] or match[2], match.start(), match.end(), who)
