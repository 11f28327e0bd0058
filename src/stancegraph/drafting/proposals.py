"""All that is proposed for an article, passage by passage."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from stancegraph.drafting.attribution import Quotation, ReportedStatement, quotations, reported_statements
from stancegraph.drafting.citations import CitationMention, citations
from stancegraph.drafting.dates import DateMention, dates
from stancegraph.drafting.gazetteer import Gazetteer, Mention, Spans, Unknown
from stancegraph.text import Passage


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one passage; positions count from its first character."""

    passage: Passage
    mentions: tuple[Mention, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    citations: tuple[CitationMention, ...] = ()
    dates: tuple[DateMention, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    reported_statements: tuple[ReportedStatement, ...] = ()


def propose(
    text: str,
    passages: Sequence[Passage],
    gazetteer: Gazetteer,
    article: datetime.date | None,
    speakers: frozenset[str],
) -> list[Proposal]:
    """Proposals for the *passages* of *text*, an article of the day *article*; *speakers* are things that can speak."""
    found = []
    before: Mention | None = None
    seen = _names_seen(text, passages, gazetteer)
    for passage in passages:
        words = text[passage.start : passage.end]
        doc = gazetteer.words(words)
        mentions = gazetteer.mentions(doc)
        cited = list(citations(words, article))
        spans = Spans((one.start, one.end) for one in cited)
        unknown = [one for one in gazetteer.unknown(doc, mentions, seen) if one.start not in spans]
        who = [one for one in mentions if speakers & set(one.things) and one.start not in spans]
        who = sorted(
            [*who, *(Mention(one.words, one.start, one.end, ()) for one in unknown)], key=lambda one: one.start
        )
        said = reported_statements(words, who, before)
        quoted = list(quotations(words, who, said, before))
        dated = [one for one in dates(words, article) if one.start not in spans]
        found.append(
            Proposal(passage, tuple(mentions), tuple(unknown), tuple(cited), tuple(dated), tuple(quoted), tuple(said))
        )
        if passage.kind == "Sentence":
            before = next((one.who for one in said if one.who is not None), who[0] if who else before)
    return found


def _names_seen(text: str, passages: Sequence[Passage], gazetteer: Gazetteer) -> frozenset[str]:
    """The words of names that the article has somewhere within a sentence: they are names at the begin of one, too."""
    words: set[str] = set()
    for passage in passages:
        if passage.kind == "Sentence":
            doc = gazetteer.words(text[passage.start : passage.end])
            for one in gazetteer.unknown(doc, gazetteer.mentions(doc)):
                words |= set(one.words.split())
    return frozenset(words)
