"""The Java libraries that read, write and reason as Protégé does: which ones, and where they are on this machine.

``jars.tsv`` pins each one by its Maven coordinates and the SHA-256 of its bytes: the OWL API 4.5.29 as Protégé 5.6
carries it, first, so that it is the one that is used; then ROBOT 1.9.8 with what it loads of all that it stands on,
HermiT among it. Libraries of which nothing was loaded in the tests are left out, and others are later than ROBOT asks
for where that works. They are fetched from Maven Central once, by jgo, into Maven's own local repository.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from stancegraph.errors import ExternalError

FOLDER = "STANCEGRAPH_JARS"
_REMEDY = f"try again with the network at hand, or put the files of jars.tsv into a folder that {FOLDER} names"


@dataclass(frozen=True, slots=True)
class Jar:
    """A library: its Maven coordinates, and the SHA-256 of its file."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name that Maven gives the file."""
        return f"{self.artifact}-{self.version}.jar"


def pinned() -> list[Jar]:
    """The libraries, in the order of the class path."""
    lines = files(__package__).joinpath("jars.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.replace("\t", ":").split(":") for line in lines)
    return [Jar(group, artifact, version, sha256) for group, artifact, version, sha256 in rows]


def class_path(fetch: Callable[[Jar], Path] | None = None) -> list[Path]:
    """Where the libraries are, fetched if need be; *fetch* says how.

    Raises `ExternalError` for one that is not to be had, or whose bytes are not those that were pinned.
    """
    folder = os.environ.get(FOLDER)
    get = fetch or ((lambda jar: Path(folder) / jar.file_name) if folder else _fetcher())
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda jar: _verified(jar, get), pinned()))


def _fetcher() -> Callable[[Jar], Path]:
    from jgo.maven import MavenContext

    maven = MavenContext()

    def fetch(jar: Jar) -> Path:
        path: Path = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
        return path

    return fetch


def _verified(jar: Jar, fetch: Callable[[Jar], Path]) -> Path:
    """Where *jar* is, with the bytes that were pinned; a file that broke off is fetched once more."""
    for again in (True, False):
        try:
            path = fetch(jar)
            if hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256:
                return path
        except Exception as error:  # jgo raises what its own libraries do
            raise ExternalError(f"cannot be had: {error}", file=jar.file_name, remedy=_REMEDY) from None
        if again and FOLDER not in os.environ:
            path.unlink()
    raise ExternalError(
        f"is not the file that was pinned; its SHA-256 must be {jar.sha256}", file=path, remedy="remove the file"
    )
