"""Collect the proposals for an article, passage by passage."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from stancegraph.drafting.attribution import Quotation, ReportedStatement, find_quotations, find_reported_statements
from stancegraph.drafting.citations import CitationMention, find_citations
from stancegraph.drafting.dates import DateMention, find_dates
from stancegraph.drafting.gazetteer import Gazetteer, Mention, Spans, UnknownName
from stancegraph.text import Passage


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one passage; offsets count from its first character.

    Attributes:
        passage: The passage.
        mentions: The names in it that the graph knows.
        unknown_names: Those that it does not know.
        citations: The citations.
        dates: The dates, except those of citations.
        quotations: The quotations.
        reported_statements: The words of saying, hoping and fearing.
    """

    passage: Passage
    mentions: tuple[Mention, ...] = ()
    unknown_names: tuple[UnknownName, ...] = ()
    citations: tuple[CitationMention, ...] = ()
    dates: tuple[DateMention, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    reported_statements: tuple[ReportedStatement, ...] = ()


def propose(
    text: str,
    passages: Sequence[Passage],
    gazetteer: Gazetteer,
    published: datetime.date | None,
    speakers: frozenset[str],
) -> list[Proposal]:
    """Return proposals for the passages of an article.

    Args:
        text: The text of the article.
        passages: Its passages, in their order.
        gazetteer: The names that proposals recognise.
        published: The day on which the article was published, if it is known.
        speakers: The IRIs of the things that can speak.
    """
    proposals = []
    antecedent: Mention | None = None
    seen = _words_of_names(text, passages, gazetteer)
    for passage in passages:
        passage_text = text[passage.start : passage.end]
        doc = gazetteer.tokenise(passage_text)
        mentions = gazetteer.find_mentions(doc)
        citations = list(find_citations(passage_text, published))
        cited = Spans((citation.start, citation.end) for citation in citations)
        unknown_names = [name for name in gazetteer.find_unknown_names(doc, mentions, seen) if name.start not in cited]
        candidates = [mention for mention in mentions if speakers & set(mention.things) and mention.start not in cited]
        candidates += [Mention(name.text, name.start, name.end, ()) for name in unknown_names]
        candidates.sort(key=lambda mention: mention.start)
        statements = find_reported_statements(passage_text, candidates, antecedent)
        quotations = find_quotations(passage_text, candidates, statements, antecedent)
        dates = [date for date in find_dates(passage_text, published) if date.start not in cited]
        proposals.append(
            Proposal(
                passage,
                tuple(mentions),
                tuple(unknown_names),
                tuple(citations),
                tuple(dates),
                tuple(quotations),
                tuple(statements),
            )
        )
        if passage.kind == "Sentence":
            named = (statement.speaker for statement in statements if statement.speaker is not None)
            antecedent = next(named, candidates[0] if candidates else antecedent)
    return proposals


def _words_of_names(text: str, passages: Sequence[Passage], gazetteer: Gazetteer) -> frozenset[str]:
    """Return the words of the names that occur within a sentence; these are names at the beginning of one, too."""
    parts: set[str] = set()
    for passage in passages:
        if passage.kind == "Sentence":
            doc = gazetteer.tokenise(text[passage.start : passage.end])
            for name in gazetteer.find_unknown_names(doc, gazetteer.find_mentions(doc)):
                parts |= set(name.text.split())
    return frozenset(parts)
