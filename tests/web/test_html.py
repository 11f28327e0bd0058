"""The pages are valid HTML, as the Nu Html Checker of the W3C finds."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from stancegraph.ontology import java
from tests.web.test_browser import KINDS
from tests.web.test_pages import BROWSER

pytestmark = [pytest.mark.java, pytest.mark.long]
CHECKER = "vnu-jar@26.9.27"


def test_every_kind_of_page_is_valid(client: TestClient, tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("the checker comes from npm")
    command = ["npm", "pack", CHECKER, "--silent", "--pack-destination", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (archive,) = tmp_path.glob("*.tgz")
    jar = tmp_path / "vnu.jar"
    with tarfile.open(archive) as members:
        (name,) = (name for name in members.getnames() if name.endswith("/vnu.jar"))
        packed = members.extractfile(name)
        assert packed is not None
        jar.write_bytes(packed.read())
    pages = []
    for name, path in KINDS.items():
        page = tmp_path / f"{name}.html"
        page.write_text(client.get(path, headers=BROWSER).text, encoding="utf-8")
        pages.append(str(page))
    broken = tmp_path / "broken.html"
    broken.write_text("<!DOCTYPE html><title>t</title><p id=a><p id=a><img>", encoding="utf-8")
    program = java.find_java()
    assert program is not None
    checking = [str(program), "-Xss4m", "-jar", str(jar), "--format", "json", "--exit-zero-always", *pages, str(broken)]
    done = subprocess.run(checking, capture_output=True, text=True, timeout=300, check=True)
    found = json.loads(done.stderr)["messages"]
    told = [
        (Path(one["url"]).stem, one["message"], one.get("extract", "")[:100])
        for one in found
        if one["type"] == "error" or one.get("subType") == "warning"
    ]
    assert len(pages) == len(KINDS) > 20
    assert {name for name, _, _ in told} == {"broken"}, [one for one in told if one[0] != "broken"]
