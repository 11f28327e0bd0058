"""How good proposals are on an article whose facts are known: what was proposed, what is right, what was missed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from evaluation.scores import Measured
from stancegraph.drafting.gazetteer import Gazetteer
from stancegraph.drafting.proposals import Proposal, propose
from stancegraph.questions.parameters import find_names
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Engine
from stancegraph.sparql.lookups import rows
from stancegraph.text import Layout, passages

_SG = f"PREFIX sg: <{PREFIXES['sg']}> PREFIX rdfs: <{PREFIXES['rdfs']}> "


def of_sets(proposed: Iterable[object], known: Iterable[object]) -> Measured:
    """Two sets of the same kind of thing, compared."""
    ours, theirs = set(proposed), set(known)
    both = len(ours & theirs)
    return Measured(len(ours), both, len(theirs), both)


def proposals(engine: Engine, text: str, layout: Layout, article: datetime.date) -> list[Proposal]:
    """What is proposed for *text* by the names of *engine*."""
    speakers = frozenset(name.thing for name in find_names(engine, PREFIXES["sg"] + "Actor"))
    return propose(text, passages(text, layout), Gazetteer.from_engine(engine), article, speakers)


def measure(engine: Engine, slug: str, found: list[Proposal]) -> dict[str, Measured]:
    """Proposals compared with the facts of the article *slug*, sort by sort."""
    home = f"{ID}passage/{slug}/"

    def known(text: str) -> list[dict[str, str]]:
        told = rows(engine, _SG + text)
        every = [{name: term.value for name, term in row.items()} for row in told]
        return [row for row in every if row.get("passage", home).startswith(home)]

    named = {(row["passage"].removeprefix(home), row["words"], row["thing"]) for row in known(
        "SELECT DISTINCT ?passage ?words ?thing "
        "WHERE { ?m sg:mentionedIn ?passage ; sg:mentionWords ?words ; sg:refersTo ?thing "
        "FILTER NOT EXISTS { ?m a sg:UnnamedMention } }"
    )}  # fmt: skip
    gold_words = {(passage, words) for passage, words, _ in named}
    ours = [(one.passage.name, mention) for one in found for mention in one.mentions]
    judged = [(place, mention) for place, mention in ours if (place, mention.text) in gold_words]
    right = [1 for place, one in judged if any((place, one.text, thing) in named for thing in one.things)]
    found_names = {
        (place, one.text, thing) for place, one in ours for thing in one.things if (place, one.text, thing) in named
    }
    mentions = Measured(len(judged), len(right), len(named), len(found_names))

    # what a sentence names need not be in a claim of it, so that precision is told too low
    things = of_sets(
        {(place, thing) for place, one in ours for thing in one.things if "/issue/" not in thing},
        {(row["passage"].removeprefix(home), row["thing"]) for row in known(
            "SELECT DISTINCT ?passage ?thing WHERE { ?top sg:statedIn ?passage ; sg:putsForward+ ?claim . "
            "?claim sg:embeds* ?part . ?part ?property ?thing . VALUES ?kind { sg:Actor sg:Forum sg:Place sg:Policy } "
            "?thing a ?kind }"
        )},
    )  # fmt: skip
    cited = of_sets(
        ((one.passage.name, _date(c.date.text), c.date.earliest.isoformat()) for one in found for c in one.citations),
        ((row["passage"].removeprefix(home), _date(row["as"]), row["day"]) for row in known(
            "SELECT DISTINCT ?passage ?as ?day WHERE { ?c a sg:Citation ; sg:statedIn ?passage ; sg:citedAs ?as ; "
            "sg:citedPublication/sg:published/sg:earliestBegin ?day FILTER NOT EXISTS { ?c sg:noteNumber ?n } }"
        )),
    )  # fmt: skip
    quotes = known(
        "SELECT DISTINCT ?passage ?words ?who WHERE { ?a sg:quotedWords ?words ; sg:attributedTo ?who . "
        "?top sg:putsForward* ?a ; sg:statedIn ?passage }"
    )
    ours_quoted = [
        (one.passage.name, _bare(q.text), q.speaker.things if q.speaker else ())
        for one in found
        for q in one.quotations
    ]
    theirs = [(row["passage"].removeprefix(home), _bare(row["words"]), row["who"]) for row in quotes]
    quoted = of_sets(
        {(place, words) for place, words, _ in ours_quoted}, {(place, words) for place, words, _ in theirs}
    )
    said = {(place, words, who) for place, words, things in ours_quoted for who in things}
    spoken = [one for one in theirs if one in said]
    both = {(place, words) for place, words, _ in theirs} & {(place, words) for place, words, _ in ours_quoted}
    speakers = Measured(len(both), len(set(spoken)), len(theirs), len(set(spoken)))
    dated = _dates(found, known(
        "SELECT DISTINCT ?words ?begin ?end "
        "WHERE { ?t sg:wordsAsGiven ?words ; sg:latestBegin ?begin ; sg:latestEnd ?end . "
        f'FILTER(CONTAINS(STR(?t), "/time/{slug}/")) }}'
    ))  # fmt: skip
    voices = of_sets(
        {
            (one.passage.name, thing)
            for one in found
            for reported in one.reported_statements
            if reported.speaker
            for thing in reported.speaker.things
        },
        {(row["passage"].removeprefix(home), row["who"]) for row in known(
            "SELECT DISTINCT ?passage ?who WHERE { "
            "{ ?a sg:attributedTo ?who . ?who a sg:Actor . ?top sg:putsForward+ ?a ; sg:statedIn ?passage } UNION "
            "{ ?top sg:putsForward+ ?stance ; sg:statedIn ?passage . ?stance sg:holder ?who } }"
        )},
    )  # fmt: skip
    return {
        "mentions": things,
        "mentions of metonyms": mentions,
        "citations": cited,
        "quotations": quoted,
        "speakers of quotations": speakers,
        "dates": dated,
        "voices": voices,
    }


def _dates(found: list[Proposal], known: list[dict[str, str]]) -> Measured:
    ours = {(_date(d.text), d.latest.isoformat()) for one in found for d in one.dates}
    theirs = {(_date(row["words"]), row["end"]) for row in known}
    words = {w for w, _ in theirs}
    judged = {pair for pair in ours if pair[0] in words}
    return Measured(len(judged), len(judged & theirs), len(theirs), len(judged & theirs))


def _date(words: str) -> str:
    """The part of *words* that is a date."""
    match = re.search(
        r"(?:(?:early|late|mid|last)[ -])?(?:[A-Z][a-z]+ \d{1,2}(?:, \d{4})?|[A-Z][a-z]+ \d{4}|\d{4}|[A-Z][a-z]{2,})$",
        words.strip(),
    )
    return match[0] if match else words


def _bare(words: str) -> str:
    return re.sub(r"[^\w ]+", "", words).strip().casefold()
