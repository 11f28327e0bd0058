"""Targets of links, as ``data/links/<name>.toml`` describes them: a new one needs no code.

``home`` and ``licence`` say what it is, ``endpoint`` and ``reconciliation`` where it answers; ``identifier`` is a
pattern that its IRIs match; ``categories`` says which of our classes each kind of its things may be linked to, and
``kinds`` which of its own classes each is. Its queries are in ``queries/link/<name>/``, or in the folder that
``queries`` names: all SKOS vocabularies share one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stancegraph.errors import DataError, OutsideError
from stancegraph.prefixes import expand

_TEXTS = ("title", "home", "identifier", "licence")


@dataclass(frozen=True, slots=True)
class Target:
    """An external data set that things are linked to."""

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
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"not TOML: {error}", file=path, remedy="correct it") from None
    except OSError as error:
        raise OutsideError(f"cannot read it: {error.strerror or error}", file=path) from None
    lacking = [name for name in _TEXTS if not isinstance(told.get(name), str)]
    if lacking:
        raise DataError(f"{', '.join(lacking)} must be given", file=path, remedy="give each as a string")
    try:
        pattern = re.compile(told["identifier"])
    except re.error as error:
        raise DataError(f"identifier is no regular expression: {error}", file=path, remedy="correct it") from None
    categories = {}
    for category, classes in told.get("categories", {}).items():
        iris = [expand(name) for name in classes]
        if None in iris:
            raise DataError(f"a class of {category!r} has no known prefix", file=path, remedy="write such as sg:State")
        categories[category] = tuple(iri for iri in iris if iri is not None)
    kinds = {str(iri): str(category) for iri, category in told.get("kinds", {}).items()}
    unknown = sorted(set(kinds.values()) - set(categories))
    if unknown:
        raise DataError(f"kinds name no category: {', '.join(unknown)}", file=path, remedy="add it to [categories]")
    return Target(
        path.stem,
        told["title"],
        told["home"],
        pattern,
        told["licence"],
        told.get("endpoint"),
        told.get("reconciliation"),
        told.get("queries", path.stem),
        float(told.get("interval", 1.0)),
        categories,
        kinds,
    )


def load_all(folder: Path) -> dict[str, Target]:
    """All targets that *folder* describes, by name."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}
