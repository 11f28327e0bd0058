"""`ontology rename`, `deprecate` and `release`: a term that goes leaves nothing behind but a signpost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.ontology import axioms, naming, releases
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT, Run, no_traceback

SG = PREFIXES["sg"]


def terms(root: Path) -> dict[str, axioms.Term]:
    return dict(axioms.read_file(root / "ontology" / "stancegraph.ttl").terms)


def all_names(root: Path) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in naming.files(root)}


@pytest.mark.java
def test_a_renamed_term_is_gone_everywhere_but_for_a_signpost(copy: Path, run: Callable[..., Run]) -> None:
    assert run("--workspace", str(copy), "ontology", "rename", "holder", "heldBy", "--label", "held by").status == 0
    old, new = terms(copy)[SG + "holder"], terms(copy)[SG + "heldBy"]
    assert (old.deprecated, old.successor, old.label) == (True, SG + "heldBy", "obsolete holder")
    assert (new.label, new.kind, new.deprecated) == ("held by", "object property", False)
    left = naming.uses(copy).get(SG + "holder", {})
    assert not left
    assert len(naming.uses(copy)[SG + "heldBy"]) > 5
    check = run("--workspace", str(copy), "ontology", "check", "--no-facts")
    assert check.status == 0, check.out
    assert run("--workspace", str(copy), "validate").status == 0
    diff = run("--workspace", str(copy), "ontology", "diff", str(ROOT / "ontology" / "stancegraph.ttl"))
    assert "sg:holder is now called sg:heldBy" in diff.out


@pytest.mark.java
def test_the_answers_after_a_renaming_are_those_before(copy: Path, run: Callable[..., Run]) -> None:
    question = ("ask", "hopes-and-fears", "--format", "csv")
    before = run("--workspace", str(copy), *question)
    assert run("--workspace", str(copy), "ontology", "rename", "attitude", "attitudeTaken").status == 0
    assert run("--workspace", str(copy), "build").status == 0
    after = run("--workspace", str(copy), *question)
    assert after.out == before.out
    assert len(after.out.splitlines()) > 20


@pytest.mark.java
@pytest.mark.long
def test_a_checkout_of_the_program_passes_its_tests_after_a_renaming(tmp_path: Path) -> None:
    """Program, tests and snapshots follow, too."""
    checkout = tmp_path / "checkout"
    skipped = shutil.ignore_patterns(".git", ".venv", ".stancegraph", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, checkout, ignore=skipped)
    rename = [sys.executable, "-m", "stancegraph", "--workspace", str(checkout), "ontology", "rename"]
    for old, new in (("Stance", "Standpoint"), ("covers", "restsUnder")):
        subprocess.run([*rename, old, new], check=True, capture_output=True, timeout=120)
    code = (
        f"import sys; sys.path.insert(0, {str(checkout / 'src')!r}); import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    )
    chosen = [
        "pipeline/test_rules.py", "questions/test_queries.py", "questions/test_description.py",
        "output/test_exporting.py", "workspace/test_scaffold.py", "pipeline/test_inference.py",
        "pipeline/test_prefilter.py",
    ]  # fmt: skip
    paths = [str(checkout / "tests" / name) for name in chosen]
    done = subprocess.run(
        [sys.executable, "-c", code, "-q", "-p", "no:cacheprovider", *paths],
        cwd=checkout, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_without_java_a_renaming_says_what_is_left_to_do(
    copy: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    from stancegraph.errors import ExternalError
    from stancegraph.ontology import owlapi

    def absent() -> None:
        raise ExternalError("there is no Java")

    monkeypatch.setattr(owlapi, "start", absent)
    done = run("--workspace", str(copy), "ontology", "rename", "holder", "heldBy")
    assert done.status == 0
    assert "stancegraph ontology format" in done.err
    assert terms(copy)[SG + "holder"].successor == SG + "heldBy"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("rename", "Holder", "heldBy"), "no term"),
        (("rename", "holder", "HeldBy"), "no name for a object property"),
        (("rename", "holder", "held by"), "no name"),
        (("rename", "holder", 'x> . <y'), "no name"),
        (("rename", "holder", "attitude"), "is there already"),
        (("deprecate", "holder"), "a way on is needed"),
        (("deprecate", "holder", "--by", "nothing"), "no term"),
        (("release", "one"), "is not a version"),
        (("release", "0.0.9"), "is there already"),
    ],
)  # fmt: skip
def test_a_wrong_call_changes_nothing(
    arguments: tuple[str, ...], says: str, copy: Path, run: Callable[..., Run]
) -> None:
    before = all_names(copy)
    done = run("--workspace", str(copy), "ontology", *arguments)
    no_traceback(done)
    assert done.status == 2
    assert says in done.err
    assert all_names(copy) == before


@pytest.mark.long
def test_a_dry_run_lists_the_files_and_writes_none(copy: Path, run: Callable[..., Run]) -> None:
    before = all_names(copy)
    done = run("--workspace", str(copy), "ontology", "rename", "Stance", "Standpoint", "--dry-run")
    assert done.status == 0
    assert "ontology/shapes/stance.ttl" in done.out.splitlines()
    assert all_names(copy) == before


@pytest.mark.java
def test_what_still_uses_a_deprecated_term_is_listed(copy: Path, run: Callable[..., Run]) -> None:
    assert run("--workspace", str(copy), "ontology", "deprecate", "Ambiguity", "--because", "Split in two.").status == 0
    term = terms(copy)[SG + "Ambiguity"]
    assert (term.deprecated, term.label) == (True, "obsolete Ambiguity")
    done = run("--workspace", str(copy), "ontology", "check", "--no-facts", "--format", "json")
    assert '"deprecated-term-used"' in done.out
    assert '"deprecated-term-unexplained"' not in done.out
    again = run("--workspace", str(copy), "ontology", "deprecate", "Ambiguity", "--because", "Split in two.")
    assert again.status == 2


def test_a_release_keeps_its_terms_for_good(copy: Path, run: Callable[..., Run]) -> None:
    assert not releases.gone(copy)
    assert run("--workspace", str(copy), "ontology", "release", "0.2.0").status == 0
    path = copy / "ontology" / "stancegraph.ttl"
    text = path.read_text(encoding="utf-8")
    assert "owl:versionIRI <https://w3id.org/stancegraph/ontology/0.2.0>" in text
    assert 'owl:versionInfo "0.2.0"' in text
    assert (copy / "ontology" / "releases" / "0.2.0.ttl").read_text(encoding="utf-8") == text
    path.write_text(text.replace(":Visit ", ":Call ").replace("#Visit\n", "#Call\n"), encoding="utf-8")
    (finding,) = releases.gone(copy)
    assert (finding.subject, finding.rule) == (SG + "Visit", "released-term-gone")
    assert "0.1.0" in finding.message
    refused = run("--workspace", str(copy), "ontology", "release", "0.3.0")
    assert refused.status == 1


def test_every_term_of_every_release_is_still_described() -> None:
    assert [path.stem for path in releases.released(ROOT)][:1] == ["0.1.0"]
    assert releases.gone(ROOT) == []


def test_a_term_without_a_label_of_its_own_is_not_renamed(copy: Path, run: Callable[..., Run]) -> None:
    path = copy / "ontology" / "stancegraph.ttl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('rdfs:label "holder"@en', 'rdfs:label "agent"@en'), "utf-8"
    )
    before = all_names(copy)
    done = run("--workspace", str(copy), "ontology", "rename", "holder", "heldBy")
    no_traceback(done)
    assert done.status == 1
    assert "must stand in it once" in done.err
    assert all_names(copy) == before


MALFORMED = [
    "ontology/vocabularies.ttl",
    "ontology/releases/0.1.0.ttl",
    "ontology/stancegraph.ttl",
    "queries/ask/new.rq",
]


@pytest.mark.long
@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("content", [b"@prefix : <", b"\xff\xfe"], ids=["malformed", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_told_whatever_is_asked(
    name: str, content: bytes, copy: Path, run: Callable[..., Run]
) -> None:
    (copy / name).write_bytes(content)
    old = str(ROOT / "ontology" / "stancegraph.ttl")
    for arguments in (
        ["check", "--no-facts"],
        ["diff", old],
        ["rename", "holder", "heldBy", "--dry-run"],
        ["release", "0.9.0"],
    ):
        done = run("--workspace", str(copy), "ontology", *arguments)
        no_traceback(done)
        assert done.status in {0, 1}
        if done.status == 1 and not done.out:
            assert Path(name).name in done.err
