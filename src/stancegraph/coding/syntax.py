"""The syntax tree of a coding sheet, before its names are resolved.

Each part keeps its line number, so that later problems can be reported with the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record.

    Attributes:
        name: The property, as it is written.
        values: The values, as they are written.
        line: The number of its line, from 1.
    """

    name: str
    values: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """The description of a claim, a time, a citation or another thing.

    Attributes:
        kind: The kind of thing, such as ``stance``.
        name: Its name, the last part of its IRI.
        label: Its label, in English.
        line: The number of its first line, from 1.
        passage: The name of the passage that it belongs to.
        fields: Its fields, in their order.
    """

    kind: str
    name: str
    label: str | None
    line: int
    passage: str | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributionStep:
    """One attribution of a chain.

    Attributes:
        source: The name of the source; None for the article itself.
        mode: The name of the attribution mode.
        qualifiers: Pairs of a property's IRI, from `STEP_KEYWORDS` of the parser, and the name of its value.
        quotations: Quoted words, with their quotation marks.
    """

    source: str | None
    mode: str
    qualifiers: tuple[tuple[str, str], ...] = ()
    quotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributionChain:
    """A chain of attributions, with what its last attribution puts forward.

    Attributes:
        passage: The name of the passage that it belongs to.
        steps: Its attributions, from the article to the innermost source.
        line: The number of its line, from 1.
        records: The claims that are described under it.
        also: The names of claims that are described elsewhere.
    """

    passage: str
    steps: tuple[AttributionStep, ...]
    line: int
    records: tuple[Record, ...] = ()
    also: tuple[str, ...] = ()


@dataclass
class Sheet:
    """A coding sheet.

    Attributes:
        items: Its records and chains, in their order.
        problems: The lines that could not be parsed: number, message and remedy.
    """

    items: list[Record | AttributionChain] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)

    def records(self) -> Iterator[Record]:
        """Yield every record, including those under a chain."""
        for item in self.items:
            if isinstance(item, AttributionChain):
                yield from item.records
            else:
                yield item
