"""Files of others for browsers, maps and checks: fetched by the build at pinned versions, in the wheel, not committed.

``assets.tsv`` pins each package and each of its files by checksum; ``hatch_build.py`` fetches them with npm.
``bundled.tsv`` lists the packages that are bundled with them, according to their source maps.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

FOLDER = Path(__file__).parent
FETCHED = FOLDER / "fetched"
DOCUMENTATION = FOLDER / "documentation"
"""Where the build puts the documentation site; the folder is absent where it could not be built."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of a package on npm.

    Attributes:
        package: The name of the package on npm.
        version: The pinned version of the package.
        member: The path of the file in the package.
        name: The path of the file in the folder `FETCHED`.
        sha256: The SHA-256 of its bytes, in hexadecimal.
        licence: The SPDX identifier of the licence of the package.
    """

    package: str
    version: str
    member: str
    name: str
    sha256: str
    licence: str


@cache
def pinned() -> tuple[Asset, ...]:
    """Return all assets, as ``assets.tsv`` pins them."""
    text = files(__package__).joinpath("assets.tsv").read_text(encoding="utf-8")
    return tuple(Asset(**row) for row in csv.DictReader(text.splitlines(), delimiter="\t"))


def asset(name: str) -> Path | None:
    """Return the path of the asset of a *name*; None if there is no such asset, or it was not fetched."""
    path = FETCHED / name
    return path if name in {file.name for file in pinned()} and path.is_file() else None


def licence(package: str) -> str:
    """Return the text of the licence of a package, followed by those of the packages bundled with it.

    The text is the one in the package, or else the one that its authors publish.

    Args:
        package: The name of a pinned package on npm.
    """
    folder = next(file.name.split("/")[0] for file in pinned() if file.package == package)
    path = asset(f"{folder}/LICENSE") or FOLDER / "licences" / f"{folder}.txt"
    bundled_path = FOLDER / "licences" / f"{folder}-bundled.txt"
    paths = [path, bundled_path] if bundled_path.is_file() else [path]
    return "\n\n".join(path.read_text(encoding="utf-8") for path in paths)


def bundled() -> list[dict[str, str]]:
    """Return the bundled packages: ``within``, ``package``, ``version`` and ``licence`` of each, by these keys."""
    text = files(__package__).joinpath("bundled.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def absent() -> list[str]:
    """Return the names of the assets that were not fetched."""
    return [file.name for file in pinned() if asset(file.name) is None]
