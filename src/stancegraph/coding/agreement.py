"""Inter-coder agreement: how far two people who coded one text agree, and a sheet on which a third person decides.

Claims are paired passage by passage, the most similar first; a claim without a counterpart counts as a disagreement in
every field. Agreement is measured by Krippendorff's alpha for nominal data (`Computing Krippendorff's Alpha-Reliability
<https://repository.upenn.edu/handle/20.500.14332/2089>`_): 1 is perfect agreement, 0 is agreement by chance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stancegraph.coding.blocks import Block, parse_blocks
from stancegraph.coding.compiler import CompiledSheet
from stancegraph.errors import ExternalError
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES

_TYPE = PREFIXES["rdf"] + "type"
_LABEL = PREFIXES["rdfs"] + "label"
_PROPERTIES = (terms.HOLDER, terms.ATTITUDE, terms.POSITION, terms.TARGET, terms.ISSUE_PROPERTY, terms.AGENT)
FIELDS = ("kind", "source", "mode", *map(terms.local_name, _PROPERTIES))
"""The fields that are compared; *source* and *mode* are those of every attribution of the chain."""

_NO_CLAIM = "(no such claim)"
_Values = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class CodedClaim:
    """A claim as one person coded it.

    Attributes:
        passage: The name of its passage.
        label: Its label.
        values: The value of each of `FIELDS`; several values are joined, and no value is an empty string.
    """

    passage: str
    label: str
    values: tuple[str, ...]

    def similarity(self, other: CodedClaim) -> float:
        """Return how similar two claims are: a point for each field with the same value, and up to two for labels."""
        from rapidfuzz import fuzz

        same = sum(mine == theirs != "" for mine, theirs in zip(self.values, other.values, strict=True))
        return same + fuzz.token_sort_ratio(self.label, other.label) / 50


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim as each of two people coded it; None where one of them did not code it."""

    passage: str
    first: CodedClaim | None
    second: CodedClaim | None

    def values(self, index: int) -> tuple[str, str]:
        """Return the values that the two have for the field at *index* of `FIELDS`."""
        first, second = (_NO_CLAIM if claim is None else claim.values[index] for claim in (self.first, self.second))
        return first, second

    @property
    def differing(self) -> tuple[str, ...]:
        """The fields in which the two differ."""
        return tuple(name for index, name in enumerate(FIELDS) if len(set(self.values(index))) > 1)


def coded_claims(compiled: CompiledSheet, slug: str) -> list[CodedClaim]:
    """Return the claims that the sheet of the article *slug* puts forward."""
    properties: dict[str, _Values] = defaultdict(lambda: defaultdict(list))
    for triple in compiled.triples:
        if triple.predicate.value == _LABEL and getattr(triple.object, "language", None) != "en":
            continue  # a translation, by which claims are not compared
        value = triple.object.value if hasattr(triple.object, "value") else str(triple.object)
        properties[triple.subject.value][triple.predicate.value].append(value)  # type: ignore[union-attr]
    passage_prefix = f"{ID}passage/{slug}/"
    claims = []
    for attribution in list(properties.values()):
        if attribution.get(_TYPE) == [terms.ATTRIBUTION] and attribution.get(terms.STATED_IN):
            sources, modes, innermost = _follow(attribution, properties)
            passage = attribution[terms.STATED_IN][0].removeprefix(passage_prefix)
            for iri in innermost[terms.PUTS_FORWARD]:
                claim = properties.get(iri, {})
                values = [_local_names(claim.get(_TYPE, [])), sources, modes]
                values += [_local_names(claim.get(name, [])) for name in _PROPERTIES]
                claims.append(CodedClaim(passage, " ".join(claim.get(_LABEL, [])), tuple(values)))
    return claims


