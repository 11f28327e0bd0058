"""The evidence for a claim: its passages, its citations, and the chain of sources on whose word it rests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from stancegraph.errors import DataError
from stancegraph.sparql.engine import Engine, Term
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.text import digest


@dataclass(frozen=True, slots=True)
class PassageReference:
    """The place of a passage in its text: section, paragraph, sentence, and characters.

    Attributes:
        iri: The IRI of the passage.
        section: The heading of its section.
        paragraph: The number of the paragraph within the section; 0 where there is none.
        sentence: The number of the sentence within the paragraph; 0 where there is none.
        start: The position of the first character in the text.
        end: The position after the last character.
        sha256: The digest of the passage.
    """

    iri: str
    section: str
    paragraph: int
    sentence: int
    start: int
    end: int
    sha256: str

    def __str__(self) -> str:
        place = self.section
        if self.paragraph:
            place += f", paragraph {self.paragraph}"
        return place + (f", sentence {self.sentence}" if self.sentence else "")

    def excerpt(self, text: str) -> str:
        """Return the passage from the article's *text*; raise `DataError` where it is not the text that was coded."""
        passage = text[self.start : self.end]
        if digest(passage) != self.sha256:
            raise DataError(
                "the text at this place is not the one that was coded",
                subject=self.iri,
                remedy="give the text whose digest is in the article's layout.toml",
            )
        return passage


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a chain of attribution: a source, and how it puts forward what the next level says.

    Attributes:
        attribution: The IRI of the attribution.
        source: The label of the source.
        mode: The label of the mode of attribution.
        phrase: The mode as a verb phrase, which follows the source in a sentence.
        citations: The citations of this level, as the article words them.
        quoted_words: The words of this level that are in quotation marks.
    """

    attribution: str
    source: str
    mode: str
    phrase: str
    citations: tuple[str, ...]
    quoted_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A chain of attribution for a claim, from the article inwards.

    Attributes:
        claim: The IRI of the claim, or of the event that is asked about.
        label: The label of the claim; of an event, that of the account.
        levels: The levels of the chain, the article's first.
        passages: Where the outermost level is stated.
        embedded_in: The label of the claim that is put forward, where *claim* is only part of its content; else None.
        remarks: What the editors say about the claim and the levels.
    """

    claim: str
    label: str
    levels: tuple[Level, ...]
    passages: tuple[PassageReference, ...]
    embedded_in: str | None
    remarks: tuple[str, ...]

    @property
    def mode(self) -> str:
        """The mode of the innermost level: the form in which the words reach us."""
        return self.levels[-1].mode

    @property
    def citations(self) -> tuple[str, ...]:
        """The citations along the chain, as the article words them."""
        return tuple(citation for level in self.levels for citation in level.citations)

    @property
    def quoted_words(self) -> tuple[str, ...]:
        """The words in quotation marks along the chain."""
        return tuple(words for level in self.levels for words in level.quoted_words)

    @property
    def chain(self) -> str:
        """The chain in words."""
        sources = " ".join(f"{level.source}{',' * (',' in level.source)} {level.phrase}" for level in self.levels)
        if self.embedded_in is None:
            return f"{sources}: {self.label}"
        return f"{sources}: {self.embedded_in} (of which this is part: {self.label})"


def _rows_by_thing(engine: Engine, name: str, things: Collection[str]) -> dict[str, list[dict[str, Term]]]:
    """Return the rows of the lookup *name* for *things*, by the IRI of the thing."""
    by_thing: dict[str, list[dict[str, Term]]] = defaultdict(list)
    if things:
        for row in rows(engine, lookup(name, thing=map(NamedNode, sorted(things)))):
            by_thing[row["thing"].value].append(row)
    return by_thing


