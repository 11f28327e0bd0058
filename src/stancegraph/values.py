"""From what a person types to RDF terms: labels, prefixed names, IRIs, dates, numbers."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from pyoxigraph import Literal, NamedNode

from stancegraph.engine import Engine, Rows, Term
from stancegraph.errors import CallError
from stancegraph.prefixes import PREFIXES, expand, shorten
from stancegraph.stored_query import Parameter, StoredQuery

_XSD = PREFIXES["xsd"]


@cache
def lookup(name: str) -> str:
    """The text of one of the program's own queries, ``lookups/<name>.rq``."""
    return files("stancegraph").joinpath("lookups", f"{name}.rq").read_text(encoding="utf-8")


def rows(engine: Engine, text: str) -> Rows:
    """The answer of *engine* to a SELECT."""
    answer = engine.query(text)
    assert isinstance(answer, Rows)
    return answer


def _named_node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def resolve(engine: Engine, words: str, klass: str | None = None) -> NamedNode:
    """The thing that *words* name: an IRI, a prefixed name, or a label, without regard to case.

    An IRI that it had before is understood. A preferred label goes before an alternative one. *klass* is the IRI of a
    class that the thing must be of. Raises `CallError` where nothing, or more than one thing, is named so.
    """
    wanted = words.strip().removeprefix("<").removesuffix(">")
    iri = expand(wanted) or (wanted if "://" in wanted else None)
    of_class = f" of class {shorten(klass)}" if klass else ""
    if iri is not None:
        node = _named_node(iri)
        if node is None:
            raise CallError(f"{words!r} is not an IRI", remedy="write it without spaces, quotes or braces")
        for one in (node, called_now(engine, node)):
            if one is not None and engine.query(_narrowed("known", klass, thing=str(one))):
                return one
        raise CallError(f"the graph knows no {shorten(iri)}{of_class}", remedy="look for it with `stancegraph sparql`")
    # as it is written, in English or no language, is looked up in an index; all else needs a look at every label
    written = labels(engine, klass, label=f"{Literal(wanted)} {Literal(wanted, language='en')}")
    known = written or labels(engine, klass)
    folded = wanted.casefold()
    for preferred in (True, False):
        found = sorted({thing for thing, label, main in known if main is preferred and label.casefold() == folded})
        if len(found) == 1:
            return NamedNode(found[0])
        if found:
            raise CallError(
                f"{words!r} is ambiguous", remedy=f"say which one is meant: {', '.join(map(shorten, found))}"
            )
    names = sorted({label for _, label, _ in known})
    by_fold = {label.casefold(): label for label in names}
    close = [by_fold[match] for match in difflib.get_close_matches(folded, by_fold, n=5, cutoff=0.5)]
    close += [label for label in names if folded and folded in label.casefold() and label not in close][
        : 5 - len(close)
    ]
    raise CallError(
        f"nothing{of_class} is called {words!r}",
        remedy="did you mean: " + "; ".join(close) if close else "give a label, a prefixed name or an IRI",
    )


def called_now(engine: Engine, former: NamedNode) -> NamedNode | None:
    """The thing that had the IRI *former* before it was merged into another; None where there is none."""
    literal = Literal(former.value, datatype=NamedNode(f"{_XSD}anyURI"))
    found = [row["thing"] for row in rows(engine, _narrowed("formerly", None, former=str(literal)))]
    return found[0] if found and isinstance(found[0], NamedNode) else None


def labels(engine: Engine, klass: str | None, **narrowed: str) -> list[tuple[str, str, bool]]:
    """Things of the class *klass*, what they are called, and whether by their own label.

    *narrowed* narrows the choice: SPARQL terms for ``thing`` or ``label``.
    """
    found = rows(engine, _narrowed("labels", klass, **narrowed))
    return [(row["thing"].value, row["label"].value, row["preferred"].value == "true") for row in found]


def _narrowed(name: str, klass: str | None, **narrowed: str) -> str:
    """The lookup *name*, for things of the class *klass* and with the values of *narrowed* only."""
    query = lookup(name)
    for variable, terms in (narrowed | ({} if klass is None else {"class": str(NamedNode(klass))})).items():
        query = query.replace(f"VALUES ?{variable} {{ UNDEF }}", f"VALUES ?{variable} {{ {terms} }}")
    return query


def parse_value(engine: Engine, parameter: Parameter, words: str) -> Term:
    """The term for *words* as the value of *parameter*; raise `CallError` where it is not of its type."""
    if parameter.type == "iri":
        try:
            return resolve(engine, words, parameter.klass)
        except CallError as error:
            raise CallError(error.message, subject=parameter.option, remedy=error.remedy) from None
    example = ""
    try:
        if parameter.type == "xsd:date":
            example = "a date like 2012-05-21"
            datetime.date.fromisoformat(words)
            if len(words) != 10:
                raise ValueError
        elif parameter.type == "xsd:integer":
            example = "a whole number"
            words = str(int(words))
        elif parameter.type == "xsd:decimal":
            example = "a number like 1.5"
            float(words)
            if not words.lstrip("+-").replace(".", "", 1).isdecimal():
                raise ValueError
        elif parameter.type == "xsd:boolean":
            example = "true or false"
            if words not in {"true", "false"}:
                raise ValueError
    except ValueError:
        raise CallError(f"{words!r} is not {example}", subject=parameter.option, remedy=f"give {example}") from None
    return Literal(words, datatype=NamedNode(_XSD + parameter.type.removeprefix("xsd:")))


Value = str | int | float | datetime.date | NamedNode
"""What may be given for a parameter: words, as on the command line, or what they stand for."""


def parse_values(
    parse: Callable[[Parameter, str], Term], query: StoredQuery, given: Mapping[str, Value | Sequence[Value]]
) -> dict[str, list[Term]]:
    """The terms that *parse* gives for all *given* values, by parameter, of which one may take several.

    Raises `CallError` for an unknown parameter, a required one that lacks, and a value that is not of its type.
    """
    query.check(given)
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
