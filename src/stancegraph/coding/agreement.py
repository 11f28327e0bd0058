"""Two people code one text apart: how far they agree, field by field, and what is left for a third to decide.

Claims are paired passage by passage, those that are most alike first; a claim that has no counterpart counts as a
disagreement in every field. Agreement is Krippendorff's alpha for nominal data (`Computing Krippendorff's
Alpha-Reliability <https://repository.upenn.edu/handle/20.500.14332/2089>`_): 1 is perfect, 0 is what chance gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stancegraph.coding.blocks import Block, blocks
from stancegraph.coding.compiler import Compiled
from stancegraph.errors import ExternalError
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES

_TYPE = PREFIXES["rdf"] + "type"
_LABEL = PREFIXES["rdfs"] + "label"
_PROPERTIES = (terms.HOLDER, terms.ATTITUDE, terms.POSITION, terms.TARGET, terms.ISSUE_PROPERTY, terms.AGENT)
FIELDS = ("kind", "source", "mode", *map(terms.local_name, _PROPERTIES))
"""What is compared of each claim; *source* is who is said to say it, *mode* how, each at every step of the chain."""

_NOTHING = "(no such claim)"


@dataclass(frozen=True, slots=True)
class CodedClaim:
    """A claim as one person coded it: where, in which words, and the value of each field; several are joined."""

    passage: str
    label: str
    values: tuple[str, ...]

    def likeness(self, other: CodedClaim) -> float:
        """How like two claims are: a point for each field that is the same, and up to two for their labels."""
        from rapidfuzz import fuzz

        same = sum(one == another and bool(one) for one, another in zip(self.values, other.values, strict=True))
        return same + fuzz.token_sort_ratio(self.label, other.label) / 50


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim as each of two people coded it; None where one of them did not."""

    passage: str
    one: CodedClaim | None
    other: CodedClaim | None

    def values(self, place: int) -> tuple[str, str]:
        """What each of the two has for a field."""
        first, second = (_NOTHING if coded is None else coded.values[place] for coded in (self.one, self.other))
        return first, second

    @property
    def differing(self) -> tuple[str, ...]:
        """The fields in which the two differ."""
        return tuple(name for place, name in enumerate(FIELDS) if len(set(self.values(place))) > 1)


def claims(compiled: Compiled, slug: str) -> list[CodedClaim]:
    """The claims that a sheet puts forward, each with its passage."""
    about: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in compiled.triples:
        value = triple.object.value if hasattr(triple.object, "value") else str(triple.object)
        about[triple.subject.value][triple.predicate.value].append(value)  # type: ignore[union-attr]
    home = f"{ID}passage/{slug}/"
    found = []
    for told in list(about.values()):
        if told.get(_TYPE) == [terms.ATTRIBUTION] and told.get(terms.STATED_IN):
            sources, modes, end = _walk(told, about)
            passage = told[terms.STATED_IN][0].removeprefix(home)
            for claim in end[terms.PUTS_FORWARD]:
                here = about.get(claim, {})
                fields = [_local(here.get(_TYPE, [])), sources, modes]
                fields += [_local(here.get(name, [])) for name in _PROPERTIES]
                found.append(CodedClaim(passage, " ".join(here.get(_LABEL, [])), tuple(fields)))
    return found


def _walk(told: dict[str, list[str]], about: dict[str, dict[str, list[str]]]) -> tuple[str, str, dict[str, list[str]]]:
    """The sources and modes of a chain, and its last attribution."""
    sources, modes = [], []
    while True:
        sources.append(_local(told[terms.ATTRIBUTED_TO]))
        modes.append(_local(told[terms.ATTRIBUTION_MODE]))
        following = [one for one in told[terms.PUTS_FORWARD] if about.get(one, {}).get(_TYPE) == [terms.ATTRIBUTION]]
        if not following:
            return " > ".join(sources), " > ".join(modes), told
        told = about[following[0]]


def _local(iris: Sequence[str]) -> str:
    return " ".join(sorted(iri.rpartition("/")[2].rpartition("#")[2] for iri in iris))


def pair(one: Sequence[CodedClaim], other: Sequence[CodedClaim]) -> list[Pair]:
    """The claims of two people, paired passage by passage."""
    found: list[Pair] = []
    for passage in dict.fromkeys(coded.passage for coded in (*one, *other)):
        left = [coded for coded in one if coded.passage == passage]
        right = [coded for coded in other if coded.passage == passage]
        likeness = sorted(
            ((a.likeness(b), -i, -j) for i, a in enumerate(left) for j, b in enumerate(right)), reverse=True
        )
        taken: tuple[set[int], set[int]] = (set(), set())
        for _, i, j in likeness:
            if -i not in taken[0] and -j not in taken[1]:
                taken[0].add(-i)
                taken[1].add(-j)
                found.append(Pair(passage, left[-i], right[-j]))
        found += [Pair(passage, coded, None) for place, coded in enumerate(left) if place not in taken[0]]
        found += [Pair(passage, None, coded) for place, coded in enumerate(right) if place not in taken[1]]
    return found


def alpha(pairs: Sequence[Pair], field: str) -> float | None:
    """Krippendorff's alpha of a field; None where all values are one, of which nothing can be said.

    Raises `ExternalError` where NLTK, which computes it, is not installed.
    """
    try:
        from nltk.metrics.agreement import AnnotationTask
    except ImportError:
        raise ExternalError("agreement needs NLTK", remedy="pip install 'stancegraph[draft]'") from None
    place = FIELDS.index(field)
    rows = [
        (coder, str(number), value)
        for number, one in enumerate(pairs)
        for coder, value in zip(("one", "other"), one.values(place), strict=True)
    ]
    if len({value for _, _, value in rows}) < 2:
        return None
    return float(AnnotationTask(data=rows).alpha())


def adjudicate(one: str, other: str) -> str:
    """A sheet for a third person: what both have stands, what only one has is a proposal, told by whose it is."""
    theirs: dict[str | None, list[Block]] = defaultdict(list)
    for block in blocks(other):
        theirs[block.passage].append(block)
    lines: list[str] = []
    ours = blocks(one)
    places = list(dict.fromkeys([*(block.passage for block in ours), *theirs]))
    for passage in places:
        here = [block for block in ours if block.passage == passage]
        there = {_plain(block.text) for block in theirs[passage]}
        mine = {_plain(block.text) for block in here}
        lines += ["", f"@ {passage}"] if passage is not None else []
        for block in here:
            lines += block.text.splitlines() if _plain(block.text) in there else [*_proposed("the first coder", block)]
        for block in theirs[passage]:
            if _plain(block.text) not in mine:
                lines += [*_proposed("the second coder", block)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _proposed(whose: str, block: Block) -> Iterator[str]:
    yield f"# {whose}:"
    yield from (f"#? {line}" for line in block.text.splitlines())


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())