def evidence(engine: Engine, claims: Iterable[NamedNode]) -> dict[str, list[Evidence]]:
    """Find the evidence for claims.

    A claim that is put forward itself has the chains of its own attributions; any other claim has those of the nearest
    claims that embed it. An event, which nobody puts forward, has those of its accounts.

    Args:
        engine: The engine to ask.
        claims: The claims; events may be among them.

    Returns:
        The chains for each claim, by its IRI, in the order of the text; claims without any are absent.

    Raises:
        ExternalError: The engine fails.
    """
    claim_iris = {claim.value for claim in claims}
    attributions_of: dict[str, list[str]] = {}  # those that put a thing forward
    embedding: dict[str, list[str]] = {}  # the claims that embed a thing, and the accounts of an event
    accounts: set[str] = set()
    frontier = claim_iris
    while frontier:
        rows_above = _rows_by_thing(engine, "above", frontier)
        for thing in frontier:
            above = rows_above.get(thing, [])
            attributions_of[thing] = sorted({row["attribution"].value for row in above if "attribution" in row})
            told = {row["account"].value for row in above if "account" in row}
            embedding[thing] = sorted({row["embedding"].value for row in above if "embedding" in row} | told)
            accounts |= told
        reached = {parent for thing in frontier for parent in attributions_of[thing] or embedding[thing]}
        frontier = reached - attributions_of.keys()
    attributions = {attribution for several in attributions_of.values() for attribution in several}
    levels_of = {
        attribution: _to_level(several)
        for attribution, several in _rows_by_thing(engine, "attributions", attributions).items()
    }
    labels = {
        thing: several[0]["label"].value
        for thing, several in _rows_by_thing(engine, "names", attributions_of.keys() - attributions).items()
    }
    remarks_on = {
        thing: [f"{row['kind'].value}: {row['remark'].value}" for row in several]
        for thing, several in _rows_by_thing(engine, "remarks", attributions_of.keys()).items()
    }

    def paths_to(thing: str, path: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
        """Yield the paths of attributions from an outermost one down to *thing*, each continued by *path*."""
        # a cycle, which is for validation to report, ends here
        outer = [attribution for attribution in attributions_of[thing] if attribution not in path]
        if not outer and path:
            yield path
        for attribution in outer:
            yield from paths_to(attribution, (attribution, *path))

    evidence_for: dict[str, list[Evidence]] = {}
    for claim in claim_iris - attributions:  # an attribution leads to a claim, and has no evidence of its own
        chains = []
        for carrier in _carriers(claim, attributions_of, embedding):
            for path in paths_to(carrier, ()):
                levels, passages = zip(*(levels_of[attribution] for attribution in path), strict=True)
                subjects = dict.fromkeys((claim, carrier, *path))
                whole = carrier == claim or (carrier in accounts and carrier in embedding[claim])
                remarks = dict.fromkeys(remark for subject in subjects for remark in remarks_on.get(subject, ()))
                chains.append(
                    Evidence(
                        claim,
                        labels.get(carrier, carrier) if whole else labels.get(claim, claim),
                        levels,
                        passages[0],
                        None if whole else labels.get(carrier, carrier),
                        tuple(remarks),
                    )
                )
        if chains:
            evidence_for[claim] = sorted(chains, key=_sort_key)
    return evidence_for


def _sort_key(chain: Evidence) -> tuple[list[int], str]:
    return [passage.start for passage in chain.passages], chain.chain


def _carriers(claim: str, attributions_of: dict[str, list[str]], embedding: dict[str, list[str]]) -> list[str]:
    """Return *claim* where it is put forward itself, else the nearest claims that embed it and are put forward."""
    carriers, seen, pending = [], {claim}, [claim]
    while pending:
        thing = pending.pop()
        if attributions_of[thing]:
            carriers.append(thing)
            continue
        parents = [parent for parent in embedding[thing] if parent not in seen]
        seen.update(parents)
        pending += parents
    return sorted(carriers)


def _to_level(attribution_rows: list[dict[str, Term]]) -> tuple[Level, tuple[PassageReference, ...]]:
    """Return the level that the rows of one attribution describe, and the passages in which it is stated."""
    first = attribution_rows[0]
    passages = {
        PassageReference(
            row["passage"].value,
            row["section"].value,
            int(row["paragraph"].value),
            int(row["sentence"].value),
            int(row["start"].value),
            int(row["end"].value),
            row["sha256"].value,
        )
        for row in attribution_rows
        if "passage" in row
    }
    level = Level(
        first["thing"].value,
        first["source"].value,
        first["mode"].value,
        first["phrase"].value,
        tuple(sorted({row["citation"].value for row in attribution_rows if "citation" in row})),
        tuple(sorted({row["quoted"].value for row in attribution_rows if "quoted" in row})),
    )
    return level, tuple(sorted(passages, key=lambda passage: passage.start))
