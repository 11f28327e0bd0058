"""What others made for browsers and maps: fetched by the build at pinned versions, carried by the wheel, not committed.

``assets.tsv`` pins each package and each file of it by checksum; ``hatch_build.py`` fetches them with npm.
``bundled.tsv`` says which other packages their makers have put into them, as the source maps show.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

FOLDER = Path(__file__).parent
FETCHED = FOLDER / "fetched"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of a package on npm: where it is there, what it is called here, and the SHA-256 of its bytes."""

    package: str
    version: str
    member: str
    name: str
    sha256: str
    licence: str


@cache
def pinned() -> tuple[Asset, ...]:
    """All assets, as ``assets.tsv`` pins them."""
    text = files(__package__).joinpath("assets.tsv").read_text(encoding="utf-8")
    return tuple(Asset(**row) for row in csv.DictReader(text.splitlines(), delimiter="\t"))


def asset(name: str) -> Path | None:
    """The file called *name*, or None where there is none such, or it was not fetched."""
    path = FETCHED / name
    return path if name in {one.name for one in pinned()} and path.is_file() else None


def licence(package: str) -> str:
    """The text of the licence of *package*, as it came with it, or as its makers have it where it came without; and of
    the packages within it.
    """
    folder = next(one.name.split("/")[0] for one in pinned() if one.package == package)
    path = asset(f"{folder}/LICENSE") or FOLDER / "licences" / f"{folder}.txt"
    within = FOLDER / "licences" / f"{folder}-bundled.txt"
    told = [path, within] if within.is_file() else [path]
    return "\n\n".join(one.read_text(encoding="utf-8") for one in told)


def bundled() -> list[dict[str, str]]:
    """The packages that are within others: ``within``, ``package``, ``version`` and ``licence`` of each."""
    text = files(__package__).joinpath("bundled.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def absent() -> list[str]:
    """The names of the assets that were not fetched."""
    return [one.name for one in pinned() if asset(one.name) is None]
