"""The values of parameters: RDF terms from the labels, prefixed names, IRIs, dates and numbers that people type."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from stancegraph.errors import UsageError
from stancegraph.questions.stored_query import Parameter, StoredQuery
from stancegraph.rdf.datatypes import canonical, date, is_true
from stancegraph.rdf.language import ENGLISH
from stancegraph.rdf.namespaces import PREFIXES, expand, shorten
from stancegraph.sparql.engine import Engine, Term
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.suggestions import did_you_mean, suggest

_XSD = PREFIXES["xsd"]


def _named_node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def resolve(engine: Engine, text: str, klass: str | None = None) -> NamedNode:
    """Find the thing that a person names.

    Args:
        engine: The engine to ask.
        text: An IRI, with or without < and >, which may be one that the thing had before; a prefixed name; or a label,
            in any case. A preferred label takes precedence over an alternative one, and either in English over one in
            another language.
        klass: The IRI of a class that the thing must be of; None for any.

    Returns:
        The IRI that the thing has today.

    Raises:
        UsageError: *text* looks like an IRI and is not one, or nothing, or more than one thing, has this name.
        ExternalError: The engine fails.
    """
    name = text.strip().removeprefix("<").removesuffix(">")
    _refuse_surrogates(text)
    iri = expand(name) or (name if "://" in name else None)
    of_class = f" of class {shorten(klass)}" if klass else ""
    if iri is not None:
        node = _named_node(iri)
        if node is None:
            raise UsageError(f"{text!r} is not an IRI", remedy="write it without spaces, quotes or braces")
        for candidate in (node, find_successor(engine, node)):
            if candidate is not None and engine.query(lookup("known", thing=[candidate], **_class_terms(klass))):
                return candidate
        raise UsageError(f"the graph knows no {shorten(iri)}{of_class}", remedy="look for it with `stancegraph sparql`")
    # the exact label, in English or without a language, is found by index; anything else needs a look at every label
    exact = find_names(engine, klass, label=[Literal(name), Literal(name, language=ENGLISH)])
    known = exact or find_names(engine, klass)
    folded = name.casefold()
    matching = [each for each in known if each.text.casefold() == folded]
    for rank in sorted({each.rank for each in matching}):
        things = sorted({each.thing for each in matching if each.rank == rank})
        if len(things) == 1:
            return NamedNode(things[0])
        raise UsageError(f"{text!r} is ambiguous", remedy=f"say which one is meant: {', '.join(map(shorten, things))}")
    suggestions = suggest(name, {each.text for each in known}, limit=5)
    raise UsageError(
        f"nothing{of_class} is called {text!r}",
        remedy=did_you_mean(suggestions, "give a label, a prefixed name or an IRI"),
    )


def _refuse_surrogates(text: str, option: str | None = None) -> None:
    """Raise `UsageError` where *text* has halves of characters, as Python makes of bytes that are not UTF-8."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError(f"{ascii(text)[:100]} is not Unicode text", subject=option, remedy="write it as UTF-8")


def find_successor(engine: Engine, former: NamedNode) -> NamedNode | None:
    """Find the thing that a former IRI stands for today.

    Args:
        engine: The engine to ask.
        former: An IRI that a thing had before, such as that of a thing merged into another.

    Returns:
        The IRI of the thing today; None where no thing had the IRI *former*.

    Raises:
        ExternalError: The engine fails.
    """
    literal = Literal(former.value, datatype=NamedNode(f"{_XSD}anyURI"))
    things = [row["thing"] for row in rows(engine, lookup("formerly", former=[literal]))]
    return things[0] if things and isinstance(things[0], NamedNode) else None


class Name(NamedTuple):
    """A name of a thing.

    Attributes:
        thing: The IRI of the thing.
        text: The name.
        language: Its language tag; ``en`` where it has none.
        is_label: Whether it is the thing's label in its language, and not an alias.
    """

    thing: str
    text: str
    language: str
    is_label: bool

    @property
    def is_preferred(self) -> bool:
        """Whether it is what the thing is called by default: its label in English."""
        return self.is_label and self.language == ENGLISH

    @property
    def rank(self) -> tuple[bool, bool]:
        """Its rank among the names with one text, the lowest first: names in English, and of these, labels."""
        return self.language != ENGLISH, not self.is_label


