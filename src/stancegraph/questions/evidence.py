"""Evidence: for a claim, where it stands, on which citation it rests, and on whose word, through all levels."""

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
    """Where a passage stands: section, paragraph, sentence, and its characters in the text."""

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

    def words(self, text: str) -> str:
        """The passage in *text*; raise `DataError` where the text is not the one that was coded."""
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
    """One level of a chain: a source, and in which mode it puts forward what follows; *attribution* is its IRI."""

    attribution: str
    source: str
    mode: str
    phrase: str
    citations: tuple[str, ...]
    quoted_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One chain of attribution for a claim, from the article inwards.

    *embedded_in* is the claim that is put forward, where the claim asked for is only part of its content.
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
        """What stands in quotation marks along the chain."""
        return tuple(words for level in self.levels for words in level.quoted_words)

    @property
    def chain(self) -> str:
        """The chain in words."""
        told = " ".join(f"{level.source}{',' * (',' in level.source)} {level.phrase}" for level in self.levels)
        if self.embedded_in is None:
            return f"{told}: {self.label}"
        return f"{told}: {self.embedded_in} (of which this is part: {self.label})"


def _about(engine: Engine, name: str, things: Collection[str]) -> dict[str, list[dict[str, Term]]]:
    """The rows of the lookup *name* for *things*, by thing."""
    found: dict[str, list[dict[str, Term]]] = defaultdict(list)
    if things:
        for row in rows(engine, lookup(name, thing=map(NamedNode, sorted(things)))):
            found[row["thing"].value].append(row)
    return found


def evidence(engine: Engine, claims: Iterable[NamedNode]) -> dict[str, list[Evidence]]:
    """The evidence for each of *claims*, by IRI, in the order of the text; a claim without any is absent.

    Where a claim is put forward itself, that is its evidence; else that of the nearest claims that embed it.
    """
    wanted = {claim.value for claim in claims}
    putting: dict[str, list[str]] = {}  # a thing: the attributions that put it forward
    embedding: dict[str, list[str]] = {}  # a thing: the claims that embed it
    frontier = wanted
    while frontier:
        above = _about(engine, "above", frontier)
        for thing in frontier:
            found = above.get(thing, [])
            putting[thing] = sorted({row["attribution"].value for row in found if "attribution" in row})
            embedding[thing] = sorted({row["embedding"].value for row in found if "embedding" in row})
        reached = {up for thing in frontier for up in (*putting[thing], *(() if putting[thing] else embedding[thing]))}
        frontier = reached - putting.keys()
    attributions = {attribution for found in putting.values() for attribution in found}
    told = {thing: _level(found) for thing, found in _about(engine, "attributions", attributions).items()}
    names = {
        thing: found[0]["label"].value
        for thing, found in _about(engine, "names", putting.keys() - attributions).items()
    }
    remarks = {
        thing: [f"{row['kind'].value}: {row['remark'].value}" for row in found]
        for thing, found in _about(engine, "remarks", putting.keys()).items()
    }

    def upwards(thing: str, path: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
        """The paths of attributions from the outermost one down to *thing*."""
        outer = [attribution for attribution in putting[thing] if attribution not in path]  # validation finds cycles
        if not outer and path:
            yield path
        for attribution in outer:
            yield from upwards(attribution, (attribution, *path))

    evidences: dict[str, list[Evidence]] = {}
    for claim in wanted - attributions:  # an attribution is on the way to a claim, not one of its own
        chains = []
        for carrier in _carriers(claim, putting, embedding):
            for path in upwards(carrier, ()):
                levels, places = zip(*(told[attribution] for attribution in path), strict=True)
                subjects = dict.fromkeys((claim, carrier, *path))
                chains.append(
                    Evidence(
                        claim,
                        names.get(claim, claim),
                        levels,
                        places[0],
                        None if claim == carrier else names.get(carrier, carrier),
                        tuple(dict.fromkeys(remark for subject in subjects for remark in remarks.get(subject, ()))),
                    )
                )
        if chains:
            evidences[claim] = sorted(chains, key=lambda one: ([place.start for place in one.passages], one.chain))
    return evidences


def _carriers(claim: str, putting: dict[str, list[str]], embedding: dict[str, list[str]]) -> list[str]:
    """The claim itself where it is put forward, else the nearest claims that embed it and are."""
    carriers, seen, waiting = [], {claim}, [claim]
    while waiting:
        thing = waiting.pop()
        if putting[thing]:
            carriers.append(thing)
            continue
        above = [up for up in embedding[thing] if up not in seen]
        seen.update(above)
        waiting += above
    return sorted(carriers)


def _level(found: list[dict[str, Term]]) -> tuple[Level, tuple[PassageReference, ...]]:
    """One attribution, from the rows about it, and the passages in which it stands."""
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
        for row in found
        if "passage" in row
    }
    level = Level(
        found[0]["thing"].value,
        found[0]["source"].value,
        found[0]["mode"].value,
        found[0]["phrase"].value,
        tuple(sorted({row["citation"].value for row in found if "citation" in row})),
        tuple(sorted({row["quoted"].value for row in found if "quoted" in row})),
    )
    return level, tuple(sorted(passages, key=lambda place: place.start))
