"""The text of a new article's layout and coding sheet.

The sheet holds proposals, which are comments until a person accepts them. Lines that begin with ``#?`` are proposed
records: without the ``#?``, they are part of the sheet. Lines that begin with ``#`` report what was found. The
sentences of the article are not repeated, except for text in quotation marks.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stancegraph.coding.parser import quote
from stancegraph.coding.symbols import SymbolTable
from stancegraph.drafting.citations import CitationMention
from stancegraph.drafting.dates import DateMention
from stancegraph.drafting.gazetteer import Mention
from stancegraph.drafting.loaders import LoadedText
from stancegraph.drafting.proposals import Proposal
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID
from stancegraph.text import digest


@dataclass(frozen=True, slots=True)
class ArticleMetadata:
    """What is known about an article before it is coded.

    Attributes:
        slug: The name of the article's folder.
        title: Its title.
        publisher: The name of its publisher.
        day: The day on which it was published.
        url: Where it can be read.
        publication: Its IRI; by default, it is derived from the slug.
    """

    slug: str
    title: str
    publisher: str | None = None
    day: datetime.date | None = None
    url: str | None = None
    publication: str | None = None


def format_layout(loaded: LoadedText, metadata: ArticleMetadata, first_section: str = "Introduction") -> str:
    """Return ``layout.toml``, which gives the kinds of the lines of a text.

    Args:
        loaded: The text with the kinds of its lines.
        metadata: The article.
        first_section: The section of paragraphs before the first heading.
    """
    numbers_by_kind: dict[str, list[int]] = {}
    for number, kind in loaded.kinds.items():
        numbers_by_kind.setdefault(kind, []).append(number)
    lines = [
        "# The layout of the article's text file; offsets in passages.ttl refer to the file with this digest.",
        f'sha256 = "{digest(loaded.text)}"',
        f'publication = "{metadata.publication or f"{ID}publication/{metadata.slug}"}"',
        "",
        "# Paragraphs before the first heading belong to this section.",
        f"first_section = {quote(first_section)}",
        "",
        "# Lines that are not running text, by line number; every other line that is not empty is a paragraph.",
        "[lines]",
        *(f"{kind} = {sorted(numbers)}" for kind, numbers in sorted(numbers_by_kind.items())),
    ]
    return "\n".join(lines) + "\n"


def format_sheet(metadata: ArticleMetadata, proposals: Sequence[Proposal], symbols: SymbolTable) -> str:
    """Return ``coding.txt``: the article as a publication, then the proposals, passage by passage.

    Args:
        metadata: The article.
        proposals: What is proposed for its passages.
        symbols: The symbols that its sheet can use.
    """
    lines = [
        f"# The claims of {metadata.title}.",
        "# Accept a proposal by removing its #? and completing it;",
        f"# `stancegraph article check {metadata.slug} --watch` reports what is missing.",
        "",
        *_publication(metadata, symbols),
    ]
    for proposal in proposals:
        lines += ["", f"@ {proposal.passage.name}", *_passage(proposal, symbols)]
    return "\n".join(lines) + "\n"


def _publication(metadata: ArticleMetadata, symbols: SymbolTable) -> list[str]:
    fields = [f"title: {quote(metadata.title)}"]
    described_first = []
    if metadata.publisher:
        things = symbols.by_label.get(metadata.publisher.casefold(), set())
        if len(things) == 1:
            publisher = symbols.shortest_name(next(iter(things)), terms.PUBLISHED_BY)
        else:
            publisher = _camel_case(metadata.publisher)
            described_first.append(f"media-outlet {publisher}: {metadata.publisher}")
        fields.append(f"publishedBy: {publisher}")
    if metadata.day:
        day = metadata.day.isoformat()
        described_first += [
            f"time {metadata.slug}: {day}",
            f"  earliestBegin: {day}; latestBegin: {day}; earliestEnd: {day}; latestEnd: {day}",
        ]
        fields.append(f"published: time:{metadata.slug}")
    if metadata.url:
        fields.append(f"url: {quote(metadata.url)}")
    reason = quote("Coded sentence by sentence.")
    return [
        *described_first,
        f"publication {metadata.slug}: {metadata.title}",
        f"  {'; '.join(fields)}",
        "",
        "# Who coded it, when and how, and who reviewed it",
        "#? curation coding",
        f"#?   curates: {metadata.slug}; curationRank: Normal; curationReason: {reason}",
        f"#?   curationMethod: {quote('manual coding')}; curatedBy: WHO; curatedOn: DAY; reviewedBy: WHO",
    ]


def _passage(proposal: Proposal, symbols: SymbolTable) -> list[str]:
    if proposal.passage.kind == "Heading":
        return ["no claim: A heading: it names the section and says nothing."]
    lines = []
    if proposal.mentions:
        names = dict.fromkeys(_mention(mention, symbols) for mention in proposal.mentions)
        lines.append(f"# names: {'; '.join(names)}")
    if proposal.unknown_names:
        names = dict.fromkeys(name.text for name in proposal.unknown_names)
        lines.append(f"# not known to the graph: {'; '.join(names)}")
    for date in proposal.dates:
        lines += [f"#? time {_slug(date.text)}: {date.text} ({date.basis})", f"#?   {_bounds(date)}"]
    for citation in proposal.citations:
        lines += _citation(citation, symbols)
    return lines + _attributions(proposal, symbols)


def _citation(citation: CitationMention, symbols: SymbolTable) -> list[str]:
    things = symbols.by_label.get(citation.publisher.casefold(), set())
    if things:
        publisher = symbols.shortest_name(sorted(things)[0], terms.PUBLISHED_BY)
    else:
        publisher = _camel_case(citation.publisher)
    date, name = citation.date, _citation_name(citation)
    day = date.earliest.isoformat()
    return [
        *([] if things else [f"#? media-outlet {publisher}: {citation.publisher}"]),
        f"#? time {name}: {day} ({date.basis})",
        f"#?   {_bounds(date)}",
        f"#? publication {name}: {citation.publisher}, {day}",
        f"#?   publishedBy: {publisher}; published: time:{name}",
        f"#? citation {name}: {citation.text}",
        f"#?   citedPublication: pub:{name}; citedAs: {quote(citation.text)}",
    ]


def _attributions(proposal: Proposal, symbols: SymbolTable) -> list[str]:
    """Return a proposed chain for each quotation and reported statement, or one for a statement of the article."""
    passage, lines, via = proposal.passage, [], ""
    if proposal.citations:
        source = _citation_name(proposal.citations[0])
        via = f" > pub:{source}: Report via {source}"
    for number, quotation in enumerate(proposal.quotations, 1):
        speaker = _speaker(quotation.speaker, symbols)
        lines += [
            f"#? says Report{via} > {speaker}: Quotation {quote(quotation.text)}",
            *_stance(f"{passage.name}-said-{number}", speaker, None),
        ]
    for number, statement in enumerate(proposal.reported_statements, 1):
        speaker = _speaker(statement.speaker, symbols)
        lines += [
            f"# reporting verb: {quote(statement.text)}",
            f"#? says Report{via} > {speaker}: Paraphrase",
            *_stance(f"{passage.name}-{number}", speaker, statement.attitude),
        ]
    if not lines and passage.kind in {"Sentence", "Title", "Caption"}:
        lines += [
            f"#? says OwnStatement{via}",
            f"#?   proposition {passage.name}-claim: LABEL",
            "#?     certainty: Flat; predicate: PREDICATE; polarity: Affirmed; modality: Actual; agent: WHO",
        ]
    return lines


def _stance(name: str, holder: str, attitude: str | None) -> list[str]:
    return [
        f"#?   stance {name}: LABEL",
        f"#?     holder: {holder}; attitude: {attitude or 'ATTITUDE'}; position: POSITION; certainty: Flat",
        "#?     target: TARGET",
    ]


def _mention(mention: Mention, symbols: SymbolTable) -> str:
    """Return a mention with all things that it may refer to."""
    return f"{mention.text} = {' or '.join(map(symbols.shorten, mention.things))}"


def _speaker(mention: Mention | None, symbols: SymbolTable) -> str:
    if mention is None:
        return "WHO"
    names = (symbols.shortest_name(thing, terms.HOLDER) for thing in mention.things)
    return "|".join(names) or _camel_case(mention.text)


def _bounds(date: DateMention) -> str:
    first, last = date.earliest.isoformat(), date.latest.isoformat()
    return (
        f"wordsAsGiven: {quote(date.text)}; "
        f"earliestBegin: {first}; latestBegin: {last}; earliestEnd: {first}; latestEnd: {last}"
    )


def _citation_name(citation: CitationMention) -> str:
    return f"{_slug(citation.publisher)}-{citation.date.earliest.isoformat()}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def _camel_case(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.findall(r"\w+", text)) or "X"