def find_names(engine: Engine, klass: str | None, **terms: Iterable[NamedNode | Literal]) -> list[Name]:
    """Find the names of things: their labels and aliases, in all languages, sorted by text, language and thing.

    Args:
        engine: The engine to ask.
        klass: The IRI of a class that the things must be of; None for any.
        **terms: Terms that narrow the choice: as ``thing`` the things, as ``label`` the names, and as ``class``, where
            *klass* is None, the classes.

    Raises:
        ValueError: *terms* has a name other than ``thing``, ``label`` and ``class``.
        ExternalError: The engine fails.
    """
    names = [
        Name(row["thing"].value, label.value, label.language or ENGLISH, is_true(row["preferred"].value))
        for row in rows(engine, lookup("labels", **_class_terms(klass), **terms))
        if isinstance(label := row["label"], Literal)
    ]
    # Oxigraph takes four times as long for the whole query if it sorts
    return sorted(names, key=lambda name: (name.text, name.language, name.thing))


def _class_terms(klass: str | None) -> dict[str, list[NamedNode]]:
    return {} if klass is None else {"class": [NamedNode(klass)]}


_LONG_NUMBERS = {"xsd:integer": r"[+-]?\d+", "xsd:decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)"}
_EXAMPLES = {
    "xsd:date": "a date like 2012-05-21",
    "xsd:integer": "a whole number",
    "xsd:decimal": "a number like 1.5",
    "xsd:boolean": "true or false",
}


def parse_value(engine: Engine, parameter: Parameter, text: str) -> Term:
    """Parse a value of a parameter.

    Args:
        engine: The engine to ask for things by name.
        parameter: The parameter.
        text: The value as a person types it.

    Returns:
        An IRI, or a literal in its canonical form, as the type of the parameter demands.

    Raises:
        UsageError: The value is not of the type, or no thing, or more than one, has this name.
        ExternalError: The engine fails.
    """
    if parameter.type == "iri":
        try:
            return resolve(engine, text, parameter.klass)
        except UsageError as error:
            raise UsageError(error.message, subject=parameter.option, remedy=error.remedy) from None
    _refuse_surrogates(text, parameter.option)
    literal = Literal(text, datatype=NamedNode(_XSD + parameter.type.removeprefix("xsd:")))
    try:
        if parameter.type == "xsd:date":
            date(text)  # XML Schema has years and time zones that the rest of the program does not
        value = canonical(literal)
    except ValueError:
        value = None
    if value is None:
        example = _EXAMPLES[parameter.type]
        if parameter.type in _LONG_NUMBERS and re.fullmatch(_LONG_NUMBERS[parameter.type], text, re.ASCII):
            message = f"{text!r} has more digits than the engine counts with"
            raise UsageError(message, subject=parameter.option, remedy=f"give {example}")
        raise UsageError(f"{text!r} is not {example}", subject=parameter.option, remedy=f"give {example}")
    return value


Value = str | int | float | datetime.date | NamedNode
"""A value of a parameter: text, as on the command line, or a number, truth value, date or IRI."""
Values = Mapping[str, Value | Sequence[Value]]
"""The values of parameters: one, or several, for each, by its name."""


def parse_values(parse: Callable[[Parameter, str], Term], query: StoredQuery, values: Values) -> dict[str, list[Term]]:
    """Parse the values of the parameters of a stored query.

    Args:
        parse: Parses one value of a parameter, such as `parse_value` with its engine bound.
        query: The stored query.
        values: One value or several for each parameter, by its name; such as `StoredQuery.check` accepts.

    Returns:
        The terms for each parameter, by its name.

    Raises:
        UsageError: A value is not of the type of its parameter; and whatever else *parse* raises.
    """
    parameters = {parameter.name: parameter for parameter in query.parameters}
    return {name: [parse(parameters[name], text) for text in value_texts(several)] for name, several in values.items()}


def value_texts(values: Value | Sequence[Value]) -> tuple[str, ...]:
    """Return *values*, which may be a single value, as a person would type them.

    >>> value_texts([True, datetime.date(2012, 5, 21)])
    ('true', '2012-05-21')
    """
    several = values if isinstance(values, Sequence) and not isinstance(values, str) else [values]
    return tuple(_value_text(value) for value in several)


def _value_text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.value if isinstance(value, NamedNode) else str(value)
