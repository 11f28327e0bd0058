"""The description of a thing: all that the graph knows about it, under the headings where a reader would look."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from stancegraph.rdf.namespaces import GRAPH, PREFIXES, shorten
from stancegraph.sparql.engine import Engine, Rows, Term
from stancegraph.sparql.lookups import lookup, rows


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
    """All that the graph knows about one thing."""

    thing: NamedNode
    name: str
    sections: tuple[Section, ...]

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


def describe(engine: Engine, thing: NamedNode) -> Description:
    """Describe a thing.

    Args:
        engine: The engine to ask.
        thing: The thing.

    Returns:
        The description; of a thing that the graph does not know, one without sections.

    Raises:
        ExternalError: The engine fails.
    """
    text = lookup("statements", thing=[thing])
    rows_of: dict[tuple[str, str, str, Term], list[dict[str, Term]]] = {}
    for row in rows(engine, text):  # a statement has a row for each graph, carrier and dispute
        name = row["value"] if isinstance(row["value"], Literal) else row["name"]
        key = (row["section"].value, row["relation"].value, name.value, row["value"])
        rows_of.setdefault(key, []).append(row)
    titled_statements = [
        (
            title,
            Statement(
                relation,
                name,
                value,
                all(row["graph"].value.startswith(f"{GRAPH}inferred/") for row in group),
                "claim" in group[0] and not any("carrier" in row for row in group),
                "; ".join(sorted({row["dispute"].value for row in group if "dispute" in row})) or None,
            ),
        )
        for (title, relation, name, value), group in rows_of.items()
    ]
    sections = tuple(
        Section(title, tuple(statement for _, statement in pairs))
        for title, pairs in groupby(titled_statements, key=lambda pair: pair[0])
    )
    labels = [
        statement.name for section in sections for statement in section.statements if statement.relation == "called"
    ]
    return Description(thing, labels[0] if labels else shorten(thing.value), sections)
