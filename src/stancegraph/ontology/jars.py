"""The Java libraries that read, write and reason as Protégé does: which ones, and where they are on this machine.

``jars.tsv`` pins each of them by its Maven coordinates and the SHA-256 of its file. The OWL API 4.5.29, as Protégé 5.6
ships it, comes first on the class path, so that its classes are the ones that are used. ROBOT 1.9.8 follows, with
those of its dependencies that the tests load, HermiT among them; some of these are newer than ROBOT asks for, where
that works. `jgo <https://github.com/apposed/jgo>`_ fetches them once from Maven Central, into Maven's local
repository.
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

FOLDER_VARIABLE = "STANCEGRAPH_JARS"
"""The environment variable that names a folder with the files, for machines without a network."""

_REMEDY = (
    f"try again with a network connection, or put the files of jars.tsv into the folder that {FOLDER_VARIABLE} names"
)


@dataclass(frozen=True, slots=True)
class Jar:
    """A Java library.

    Attributes:
        group: The group of its Maven coordinates.
        artifact: The name of the artifact.
        version: The version.
        sha256: The SHA-256 of its file, in hexadecimal digits.
    """

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name that Maven gives the file."""
        return f"{self.artifact}-{self.version}.jar"


def pinned_jars() -> list[Jar]:
    """Return the libraries that ``jars.tsv`` pins, in the order of the class path."""
    lines = files(__package__).joinpath("jars.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.replace("\t", ":").split(":") for line in lines)
    return [Jar(group, artifact, version, sha256) for group, artifact, version, sha256 in rows]


def class_path(fetch: Callable[[Jar], Path] | None = None) -> list[Path]:
    """Return the files of the libraries, and fetch those that are missing.

    Args:
        fetch: A function that returns the file of a library; by default the file is looked for in the folder that
            `FOLDER_VARIABLE` names, or fetched from Maven Central if the variable is not set.

    Raises:
        ExternalError: A library cannot be fetched, or its file is not the one that is pinned.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    fetch_jar = fetch or ((lambda jar: Path(folder) / jar.file_name) if folder else _maven_fetcher())
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda jar: _verified(jar, fetch_jar), pinned_jars()))


def _maven_fetcher() -> Callable[[Jar], Path]:
    from jgo.maven import MavenContext

    maven = MavenContext()

    def fetch(jar: Jar) -> Path:
        path: Path = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
        return path

    return fetch


def _verified(jar: Jar, fetch: Callable[[Jar], Path]) -> Path:
    """Return the file of *jar* once its digest is checked; an incomplete download is fetched once more."""
    for is_last in (False, True):
        try:
            path = fetch(jar)
            if hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256:
                return path
        except Exception as error:  # jgo raises what its own dependencies do
            raise ExternalError(f"cannot be fetched: {error}", file=jar.file_name, remedy=_REMEDY) from None
        if not is_last and FOLDER_VARIABLE not in os.environ:
            path.unlink()
    raise ExternalError(
        f"is not the file that is pinned, whose SHA-256 is {jar.sha256}", file=path, remedy="remove the file"
    )