def _follow(attribution: _Values, properties: dict[str, _Values]) -> tuple[str, str, _Values]:
    """Return the sources and the modes of a chain, and its innermost attribution."""
    sources, modes = [], []
    while True:
        sources.append(_local_names(attribution[terms.ATTRIBUTED_TO]))
        modes.append(_local_names(attribution[terms.ATTRIBUTION_MODE]))
        content = (properties.get(iri, {}) for iri in attribution[terms.PUTS_FORWARD])
        inner = next((values for values in content if values.get(_TYPE) == [terms.ATTRIBUTION]), None)
        if inner is None:
            return " > ".join(sources), " > ".join(modes), attribution
        attribution = inner


def _local_names(iris: Sequence[str]) -> str:
    return " ".join(sorted(iri.rpartition("/")[2].rpartition("#")[2] for iri in iris))


def pair_claims(first: Sequence[CodedClaim], second: Sequence[CodedClaim]) -> list[Pair]:
    """Pair the claims of two people, passage by passage; claims of the same passage are paired by similarity."""
    pairs: list[Pair] = []
    for passage in dict.fromkeys(claim.passage for claim in (*first, *second)):
        left = [claim for claim in first if claim.passage == passage]
        right = [claim for claim in second if claim.passage == passage]
        by_similarity = sorted(
            ((a.similarity(b), -i, -j) for i, a in enumerate(left) for j, b in enumerate(right)), reverse=True
        )  # of equally similar pairs, the one whose claims come first
        paired_left: set[int] = set()
        paired_right: set[int] = set()
        for _, i, j in by_similarity:
            if -i not in paired_left and -j not in paired_right:
                paired_left.add(-i)
                paired_right.add(-j)
                pairs.append(Pair(passage, left[-i], right[-j]))
        pairs += [Pair(passage, claim, None) for index, claim in enumerate(left) if index not in paired_left]
        pairs += [Pair(passage, None, claim) for index, claim in enumerate(right) if index not in paired_right]
    return pairs


def krippendorff_alpha(pairs: Sequence[Pair], field: str) -> float | None:
    """Return Krippendorff's alpha of one of `FIELDS`, or None where all values are the same and alpha is undefined.

    Raises:
        ExternalError: NLTK, which computes it, is not installed.
    """
    try:
        from nltk.metrics.agreement import AnnotationTask
    except ImportError:
        raise ExternalError("agreement needs NLTK", remedy="pip install 'stancegraph[draft]'") from None
    index = FIELDS.index(field)
    rows = [
        (coder, str(number), value)
        for number, pair in enumerate(pairs)
        for coder, value in zip(("first", "second"), pair.values(index), strict=True)
    ]
    if len({value for _, _, value in rows}) < 2:
        return None
    return float(AnnotationTask(data=rows).alpha())


def adjudication_sheet(first: str, second: str) -> str:
    """Return a sheet on which a third person decides between two.

    Blocks that both sheets contain are copied unchanged. Blocks that only one contains become proposals (``#?``), each
    under a comment that names its coder.
    """
    second_blocks: dict[str | None, list[Block]] = defaultdict(list)
    for block in parse_blocks(second):
        second_blocks[block.passage].append(block)
    lines: list[str] = []
    first_blocks = parse_blocks(first)
    for passage in dict.fromkeys([*(block.passage for block in first_blocks), *second_blocks]):
        ours = [block for block in first_blocks if block.passage == passage]
        theirs = second_blocks[passage]
        our_texts = {_normalised(block.text) for block in ours}
        their_texts = {_normalised(block.text) for block in theirs}
        lines += ["", f"@ {passage}"] if passage is not None else []
        for block in ours:
            agreed = _normalised(block.text) in their_texts
            lines += block.text.splitlines() if agreed else _proposal("the first coder", block)
        for block in theirs:
            if _normalised(block.text) not in our_texts:
                lines += _proposal("the second coder", block)
    return "\n".join(lines).lstrip("\n") + "\n"


def _proposal(coder: str, block: Block) -> Iterator[str]:
    yield f"# {coder}:"
    yield from (f"#? {line}" for line in block.text.splitlines())


def _normalised(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())
