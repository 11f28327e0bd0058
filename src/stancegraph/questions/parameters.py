"""From what a person types to RDF terms: labels, prefixed names, IRIs, dates, numbers."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from stancegraph.errors import UsageError
from stancegraph.questions.stored_query import Parameter, StoredQuery
from stancegraph.rdf.datatypes import canonical, date
from stancegraph.rdf.namespaces import PREFIXES, expand, shorten
from stancegraph.sparql.engine import Engine, Term
from stancegraph.sparql.lookups import lookup, rows

_XSD = PREFIXES["xsd"]


def _named_node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def resolve(engine: Engine, words: str, klass: str | None = None) -> NamedNode:
    """The thing that *words* name: an IRI, a prefixed name, or a label, without regard to case.

    An IRI that it had before is understood. A preferred label goes before an alternative one. *klass* is the IRI of a
    class that the thing must be of. Raises `UsageError` where nothing, or more than one thing, is named so.
    """
    wanted = words.strip().removeprefix("<").removesuffix(">")
    iri = expand(wanted) or (wanted if "://" in wanted else None)
    of_class = f" of class {shorten(klass)}" if klass else ""
    if iri is not None:
        node = _named_node(iri)
        if node is None:
            raise UsageError(f"{words!r} is not an IRI", remedy="write it without spaces, quotes or braces")
        for one in (node, called_now(engine, node)):
            if one is not None and engine.query(lookup("known", thing=[one], **_of_class(klass))):
                return one
        raise UsageError(f"the graph knows no {shorten(iri)}{of_class}", remedy="look for it with `stancegraph sparql`")
    # as it is written, in English or no language, is looked up in an index; all else needs a look at every label
    written = labels(engine, klass, label=[Literal(wanted), Literal(wanted, language="en")])
    known = written or labels(engine, klass)
    folded = wanted.casefold()
    for preferred in (True, False):
        found = sorted({thing for thing, label, main in known if main is preferred and label.casefold() == folded})
        if len(found) == 1:
            return NamedNode(found[0])
        if found:
            raise UsageError(
                f"{words!r} is ambiguous", remedy=f"say which one is meant: {', '.join(map(shorten, found))}"
            )
    names = sorted({label for _, label, _ in known})
    by_fold = {label.casefold(): label for label in names}
    close = [by_fold[match] for match in difflib.get_close_matches(folded, by_fold, n=5, cutoff=0.5)]
    close += [label for label in names if folded and folded in label.casefold() and label not in close][
        : 5 - len(close)
    ]
    raise UsageError(
        f"nothing{of_class} is called {words!r}",
        remedy="did you mean: " + "; ".join(close) if close else "give a label, a prefixed name or an IRI",
    )


def called_now(engine: Engine, former: NamedNode) -> NamedNode | None:
    """The thing that had the IRI *former* before it was merged into another; None where there is none."""
    literal = Literal(former.value, datatype=NamedNode(f"{_XSD}anyURI"))
    found = [row["thing"] for row in rows(engine, lookup("formerly", former=[literal]))]
    return found[0] if found and isinstance(found[0], NamedNode) else None


def labels(engine: Engine, klass: str | None, **terms: Iterable[NamedNode | Literal]) -> list[tuple[str, str, bool]]:
    """Things of the class *klass*, what they are called, and whether by their own label.

    *terms* narrow the choice, those for ``thing`` or ``label``.
    """
    found = rows(engine, lookup("labels", **_of_class(klass), **terms))
    return [(row["thing"].value, row["label"].value, row["preferred"].value == "true") for row in found]


def _of_class(klass: str | None) -> dict[str, list[NamedNode]]:
    return {} if klass is None else {"class": [NamedNode(klass)]}


_EXAMPLES = {
    "xsd:date": "a date like 2012-05-21",
    "xsd:integer": "a whole number",
    "xsd:decimal": "a number like 1.5",
    "xsd:boolean": "true or false",
}


def parse_value(engine: Engine, parameter: Parameter, words: str) -> Term:
    """The term for *words* as the value of *parameter*; raise `UsageError` where it is not of its type."""
    if parameter.type == "iri":
        try:
            return resolve(engine, words, parameter.klass)
        except UsageError as error:
            raise UsageError(error.message, subject=parameter.option, remedy=error.remedy) from None
    literal = Literal(words, datatype=NamedNode(_XSD + parameter.type.removeprefix("xsd:")))
    try:
        if parameter.type == "xsd:date":
            date(words)  # XML Schema has years, and time zones, that nothing else here has
        value = canonical(literal)
    except ValueError:
        value = None
    if value is None:
        example = _EXAMPLES[parameter.type]
        raise UsageError(f"{words!r} is not {example}", subject=parameter.option, remedy=f"give {example}")
    return value


Value = str | int | float | datetime.date | NamedNode
"""What may be given for a parameter: words, as on the command line, or what they stand for."""


def parse_values(
    parse: Callable[[Parameter, str], Term], query: StoredQuery, given: Mapping[str, Value | Sequence[Value]]
) -> dict[str, list[Term]]:
    """The terms that *parse* gives for all *given* values, by parameter, of which one may take several.

    The parameters are such as `StoredQuery.check` accepts. Raises `UsageError` for a value that is not of its type.
    """
    parameters = {parameter.name: parameter for parameter in query.parameters}
    return {name: [parse(parameters[name], words) for words in in_words(values)] for name, values in given.items()}


def in_words(values: Value | Sequence[Value]) -> tuple[str, ...]:
    """*values*, one or several, as they would be typed."""
    several = values if isinstance(values, Sequence) and not isinstance(values, str) else [values]
    return tuple(_words(value) for value in several)


def _words(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.value if isinstance(value, NamedNode) else str(value)
