"""The description of a thing: all that the graph knows about it, under the headings where a reader would look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from stancegraph.questions.headings import Headings, Placement
from stancegraph.questions.sentences import make_sentences
from stancegraph.rdf.language import ENGLISH
from stancegraph.rdf.namespaces import GRAPH, PREFIXES, shorten
from stancegraph.sparql.engine import Engine, Rows, Term
from stancegraph.sparql.lookups import lookup, rows

_NAMES = {PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement about a thing, or about another thing in relation to it.

    Attributes:
        relation: The label of the relation, as read from the thing that is described.
        name: The label of the value, empty where it has none; of a literal, its text.
        value: The other thing, or the literal.
        inferred: Whether the statement is in inferred graphs only.
        embedded: Whether the value is a claim that nobody puts forward: it is only the content of another claim.
        disputed: Why the editors dispute the value; None where they do not.
    """

    relation: str
    name: str
    value: Term
    inferred: bool
    embedded: bool
    disputed: str | None

    @property
    def marks(self) -> str:
        """The reasons, in words, why the statement is not a plain fact of the source; empty where it is one."""
        marks = ["inferred"] * self.inferred + ["not put forward itself, only content of a claim"] * self.embedded
        return "; ".join([*marks, f"disputed: {self.disputed}"] if self.disputed else marks)


@dataclass(frozen=True, slots=True)
class Section:
    """The statements under one heading."""

    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """All that the graph knows about one thing.

    Attributes:
        thing: The thing.
        name: Its label.
        sections: The statements about it, under their headings.
        sentences: For each claim among the thing and the values, by its IRI, the sentence that its triples make; only
            where this was asked for.
    """

    thing: NamedNode
    name: str
    sections: tuple[Section, ...]
    sentences: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        """The description as a table with a row for each statement."""
        booleans = {
            value: Literal(str(value).lower(), datatype=NamedNode(PREFIXES["xsd"] + "boolean"))
            for value in (True, False)
        }
        return Rows.from_records(
            ("section", "relation", "name", "value", "inferred", "embedded", "disputed"),
            [
                (
                    Literal(section.title),
                    Literal(statement.relation),
                    Literal(statement.name),
                    statement.value,
                    booleans[statement.inferred],
                    booleans[statement.embedded],
                    None if statement.disputed is None else Literal(statement.disputed),
                )
                for section in self.sections
                for statement in section.statements
            ],
        )

    def _repr_html_(self) -> str:
        from stancegraph.sparql.notebook import html_table

        return html_table(self.rows, self.name)

    @property
    def values(self) -> list[NamedNode]:
        """The things that are values of the statements, each once, in their order."""
        values = (statement.value for section in self.sections for statement in section.statements)
        return list(dict.fromkeys(value for value in values if isinstance(value, NamedNode)))


def describe(engine: Engine, thing: NamedNode, headings: Headings, *, from_triples: bool = False) -> Description:
    """Describe a thing.

    Args:
        engine: The engine to ask.
        thing: The thing.
        headings: The headings under which statements stand, and their order.
        from_triples: Whether to make sentences of the triples of claims.

    Returns:
        The description; of a thing that the graph does not know, one without sections.

    Raises:
        ExternalError: The engine fails.
    """
    names: dict[str | None, str] = {}
    groups: dict[tuple[Placement, str, str, Term], list[dict[str, Term]]] = {}
    for row in rows(engine, lookup("statements", thing=[thing])):  # a row for each graph, carrier and dispute
        direction = row["property"].value, row["direction"].value == "inverse"
        if _is_inferred(row) and direction not in headings:
            continue  # what follows from the alignments repeats what is stated
        name = row["value"] if isinstance(row["value"], Literal) else row["name"]
        if row["property"].value in _NAMES and isinstance(row["value"], Literal):
            names.setdefault(row["value"].language, row["value"].value)
        placement = headings.place(*direction)
        groups.setdefault((placement, _relation(row, placement), name.value, row["value"]), []).append(row)
    ordered = sorted(groups.items(), key=lambda group: (*group[0][:3], str(group[0][3])))
    statements = [
        (
            placement.title,
            Statement(
                relation,
                name,
                value,
                all(map(_is_inferred, group)),
                "claim" in group[0] and not any("carrier" in row for row in group),
                "; ".join(sorted({row["dispute"].value for row in group if "dispute" in row})) or None,
            ),
        )
        for (placement, relation, name, value), group in ordered
    ]
    sections = tuple(
        Section(title, tuple(statement for _, statement in pairs))
        for title, pairs in groupby(statements, key=lambda pair: pair[0])
    )
    label = names.get(ENGLISH) or next(iter(names.values()), shorten(thing.value))
    description = Description(thing, label, sections)
    if not from_triples:
        return description
    return replace(description, sentences=make_sentences(engine, [thing, *description.values]))


def _is_inferred(row: Mapping[str, Term]) -> bool:
    return row["graph"].value.startswith(f"{GRAPH}inferred/")


def _relation(row: Mapping[str, Term], placement: Placement) -> str:
    """Return how a statement reads: by the name that its shape gives, the label of its property, or its IRI."""
    if placement.name:
        return placement.name
    label = row["label"].value if "label" in row else re.split(r"[/#]", row["property"].value)[-1]
    return f"as {label}" if row["direction"].value == "inverse" else label
