"""Find the reported statements and quotations in a sentence, each with its probable speaker.

A reported statement is a verb, noun or adjective of saying, hoping or fearing; its speaker is the subject of the verb,
or the owner of the noun.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from stancegraph.drafting.gazetteer import Mention, Spans

_QUOTATION = re.compile(r"“([^“”]{2,600})”|\"([^\"]{2,600})\"")
_QUOTATION_MARKS = ("”", '"')
_UTTERANCE = "words|views?|remarks?|statements?|comments?|opinions?|fears?|hopes?|warnings?"
_ACCORDING_TO = re.compile(rf"\b[Aa]ccording to |\b(?:{_UTTERANCE}) (?:of|by|from) ")
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey)\b[^.]{0,12}$|\b[Ii]t $")
_POSSESSIVE_PRONOUN = re.compile(r"\b(?:[Hh]is|[Hh]er|[Tt]heir|[Ii]ts) (?:[\w-]+ ){0,2}$")
_POSSESSIVE = re.compile("[\u2019']s?(?!\\w)")
_BETWEEN_OWNER_AND_NOUN = re.compile("(?:[\u2019']s?)? (?:[\\w-]+ ){0,2}")
_COPULA = re.compile(r"\b(?:is|are|was|were|be|been|remains?|remained|seems?|seemed|feels?|felt) (?:[\w-]+ )?$")
# what precedes a word that can be a noun or a verb where it is a verb
_BEFORE_VERBS = re.compile(
    r"\b(?:\w+ly|also|both|all|but|and|can|could|has|have|had|may|might|must|never|now|often|should|still|who|which|"
    r"[Hh]e|[Ss]he|[Ii]t|[Tt]hey|[Ww]e|I|will|would|not|do|does|did) $"
)
_BEFORE_NOUNS = re.compile(r"\b(?:a|an|common|her|his|its|no|of|such|the|their|this|with|more|less|limited|[Tt]o|to) $")
_ALSO_NOUNS = frozenset({"support", "reports", "report", "claims", "claim"})  # that the table has only as verbs
_PASSIVE = re.compile(r"\b(?:believed|expected|reported|said|seen|thought) to\b")
_AGENT_PREPOSITION = re.compile(r" (?:of|by|from)\b")
_PREPOSITION = re.compile(r"\b(?:at|for|from|in|of) (?:the )?$")
# distances in characters
_WINDOW = 200  # a sentence has its subject no farther away
_FARTHEST_SUBJECT = 80
_FARTHEST_AFTER_QUOTATION = 60
_FARTHEST_SOURCE = 40  # after "according to"


@dataclass(frozen=True, slots=True)
class ReportingVerb:
    """A word of saying, hoping or fearing: its base form, and the attitude that it expresses, if any."""

    base: str
    attitude: str | None


@cache
def _reporting_verbs(part_of_speech: str) -> dict[str, ReportingVerb]:
    """Return the verbs, nouns or adjectives of the table, by each of their forms."""
    verbs: dict[str, ReportingVerb] = {}
    for line in files(__package__).joinpath("reporting_verbs.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{part_of_speech}\t"):
            _, forms, attitude = line.split("\t")
            verbs |= {form: ReportingVerb(forms.split()[0], attitude or None) for form in forms.split()}
    return verbs


@cache
def _pattern(part_of_speech: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_reporting_verbs(part_of_speech), key=len, reverse=True))})\b")


@dataclass(frozen=True, slots=True)
class ReportedStatement:
    """A word of saying, hoping or fearing in a text.

    Attributes:
        text: The word, as it is written.
        start: The offset of its first character.
        verb: Its base form.
        attitude: The local name of the attitude that it expresses, if any.
        speaker: The mention of the probable speaker, if any.
    """

    text: str
    start: int
    verb: str
    attitude: str | None
    speaker: Mention | None


@dataclass(frozen=True, slots=True)
class Quotation:
    """A text in quotation marks.

    Attributes:
        text: The text, without its quotation marks.
        start: The offset of the opening mark.
        end: The offset after the closing mark.
        speaker: The mention of the probable speaker, if any.
    """

    text: str
    start: int
    end: int
    speaker: Mention | None


class _Sentence:
    """A sentence with its mentions, and an earlier mention that a pronoun in it may refer to."""

    def __init__(self, text: str, mentions: Sequence[Mention], antecedent: Mention | None) -> None:
        self.text, self.antecedent = text, antecedent
        self.mentions = sorted(mentions, key=lambda mention: mention.start)
        self.starts = [mention.start for mention in self.mentions]
        # neither the owner of something nor the object of a preposition is a subject
        self.subjects = [
            mention
            for mention in self.mentions
            if not _POSSESSIVE.match(text, mention.end) and not self.preceded_by(_PREPOSITION, mention.start)
        ]
        self.subject_ends = [mention.end for mention in self.subjects]

    def preceded_by(self, pattern: re.Pattern[str], offset: int) -> re.Match[str] | None:
        """Return the match of *pattern*, which ends in $, that ends at *offset*."""
        return pattern.search(self.text, max(0, offset - _WINDOW), offset)

    def follows(self, marks: tuple[str, ...], offset: int) -> bool:
        """Return whether one of *marks* precedes *offset*, with only spaces between them."""
        return self.text[max(0, offset - _WINDOW) : offset].rstrip().endswith(marks)

    def next_mention(self, offset: int, within: int) -> Mention | None:
        """Return the first mention that begins at *offset* or *within* this many characters after it."""
        index = bisect_left(self.starts, offset)
        return self.mentions[index] if index < len(self.starts) and self.starts[index] <= offset + within else None

    def mentions_before(self, offset: int) -> Iterator[Mention]:
        """Yield the mentions that end at or before *offset*, the nearest first."""
        for index in range(bisect_left(self.starts, offset) - 1, -1, -1):
            mention = self.mentions[index]
            if mention.start < offset - _WINDOW:
                return
            if mention.end <= offset:
                yield mention

    def subject(self, offset: int) -> Mention | None:
        """Return the probable subject of a verb at *offset*."""
        count = bisect_right(self.subject_ends, offset)
        if self.preceded_by(_PRONOUN, offset):
            return self.subjects[0] if count else self.antecedent
        nearest = self.subjects[count - 1] if count else None
        return nearest if nearest is not None and offset - nearest.end <= _FARTHEST_SUBJECT else None

    def governor(self, match: re.Match[str]) -> Mention | None:
        """Return the subject of a verb; after a quotation, it is the mention that follows the verb."""
        if self.follows(_QUOTATION_MARKS, match.start()):
            mention = self.next_mention(match.end(), _FARTHEST_AFTER_QUOTATION)
            if mention is not None:
                return mention
        return self.subject(match.start())

    def owner(self, match: re.Match[str]) -> Mention | None:
        """Return the owner of a noun: the mention right before it, or the antecedent of a possessive pronoun."""
        for mention in self.mentions_before(match.start()):
            if _BETWEEN_OWNER_AND_NOUN.fullmatch(self.text, mention.end, match.start()):
                belongs_to_other = self.preceded_by(_PREPOSITION, mention.start) and not _POSSESSIVE.match(
                    self.text, mention.end
                )
                return None if belongs_to_other else mention
        return self.antecedent if self.preceded_by(_POSSESSIVE_PRONOUN, match.start()) else None

    def is_finite_verb(self, match: re.Match[str]) -> bool:
        """Return whether a word is a finite verb in this sentence, rather than a noun, an infinitive or a passive."""
        start = match.start()
        if (
            _AGENT_PREPOSITION.match(self.text, match.end())
            or self.preceded_by(_BEFORE_NOUNS, start)
            or _PASSIVE.match(self.text, start)
        ):
            return False
        if match[0] not in _reporting_verbs("noun") and match[0] not in _ALSO_NOUNS:
            return True
        preceding = self.text[max(0, start - _WINDOW) : start].rstrip()
        begins_clause = not preceding or preceding.endswith((*_QUOTATION_MARKS, ","))
        nearest = next(self.mentions_before(start), None)
        follows_name = nearest is not None and not self.text[nearest.end : start].strip()
        return begins_clause or follows_name or self.preceded_by(_BEFORE_VERBS, start) is not None


def find_reported_statements(
    text: str, mentions: Sequence[Mention], antecedent: Mention | None = None
) -> list[ReportedStatement]:
    """Return the reported statements in a sentence, except those within quotations.

    Args:
        text: The sentence.
        mentions: The possible speakers in it.
        antecedent: The mention that a pronoun at its beginning may refer to.
    """
    quotations = Spans((match.start() + 1, match.end()) for match in _QUOTATION.finditer(text))
    sentence = _Sentence(text, mentions, antecedent)
    statements: dict[int, ReportedStatement] = {}

    def add(match: re.Match[str], verb: ReportingVerb, speaker: Mention | None) -> None:
        start = match.start()
        if start not in quotations:
            statements.setdefault(start, ReportedStatement(match[0], start, verb.base, verb.attitude, speaker))

    for match in _ACCORDING_TO.finditer(text):
        phrase = ReportingVerb(match[0].strip().lower(), None)
        add(match, phrase, sentence.next_mention(match.end(), _FARTHEST_SOURCE))
    for match in _pattern("adjective").finditer(text):
        copula = sentence.preceded_by(_COPULA, match.start())
        if copula:
            add(match, _reporting_verbs("adjective")[match[0]], sentence.subject(copula.start()))
    for match in _pattern("noun").finditer(text):
        owner = sentence.owner(match)
        if owner is not None:
            add(match, _reporting_verbs("noun")[match[0]], owner)
    for match in _pattern("verb").finditer(text):
        if sentence.is_finite_verb(match):
            add(match, _reporting_verbs("verb")[match[0]], sentence.governor(match))
    return sorted(statements.values(), key=lambda statement: statement.start)


def find_quotations(
    text: str,
    mentions: Sequence[Mention],
    statements: Sequence[ReportedStatement],
    antecedent: Mention | None = None,
) -> Iterator[Quotation]:
    """Yield the quotations in a sentence.

    The speaker is that of the nearest reported statement; if there is none, it is the first mention, if that precedes
    the quotation, or else the antecedent.

    Args:
        text: The sentence.
        mentions: The possible speakers in it.
        statements: The reported statements in it.
        antecedent: The mention that a pronoun at its beginning may refer to.
    """
    attributed = sorted(
        (statement for statement in statements if statement.speaker is not None), key=lambda statement: statement.start
    )
    # verbs of saying take precedence over those of hoping or fearing
    saying = [statement for statement in attributed if statement.attitude is None]
    feeling = [statement for statement in attributed if statement.attitude is not None]
    saying_starts, feeling_starts, attributed_starts = (
        [statement.start for statement in group] for group in (saying, feeling, attributed)
    )
    first = min(mentions, key=lambda mention: mention.start, default=None)
    for match in _QUOTATION.finditer(text):
        start = match.start()
        if (count := bisect_right(saying_starts, start)) > 0:
            speaker = saying[count - 1].speaker
        elif (count := bisect_right(feeling_starts, start)) > 0:
            speaker = feeling[count - 1].speaker
        elif attributed:
            speaker = attributed[bisect_right(attributed_starts, start)].speaker
        else:
            speaker = first if first is not None and first.end <= start else antecedent
        yield Quotation(match[1] or match[2], start, match.end(), speaker)
