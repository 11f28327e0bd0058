"""A new article's files: layout, passages, and a coding sheet with proposals, which are comments until a person agrees.

Lines that begin with ``#?`` are records to be agreed to: without the ``#?`` they are part of the sheet. Those with
``#`` tell what was found. The article's own sentences are nowhere; only what stands in quotation marks is repeated.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stancegraph.coding.parser import quoted
from stancegraph.coding.symbols import SymbolTable
from stancegraph.drafting.dates import DateMention
from stancegraph.drafting.gazetteer import Mention
from stancegraph.drafting.loaders import Source
from stancegraph.drafting.proposals import Proposal
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID
from stancegraph.text import digest


@dataclass(frozen=True, slots=True)
class ArticleMetadata:
    """What is known of an article: its name here, its title, publisher and day, and where it is to be found.

    *publication* is its IRI, where that is another one than its name gives.
    """

    slug: str
    title: str
    publisher: str | None = None
    day: datetime.date | None = None
    url: str | None = None
    publication: str | None = None


def layout(source: Source, about: ArticleMetadata, first_section: str = "Introduction") -> str:
    """``layout.toml``: which lines of the text are what."""
    kinds: dict[str, list[int]] = {}
    for number, kind in source.kinds.items():
        kinds.setdefault(kind, []).append(number)
    lines = [
        "# How the article's text file is laid out; its digest says which file the offsets in passages.ttl count in.",
        f'sha256 = "{digest(source.text)}"',
        f'publication = "{about.publication or f"{ID}publication/{about.slug}"}"',
        "",
        "# Paragraphs before the first heading belong to this section.",
        f"first_section = {quoted(first_section)}",
        "",
        "# Lines that are not running text, by line number; every other line that is not empty is a paragraph.",
        "[lines]",
        *(f"{kind} = {sorted(numbers)}" for kind, numbers in sorted(kinds.items())),
    ]
    return "\n".join(lines) + "\n"


def sheet(about: ArticleMetadata, proposals: Sequence[Proposal], names: SymbolTable) -> str:
    """``coding.txt``: the article as a publication, then what is proposed, passage by passage."""
    lines = [
        f"# The claims of {about.title}.",
        "# Agree to a proposal by removing its #? and completing it;",
        f"# `stancegraph article check {about.slug} --watch` tells what is missing.",
        "",
        *_publication(about, names),
    ]
    for one in proposals:
        lines += ["", f"@ {one.passage.name}", *_passage(one, about, names)]
    return "\n".join(lines) + "\n"


def _publication(about: ArticleMetadata, names: SymbolTable) -> list[str]:
    fields = [f"title: {quoted(about.title)}"]
    before = []
    if about.publisher:
        things = names.labels.get(about.publisher.casefold(), set())
        word = names.word(next(iter(things)), terms.PUBLISHED_BY) if len(things) == 1 else _camel(about.publisher)
        if len(things) != 1:
            before.append(f"media-outlet {word}: {about.publisher}")
        fields.append(f"publishedBy: {word}")
    if about.day:
        iso = about.day.isoformat()
        before += [
            f"time {about.slug}: {iso}",
            f"  earliestBegin: {iso}; latestBegin: {iso}; earliestEnd: {iso}; latestEnd: {iso}",
        ]
        fields.append(f"published: time:{about.slug}")
    if about.url:
        fields.append(f"url: {quoted(about.url)}")
    return [
        *before,
        f"publication {about.slug}: {about.title}",
        f"  {'; '.join(fields)}",
        "",
        "# Who coded it, when and how; who reviewed it",
        "#? curation coding",
        f"#?   curates: {about.slug}; curationRank: Normal; curationReason: {quoted('Coded sentence by sentence.')}",
        f"#?   curationMethod: {quoted('manual coding')}; curatedBy: WHO; curatedOn: DAY; reviewedBy: WHO",
    ]


def _passage(one: Proposal, about: ArticleMetadata, names: SymbolTable) -> list[str]:
    if one.passage.kind == "Heading":
        return ["no claim: A heading: it names the section and says nothing."]
    lines = []
    if one.mentions:
        told = dict.fromkeys(_named(mention, names) for mention in one.mentions)
        lines.append(f"# names: {'; '.join(told)}")
    if one.unknown:
        lines.append(f"# not known to the graph: {'; '.join(dict.fromkeys(new.words for new in one.unknown))}")
    for dated in one.dates:
        lines += _time(dated)
    for cited in one.citations:
        known = names.labels.get(cited.publisher.casefold(), set())
        publisher = names.word(sorted(known)[0], terms.PUBLISHED_BY) if known else _camel(cited.publisher)
        day = cited.date
        place = f"{_slug(cited.publisher)}-{day.earliest.isoformat()}"
        lines += [
            *([] if known else [f"#? media-outlet {publisher}: {cited.publisher}"]),
            f"#? time {place}: {day.earliest.isoformat()} ({day.how})",
            f"#?   {_bounds(day)}",
            f"#? publication {place}: {cited.publisher}, {day.earliest.isoformat()}",
            f"#?   publishedBy: {publisher}; published: time:{place}",
            f"#? citation {place}: {cited.words}",
            f"#?   citedPublication: pub:{place}; citedAs: {quoted(cited.words)}",
        ]
    via = ""
    if one.citations:
        source = f"{_slug(one.citations[0].publisher)}-{one.citations[0].date.earliest}"
        via = f" > pub:{source}: Report via {source}"
    for number, quotation in enumerate(one.quotations, 1):
        who = _word(quotation.who, names) if quotation.who else "WHO"
        lines += [
            f"#? says Report{via} > {who}: Quotation {quoted(quotation.words)}",
            *_claim(f"{one.passage.name}-said-{number}", who, None),
        ]
    for number, voice in enumerate(one.reported_statements, 1):
        who = _word(voice.who, names) if voice.who else "WHO"
        lines += [
            f"# by the verb {quoted(voice.words)}",
            f"#? says Report{via} > {who}: Paraphrase",
            *_claim(f"{one.passage.name}-{number}", who, voice.attitude),
        ]
    if one.passage.kind in {"Sentence", "Title", "Caption"} and not one.reported_statements and not one.quotations:
        lines += [
            f"#? says OwnStatement{via}",
            f"#?   proposition {one.passage.name}-claim: LABEL",
            "#?     certainty: Flat",
        ]
    return lines


def _claim(name: str, who: str, attitude: str | None) -> list[str]:
    return [
        f"#?   stance {name}: LABEL",
        f"#?     holder: {who}; attitude: {attitude or 'ATTITUDE'}; position: POSITION; certainty: Flat",
        "#?     target: TARGET",
    ]


def _named(mention: Mention, names: SymbolTable) -> str:
    """A mention, with all that it could be."""
    things = [names.short(thing) for thing in mention.things]
    return f"{mention.words} = {' or '.join(things)}"


def _word(mention: Mention, names: SymbolTable) -> str:
    return "|".join(names.word(thing, terms.HOLDER) for thing in mention.things) or _camel(mention.words)


def _time(dated: DateMention) -> list[str]:
    return [f"#? time {_slug(dated.words)}: {dated.words} ({dated.how})", f"#?   {_bounds(dated)}"]


def _bounds(dated: DateMention) -> str:
    first, last = dated.earliest.isoformat(), dated.latest.isoformat()
    words = f"wordsAsGiven: {quoted(dated.words)}; "
    return f"{words}earliestBegin: {first}; latestBegin: {last}; earliestEnd: {first}; latestEnd: {last}"


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "x"


def _camel(words: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.findall(r"\w+", words)) or "X"
