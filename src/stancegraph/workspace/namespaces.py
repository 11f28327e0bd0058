"""The prefixes of a workspace and the place of its IRIs, as ``ontology/namespaces.toml`` has them.

A class of a user's own needs no change of the program: its things are coded and named as this file says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from stancegraph.errors import DataError
from stancegraph.files.ledger import read_text
from stancegraph.rdf import namespaces
from stancegraph.rdf.nesting import toml
from stancegraph.rdf.prefixes import PrefixMap

FILE = "ontology/namespaces.toml"
ARTICLE = "{article}"
"""What stands for the name of an article in the namespace of its records."""

_TABLES = ("prefixes", "entities", "records", "kinds", "abbreviations")


@dataclass(frozen=True, slots=True)
class Namespaces:
    """The prefixes of a workspace and the place of its IRIs; classes are given by their IRIs.

    Attributes:
        prefixes: The prefixes with their namespaces.
        entities: The namespace of the things of a class, for classes whose things articles share.
        records: The same for the records of an article, with ``{article}`` for its name.
        kinds: What a coding sheet calls a record, for classes where it is not the words of their names.
        abbreviations: The prefix of a class's records in the Turtle of their article.
    """

    prefixes: PrefixMap
    entities: Mapping[str, str]
    records: Mapping[str, str]
    kinds: Mapping[str, str]
    abbreviations: Mapping[str, str]

    def roots(self) -> tuple[str, ...]:
        """Return the beginnings that the IRIs of things have."""
        return tuple(namespace.partition(ARTICLE)[0] for namespace in [*self.entities.values(), *self.records.values()])

    def of_article(self, article: str) -> PrefixMap:
        """Return the prefixes for the Turtle of an article: those of the workspace, and short ones for its records."""
        return self.prefixes | {
            prefix: self.records[name].replace(ARTICLE, article) for name, prefix in self.abbreviations.items()
        }


def read(path: Path) -> Namespaces:
    """Read the file of a workspace.

    Args:
        path: The file.

    Raises:
        DataError: The file is malformed, names a class by a prefix that it does not declare, or gives a prefix to
            records that it gives no place.
        ExternalError: The file cannot be read.
    """
    try:
        return _from_document(toml(read_text(path)))
    except ValueError as error:
        raise DataError(str(error), file=path, remedy="compare it with the one of `stancegraph init`") from None


def _from_document(document: Mapping[str, Any]) -> Namespaces:
    unknown = sorted(set(document) - set(_TABLES))
    if unknown:
        raise ValueError(f"[{unknown[0]}] is not one of its tables: {', '.join(_TABLES)}")
    tables = {name: _strings(name, document.get(name, {})) for name in _TABLES}
    prefixes = namespaces.PREFIXES | tables["prefixes"]
    for prefix, namespace in namespaces.PREFIXES.items():
        if prefixes[prefix] != namespace:
            raise ValueError(f"{prefix!r} always stands for {namespace}")

    def by_class(table: str) -> dict[str, str]:
        return {_expand(prefixes, name): value for name, value in tables[table].items()}

    entities, records = (
        {name: _namespace(prefixes, value) for name, value in by_class(table).items()}
        for table in ("entities", "records")
    )
    abbreviations = by_class("abbreviations")
    ambiguous = sorted(set(entities) & set(records))
    if ambiguous:
        raise ValueError(f"{prefixes.shorten(ambiguous[0])} is in [entities] and in [records]")
    homeless = sorted(set(abbreviations) - set(records))
    if homeless:
        raise ValueError(f"{prefixes.shorten(homeless[0])} is in [abbreviations], and not in [records]")
    return Namespaces(prefixes, entities, records, by_class("kinds"), abbreviations)


def _strings(table: str, values: Any) -> dict[str, str]:
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise ValueError(f"[{table}] is not a table of strings")
    return values


def _expand(prefixes: PrefixMap, name: str) -> str:
    iri = prefixes.expand(name)
    if iri is None:
        raise ValueError(f"{name!r} has no prefix that [prefixes] declares")
    return iri


def _namespace(prefixes: PrefixMap, name: str) -> str:
    """Return the namespace that *name* gives: ``actor:``, ``claim:{article}/``, or an IRI in full."""
    namespace = prefixes.expand(name) or name
    NamedNode(namespace.replace(ARTICLE, "article"))  # raises ValueError where it is not an IRI
    if namespace[-1:] not in {"/", "#"}:
        raise ValueError(f"{name!r} is not the beginning of an IRI: it must end with / or #")
    return namespace
