"""The description of a thing: all that the graph knows of it, under the headings where a person would look for it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from stancegraph.rdf.namespaces import GRAPH, PREFIXES, shorten
from stancegraph.sparql.engine import Engine, Rows, Term
from stancegraph.sparql.lookups import lookup, rows


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a thing, or of another one with it.

    *inferred*: only the build says so. *embedded*: the value is a claim that nobody puts forward; it is only the
    content of one. *disputed*: what the editors have against the value.
    """

    relation: str
    name: str
    value: Term
    inferred: bool
    embedded: bool
    disputed: str | None

    @property
    def marks(self) -> str:
        """In words, what keeps the statement from being taken for a plain fact of the source."""
        marks = ["inferred"] * self.inferred + ["not put forward itself, only content of a claim"] * self.embedded
        return "; ".join([*marks, f"disputed: {self.disputed}"] if self.disputed else marks)


@dataclass(frozen=True, slots=True)
class Section:
    """Statements under one heading."""

    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """All that the graph knows of one thing."""

    thing: NamedNode
    name: str
    sections: tuple[Section, ...]

    @property
    def rows(self) -> Rows:
        """The description as a table, a statement a row."""
        truth = {
            yes: Literal(str(yes).lower(), datatype=NamedNode(PREFIXES["xsd"] + "boolean")) for yes in (True, False)
        }
        return Rows.of(
            ("section", "relation", "name", "value", "inferred", "embedded", "disputed"),
            [
                (
                    Literal(section.title),
                    Literal(one.relation),
                    Literal(one.name),
                    one.value,
                    truth[one.inferred],
                    truth[one.embedded],
                    None if one.disputed is None else Literal(one.disputed),
                )
                for section in self.sections
                for one in section.statements
            ],
        )

    def _repr_html_(self) -> str:
        from stancegraph.sparql.notebook import html_table

        return html_table(self.rows, self.name)

    @property
    def values(self) -> list[NamedNode]:
        """The things that the statements are about, in their order."""
        found = (statement.value for section in self.sections for statement in section.statements)
        return list(dict.fromkeys(value for value in found if isinstance(value, NamedNode)))


def describe(engine: Engine, thing: NamedNode) -> Description:
    """The description of *thing*; raises `ExternalError` where *engine* fails."""
    text = lookup("statements", thing=[thing])
    found: dict[tuple[str, str, str, Term], list[dict[str, Term]]] = {}
    for row in rows(engine, text):  # several for a statement: one for each graph, carrier and dispute
        name = row["value"] if isinstance(row["value"], Literal) else row["name"]
        key = (row["section"].value, row["relation"].value, name.value, row["value"])
        found.setdefault(key, []).append(row)
    told = [
        (
            section,
            Statement(
                relation,
                name,
                value,
                all(row["graph"].value.startswith(f"{GRAPH}inferred/") for row in several),
                "claim" in several[0] and not any("carrier" in row for row in several),
                "; ".join(sorted({row["dispute"].value for row in several if "dispute" in row})) or None,
            ),
        )
        for (section, relation, name, value), several in found.items()
    ]
    sections = tuple(
        Section(title, tuple(statement for _, statement in group))
        for title, group in groupby(told, key=lambda pair: pair[0])
    )
    called = [one.name for section in sections for one in section.statements if one.relation == "called"]
    return Description(thing, called[0] if called else shorten(thing.value), sections)
