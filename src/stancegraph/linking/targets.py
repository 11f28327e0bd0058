"""Targets of links, each described by a file ``data/links/<name>.toml``, so that a new one needs no code.

``title``, ``home`` and ``licence`` say what the target is. ``endpoint`` and ``reconciliation`` are its services, which
are asked no more often than once in ``interval`` seconds. ``identifier`` is a pattern that its IRIs match.
``categories`` lists the classes of the graph whose entities each category of its items may be linked to, and ``kinds``
gives the category of each of its own classes. Its queries are in ``queries/link/<name>/``, or in the folder that
``queries`` names: all SKOS vocabularies share one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stancegraph.errors import DataError
from stancegraph.files.ledger import read_text
from stancegraph.rdf.namespaces import expand
from stancegraph.rdf.nesting import toml

_REQUIRED = ("title", "home", "identifier", "licence")
_OPTIONAL = ("endpoint", "reconciliation", "queries")
_MAX_INTERVAL = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Target:
    """An external data set that entities are linked to.

    Attributes:
        name: Its name, which is that of the file.
        title: The title that people see.
        home: The URL of its home page.
        identifier: A regular expression that the IRI of each of its items matches.
        licence: The IRI of its licence.
        endpoint: The URL of its SPARQL endpoint, if it has one.
        reconciliation: The URL of its reconciliation service, if it has one.
        queries: The folder of its queries below ``queries/link``; by default, its name.
        interval: The least time between two requests, in seconds.
        categories: For each category of its items, the classes of the graph whose entities they may be linked to.
        kinds: For each of its own classes, the category.
    """

    name: str
    title: str
    home: str
    identifier: re.Pattern[str]
    licence: str
    endpoint: str | None = None
    reconciliation: str | None = None
    queries: str = ""
    interval: float = 1.0
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Target:
    """Read the description of a target.

    Args:
        path: The file, in TOML.

    Raises:
        DataError: The file is malformed, or a value is missing or of the wrong type.
    """
    try:
        description = toml(read_text(path))
    except ValueError as error:
        raise DataError(f"not TOML: {error}", file=path, remedy="correct it") from None
    missing = [key for key in _REQUIRED if not isinstance(description.get(key), str)]
    if missing:
        raise DataError(f"{', '.join(missing)} must be given", file=path, remedy="give each as a string")
    try:
        identifier = re.compile(description["identifier"])
    except re.error as error:
        raise DataError(f"identifier is not a regular expression: {error}", file=path, remedy="correct it") from None
    try:
        return _to_target(path.stem, description, identifier)
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"not a target: {error}",
            file=path,
            remedy="categories are lists of classes by name, kinds name one of them, interval is a number of seconds",
        ) from None


def _to_target(name: str, description: Mapping[str, Any], identifier: re.Pattern[str]) -> Target:
    """Return the target of a description; raise `ValueError`, or what Python raises, if a value is of another type."""
    categories = {}
    for category, classes in description.get("categories", {}).items():
        iris = [expand(class_name) for class_name in _check_strings(classes)]
        if None in iris:
            raise ValueError(f"a class of {category!r} has no known prefix; write it in the form of sg:State")
        categories[category] = tuple(iri for iri in iris if iri is not None)
    kinds = description.get("kinds", {})
    unknown = sorted(set(_check_strings(list(kinds.values()))) - set(categories))
    if unknown:
        raise ValueError(f"kinds that are not in [categories]: {', '.join(unknown)}; add them there")
    interval = float(description.get("interval", 1.0))
    if not 0 <= interval <= _MAX_INTERVAL:
        raise ValueError(f"an interval of {interval:g} seconds is not between 0 and {_MAX_INTERVAL}")
    _check_strings([description[key] for key in _OPTIONAL if description.get(key) is not None])
    return Target(
        name,
        description["title"],
        description["home"],
        identifier,
        description["licence"],
        description.get("endpoint"),
        description.get("reconciliation"),
        description.get("queries", name),
        interval,
        categories,
        dict(kinds),
    )


def _check_strings(values: object) -> list[str]:
    """Return *values*; raise `ValueError` if they are not a list of strings."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"expected a list of strings, not {str(values)[:100]}")
    return values


def load_all(paths: Iterable[Path]) -> dict[str, Target]:
    """Return the targets that some files describe, by name.

    Args:
        paths: The files.

    Raises:
        DataError: A file is malformed; see `read`.
    """
    return {path.stem: read(path) for path in paths}
