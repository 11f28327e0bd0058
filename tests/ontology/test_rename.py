"""`ontology rename`, `deprecate` and `release`: a term that goes leaves nothing behind but a signpost."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.coding.article import Article
from stancegraph.errors import DataError, ExternalError
from stancegraph.ontology import axioms, naming, owlapi, releases, renaming
from stancegraph.pipeline.reading import read_turtle
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.workspace import folders
from tests.conftest import ARTICLE, ROOT, Run, copy_workspace, no_traceback
from tests.support.repository import commit

SG = PREFIXES["sg"]


def terms(root: Path) -> dict[str, axioms.Term]:
    return dict(axioms.read_ontology(root / "ontology" / "stancegraph.ttl").terms)


def all_names(root: Path) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in naming.term_files(root)}


def without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    def start_jvm() -> None:
        raise ExternalError("Java is not installed")

    monkeypatch.setattr(owlapi, "start_jvm", start_jvm)


@pytest.mark.java
def test_a_renamed_term_is_gone_everywhere_but_for_a_signpost(copy: Path, run: Callable[..., Run]) -> None:
    done = run("--workspace", str(copy), "ontology", "rename", "holder", "heldBy", "--label", "held by")
    assert done.status == 0
    assert "still fit: ontology/labels/de.ttl, ontology/labels/fr.ttl, ontology/labels/zh.ttl" in done.err
    old, new = terms(copy)[SG + "holder"], terms(copy)[SG + "heldBy"]
    assert (old.deprecated, old.successor, old.label) == (True, SG + "heldBy", "obsolete holder")
    assert (new.label, new.kind, new.deprecated) == ("held by", "object property", False)
    left = naming.find_uses(copy).get(SG + "holder", {})
    assert not left
    assert len(naming.find_uses(copy)[SG + "heldBy"]) > 5
    check = run("--workspace", str(copy), "ontology", "check", "--no-facts")
    assert check.status == 0, check.out
    assert run("--workspace", str(copy), "validate").status == 0
    chinese = (copy / "ontology" / "labels" / "zh.ttl").read_text(encoding="utf-8")
    assert 'sg:heldBy rdfs:label "持有者"@zh .' in chinese
    diff = run("--workspace", str(copy), "ontology", "diff", str(ROOT / "ontology" / "stancegraph.ttl"))
    assert "sg:holder was renamed to sg:heldBy" in diff.out


@pytest.mark.java
def test_the_answers_after_a_renaming_are_those_before(copy: Path, run: Callable[..., Run]) -> None:
    question = ("ask", "hopes-and-fears", "--format", "csv")
    before = run("--workspace", str(copy), *question)
    assert run("--workspace", str(copy), "ontology", "rename", "attitude", "attitudeTaken").status == 0
    assert run("--workspace", str(copy), "build").status == 0
    after = run("--workspace", str(copy), *question)
    assert after.out == before.out
    assert len(after.out.splitlines()) > 20


@pytest.mark.early
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
        [sys.executable, "-c", code, "-q", "-n0", "-p", "no:cacheprovider", *paths],
        cwd=checkout, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_without_java_a_renaming_says_what_is_left_to_do(
    copy: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_java(monkeypatch)
    done = run("--workspace", str(copy), "ontology", "rename", "holder", "heldBy")
    assert done.status == 0
    assert "stancegraph ontology format" in done.err
    assert terms(copy)[SG + "holder"].successor == SG + "heldBy"


RENAMINGS = {"Stance": "PointOfView", "holder": "heldBy", "Forum": "Assembly"}


@pytest.mark.long
def test_a_renaming_reaches_coding_sheets_link_targets_and_namespaces(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_java(monkeypatch)
    folder = copy / "data" / "articles" / ARTICLE
    sheet = folder / "coding.txt"
    before = Article(folders.find(copy), ARTICLE).compile()
    assert not before.problems
    for old, new in RENAMINGS.items():
        assert len(naming.count_names(sheet, sheet.read_text(encoding="utf-8"))) > 50
        renaming.rename(copy, old, new).apply()
    uses = naming.find_uses(copy)
    assert not {SG + old for old in RENAMINGS} & set(uses)
    for new, names in {
        "PointOfView": {f"data/articles/{ARTICLE}/coding.txt", f"data/articles/{ARTICLE}/facts.ttl"},
        "heldBy": {f"data/articles/{ARTICLE}/coding.txt", f"data/articles/{ARTICLE}/facts.ttl"},
        "Assembly": {"ontology/namespaces.toml", "data/links/wikidata.toml"},
    }.items():
        assert names <= set(uses[SG + new])
    compiled = Article(folders.find(copy), ARTICLE).compile()
    assert not compiled.problems
    assert len(compiled.claims) == len(before.claims) > 3000
    assert set(compiled.claims) == {quad.triple for quad in read_turtle(folder / "facts.ttl")}
    assert set(compiled.mentions) == {quad.triple for quad in read_turtle(folder / "mentions.ttl")}


SHEETS = {
    "a kind": ("Stance", "View", "stance a: A stance.\n", "view a: A stance.\n"),
    "a kind under a chain": ("CausalProposition", "Cause", "  causal-proposition a-b\n", "  cause a-b\n"),
    "a property": ("holder", "heldBy", "  holder: China; target: holder\n", "  heldBy: China; target: holder\n"),
    "without spaces": ("holder", "heldBy", "  target:NATO;holder:China", "  target:NATO;heldBy:China"),
    "with its prefix": ("holder", "heldBy", "  sg:holder: China", "  sg:heldBy: China"),
    "further classes": ("State", "Nation", "  is: state, member-state", "  is: nation, member-state"),
    "prefixed in a text": ("holder", "heldBy", '  note: "sg:holder; holder: x"', '  note: "sg:heldBy; holder: x"'),
    "an IRI": ("holder", "heldBy", f"  about: <{SG}holder>", f"  about: <{SG}heldBy>"),
    "lines that end as on Windows": ("Visit", "Call", "visit a-b\r\n  x: y\r\n", "call a-b\r\n  x: y\r\n"),
    "a property of a vocabulary": ("title", "name", "  dcterms:title: x", "  dcterms:title: x"),
    "a thing": ("actor", "party", "  holder: actor:China", "  holder: actor:China"),
    "a chain": ("says", "puts", "says Report > NATO: Summary\n", "says Report > NATO: Summary\n"),
    "no claim": ("No", "Yes", "no claim: A heading.", "no claim: A heading."),
    "a comment": ("holder", "heldBy", "# holder: x\n", "# holder: x\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_a_coding_sheet_is_renamed_by_its_grammar(name: str) -> None:
    old, new, sheet, renamed = SHEETS[name]
    assert naming.rename_in(Path("coding.txt"), sheet, old, new) == renamed
    assert naming.count_names(Path("coding.txt"), sheet)[SG + old] == (sheet != renamed)


def test_a_renaming_reaches_the_documentation(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_java(monkeypatch)
    shutil.copytree(ROOT / "docs", copy / "docs")
    for name in ("README.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, copy)
    pages = {path for path in naming.term_files(copy) if path.suffix == ".md"}
    assert pages == {*copy.glob("*.md"), *(copy / "docs").rglob("*.md")}
    assert len(pages) > 60
    page = copy / "docs" / "how-to" / "add-a-link-target.md"
    assert "sg:Place" in page.read_text(encoding="utf-8")
    renaming.rename(copy, "Place", "Location").apply()
    assert 'lake = ["sg:Location"]' in page.read_text(encoding="utf-8")
    assert not [path for path in pages if re.search(r"\bsg:Place\b", path.read_text(encoding="utf-8"))]


def test_an_individual_is_renamed_too(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_java(monkeypatch)
    with (copy / "ontology" / "stancegraph.ttl").open("a", encoding="utf-8") as file:
        file.write('\n:Unknown a owl:NamedIndividual , :Actor ; rdfs:label "Unknown"@en .\n')
    renaming.rename(copy, "Unknown", "UnknownActor").apply()
    assert terms(copy)[SG + "Unknown"].successor == SG + "UnknownActor"
    assert terms(copy)[SG + "UnknownActor"].kind == "individual"


def test_a_term_that_the_ontology_names_by_a_relative_iri_is_not_renamed(copy: Path) -> None:
    path = copy / "ontology" / "stancegraph.ttl"
    with path.open("a", encoding="utf-8") as file:
        file.write(f'\n@base <{SG[:-1]}> .\n<#Walk> a owl:Class ; rdfs:label "Walk"@en .\n')
    before = path.read_bytes()
    with pytest.raises(DataError, match="relative IRI"):
        renaming.rename(copy, "Walk", "Stroll")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("rename", "Holder", "heldBy"), "does not have"),
        (("rename", "holder", "HeldBy"), "cannot be the name of this object property"),
        (("rename", "holder", "held by"), "cannot be the name"),
        (("rename", "holder", 'x> . <y'), "cannot be the name"),
        (("rename", "holder", "attitude"), "exists already"),
        (("deprecate", "holder"), "either a successor or a reason"),
        (("deprecate", "holder", "--by", "nothing"), "does not have"),
        (("release", "one"), "is not a version"),
        (("release", "0.0.9"), "exists already"),
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
def test_a_renaming_that_protege_began_is_finished(
    copy: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes to what the whole renaming comes to, but for the label, which Protégé leaves as it is."""
    without_java(monkeypatch)
    commit(copy, "ontology")
    whole = copy_workspace(copy, copy.parent / "whole")
    assert run("--workspace", str(whole), "ontology", "rename", "Visit", "Call", "--label", "Visit").status == 0
    ontology = copy / "ontology" / "stancegraph.ttl"
    text = ontology.read_text(encoding="utf-8")
    ontology.write_text(re.sub(r"(?<=[:#])Visit\b", "Call", text), encoding="utf-8")
    assert run("--workspace", str(copy), "ontology", "rename", "Visit", "Call").status == 2
    done = run("--workspace", str(copy), "ontology", "rename", "--finish", "Visit", "Call")
    assert done.status == 0, done.err
    for path in sorted(whole.rglob("*.*")):
        relative = path.relative_to(whole)
        if path.is_file() and ".stancegraph" not in relative.parts:
            assert (copy / relative).read_bytes() == path.read_bytes(), relative
    done = run("--workspace", str(copy), "ontology", "rename", "--finish", "Visit", "Call")
    assert done.status == 2
    assert "the ontology still has 'Visit'" in done.err


