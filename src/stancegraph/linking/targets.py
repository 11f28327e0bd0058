"""Targets of links, as ``data/links/<name>.toml`` describes them: a new one needs no code.

``home`` and ``licence`` say what it is, ``endpoint`` and ``reconciliation`` where it answers; ``identifier`` is a
pattern that its IRIs match; ``categories`` says which of our classes each kind of its things may be linked to, and
``kinds`` which of its own classes each is. Its queries are in ``queries/link/<name>/``, or in the folder that
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

_TEXTS = ("title", "home", "identifier", "licence")


@dataclass(frozen=True, slots=True)
class Target:
    """An external data set that things are linked to.

    Attributes:
        name: Its name, which is that of the file.
        title: What people see.
        home: The address at which it presents itself.
        identifier: A regular expression that the IRIs of its things match.
        licence: The IRI of its licence.
        endpoint: Its SPARQL endpoint; None where it has none.
        reconciliation: Its service of the Reconciliation API; None where it has none.
        queries: The folder of its queries, below ``queries/link``; its name, where the file says nothing.
        interval: The seconds between two requests.
        categories: For each kind of its things, the classes of ours that they may be linked to.
        kinds: For each of its own classes, the kind that it is.
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
    """Read the description of one target; raise `DataError` where it is not as it must be."""
    try:
        told = toml(read_text(path))
    except ValueError as error:
        raise DataError(f"not TOML: {error}", file=path, remedy="correct it") from None
    lacking = [name for name in _TEXTS if not isinstance(told.get(name), str)]
    if lacking:
        raise DataError(f"{', '.join(lacking)} must be given", file=path, remedy="give each as a string")
    try:
        pattern = re.compile(told["identifier"])
    except re.error as error:
        raise DataError(f"identifier is no regular expression: {error}", file=path, remedy="correct it") from None
    try:
        return _target(path.stem, told, pattern)
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"not a target: {error}",
            file=path,
            remedy="categories are lists of classes by name, kinds name one of them, interval is a number of seconds",
        ) from None


def _target(name: str, told: Mapping[str, Any], pattern: re.Pattern[str]) -> Target:
    """The target that is *told*; raises `ValueError`, or what Python raises, where something is of another type."""
    categories = {}
    for category, classes in told.get("categories", {}).items():
        iris = [expand(one) for one in _strings(classes)]
        if None in iris:
            raise ValueError(f"a class of {category!r} has no known prefix; write such as sg:State")
        categories[category] = tuple(iri for iri in iris if iri is not None)
    kinds = dict(zip(told.get("kinds", {}), _strings(list(told.get("kinds", {}).values())), strict=True))
    unknown = sorted(set(kinds.values()) - set(categories))
    if unknown:
        raise ValueError(f"kinds name no category: {', '.join(unknown)}; add it to [categories]")
    interval = float(told.get("interval", 1.0))
    if not 0 <= interval <= 86_400:
        raise ValueError(f"an interval of {interval:g} seconds")
    others = [one for key in ("endpoint", "reconciliation", "queries") if (one := told.get(key)) is not None]
    _strings(others)
    return Target(
        name,
        told["title"],
        told["home"],
        pattern,
        told["licence"],
        told.get("endpoint"),
        told.get("reconciliation"),
        told.get("queries", name),
        interval,
        categories,
        kinds,
    )


def _strings(values: object) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ValueError(f"{str(values)[:100]} where strings are wanted")
    return values


def load_all(paths: Iterable[Path]) -> dict[str, Target]:
    """The targets that the files of *paths* describe, by name."""
    return {path.stem: read(path) for path in paths}