def test_a_term_that_protege_deleted_comes_back_as_deprecated(
    copy: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_java(monkeypatch)
    commit(copy, "ontology")
    ontology = copy / "ontology" / "stancegraph.ttl"
    text = ontology.read_text(encoding="utf-8")
    start = text.index(":Agreement rdf:type owl:Class")
    ontology.write_text(text[:start] + text[text.index("###", start) :], encoding="utf-8")
    done = run("--workspace", str(copy), "ontology", "deprecate", "Agreement", "--because", "It is gone.")
    assert done.status == 0, done.err
    term = axioms.read_ontology(ontology).terms[PREFIXES["sg"] + "Agreement"]
    assert (term.deprecated, term.label, term.kind) == (True, "obsolete Agreement", "class")
    assert run("--workspace", str(copy), "ontology", "deprecate", "Nothing", "--because", "x").status == 2


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


def test_every_term_of_every_release_is_still_described() -> None:
    assert [path.stem for path in releases.list_releases(ROOT)][:1] == ["0.1.0"]
    assert releases.find_removed_terms(ROOT) == []


def test_a_term_without_a_label_of_its_own_is_not_renamed(copy: Path, run: Callable[..., Run]) -> None:
    path = copy / "ontology" / "stancegraph.ttl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('rdfs:label "holder"@en', 'rdfs:label "agent"@en'), "utf-8"
    )
    before = all_names(copy)
    done = run("--workspace", str(copy), "ontology", "rename", "holder", "heldBy")
    no_traceback(done)
    assert done.status == 1
    assert "must occur once" in done.err
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
