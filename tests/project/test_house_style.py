"""The house style, as far as a test can see it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from stancegraph.ontology import naming
from stancegraph.pipeline.reading import Reading
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT
from tests.project import figures

SG = PREFIXES["sg"]
PYTHON = sorted((ROOT / "src").rglob("*.py"))
TURTLE = sorted((ROOT / "data").rglob("*.ttl"))


def declared(facts: Reading) -> set[str]:
    return {
        quad.subject.value
        for quad in facts.quads
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(SG)
    }


def test_every_term_that_a_query_a_shape_or_the_program_names_is_declared(facts: Reading) -> None:
    terms = declared(facts)
    files = [
        *PYTHON,
        *(ROOT / "queries").rglob("*.rq"),
        *(ROOT / "ontology" / "shapes").glob("*.ttl"),
        *(ROOT / "src").rglob("*.rq"),
    ]
    assert len(files) > 100
    unknown = {
        (path.name, name)
        for path in files
        for name in re.findall(r"(?<![\w:])sg:([A-Za-z]\w*)", path.read_text(encoding="utf-8"))
        if SG + name not in terms
    }
    assert not unknown


def test_the_program_names_terms_by_their_prefixed_names(facts: Reading) -> None:
    """So that the checks above, and a renaming, see each: a local name by itself, or put together, they would not."""
    distinctive = {name for name in (iri.removeprefix(SG) for iri in declared(facts)) if re.search("[A-Z]", name)}
    together = re.compile(r"""(?:\bSG|_SG|PREFIXES\["sg"\])(?: \+ f?["']\w|\}\w)""")
    hidden: set[tuple[str, str]] = set()
    seen = 0
    for path in PYTHON:
        text = path.read_text(encoding="utf-8")
        hidden |= {(path.name, match[0]) for match in together.finditer(text)}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                seen += 1
                if node.value in distinctive:
                    hidden.add((path.name, node.value))
    assert seen > 3000
    assert len(distinctive) > 150
    assert hidden == {("claim_reviews.py", name) for name in ("Claim", "Organization")}, "schema.org has them, too"
    path = ROOT / "src" / "stancegraph" / "rdf" / "terms.py"
    constants = {value for name, value in vars(terms).items() if isinstance(value, str) and name[0].isupper()}
    assert len(constants) > 40
    assert constants == set(naming.count_names(path, path.read_text(encoding="utf-8")))


def test_every_term_is_used_in_a_shape_or_query_or_fact(facts: Reading) -> None:
    """A term ships with its shape, query or facts, or not at all; super-classes and inverses serve the others."""
    text = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("queries", "ontology/shapes", "data", "src")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".rq", ".ttl", ".py"}
    )
    used = {SG + name for name in re.findall(r"(?<![\w:])sg:([A-Za-z]\w*)", text)}
    ontology = [quad for quad in facts.quads if str(quad.graph_name).endswith("/graph/ontology>")]
    within = {q.object.value for q in ontology if isinstance(q.object, NamedNode)}
    within |= {q.subject.value for q in ontology if q.predicate.value.endswith(("#inverseOf", "#deprecated"))}  # type: ignore[union-attr]
    assert declared(facts) - used - within == set()


def test_definitions_are_genus_and_difference_and_end_in_a_stop(facts: Reading) -> None:
    definitions = [
        q for q in facts.quads if q.predicate.value.endswith("#definition") and str(q.subject).startswith(f"<{SG}")
    ]
    assert len(definitions) > 150
    for quad in definitions:
        assert isinstance(quad.object, Literal)
        assert re.match(r"(An? |The |Content |Relates |Gives )", quad.object.value), quad
        assert quad.object.value.endswith("."), quad


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.stem)
def test_data_has_no_blank_nodes(path: Path) -> None:
    quads = list(parse(path=str(path), format=RdfFormat.TURTLE))
    assert quads
    assert not [q for q in quads if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)]


def test_ontology_has_no_article_data_and_no_dates() -> None:
    for name in ("stancegraph", "alignments"):
        text = (ROOT / "ontology" / f"{name}.ttl").read_text(encoding="utf-8")
        assert "stancegraph/id/" not in text
        assert "xsd:date" not in text
        assert "http://www.w3.org/ns/shacl#" not in text


def test_a_module_fits_on_a_few_screens_and_its_name_says_something() -> None:
    assert len(PYTHON) > 15
    for path in PYTHON:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path
        assert not re.search(r"(util|helper|common|manager|base|misc)", path.stem), path


def test_a_module_of_tests_holds_one_idea() -> None:
    paths = sorted((ROOT / "tests").rglob("*.py"))
    assert len(paths) > 120
    assert {path: n for path in paths if (n := len(path.read_text(encoding="utf-8").splitlines())) > 350} == {}


def test_the_modules_whose_tests_count_something_are_run_for_the_figures() -> None:
    counting = {
        path.relative_to(ROOT / "tests").with_suffix("").as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if re.search("^from tests.project.figures import note$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(counting) > 8
    assert counting <= set(figures.FILES)
    assert [name for name in figures.FILES if not (ROOT / "tests" / f"{name}.py").is_file()] == []


def test_public_things_are_documented() -> None:
    seen = 0
    for path in PYTHON:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path
        definitions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        functions = [node for node in definitions if isinstance(node, ast.FunctionDef)]
        nested = {id(node) for outer in functions for node in ast.walk(outer) if node is not outer}
        for node in definitions:
            if not node.name.startswith("_") and id(node) not in nested:
                seen += 1
                assert ast.get_docstring(node), f"{path.name}: {node.name}"
    assert seen > 60


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "maven." + "org", "crates" + ".io"]
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout: the list of tracked files is not to be had")
    for name in tracked:
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        assert not [host for host in hosts if host in text], name
        assert not re.search(r"(?<![\w.])/(?:root|home)/\w", text), name


def test_importing_the_program_does_not_import_what_asking_does_not_need() -> None:
    import sys

    code = (
        "import sys; from stancegraph.cli import main; "
        "print(*sorted({'rdflib', 'pyshacl', 'owlready2', 'SPARQLWrapper', 'sentencex'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


MAY_READ_OTHERWISE = {
    ("ledger", "read_bytes"): "the door itself",
    ("folders", "files_in"): "lists for it",
    ("manifest", "load"): "the program's own, with a checksum",
    ("manifest", "save"): "the program's own",
    ("snapshot", "current"): "the program's own, with a checksum",
    ("snapshot", "_prune"): "the program's own",
    ("snapshot", "_read_manifest"): "the program's own, with a checksum",
    ("snapshot", "_write"): "the program's own",
    ("construction", "clear"): "the program's own",
    ("construction", "locked"): "the program's own",
    ("construction", "preparing"): "the program's own",
    ("construction", "_is_held"): "the program's own",
    ("sealing", "files_of"): "the program's own",
    ("sealing", "seal"): "the program's own",
    ("sealing", "flush"): "the program's own",
    ("sealing", "has_open_files"): "what the system tells of this process",
    ("sealing", "_flush_and_hash"): "the program's own",
    ("sealing", "_find_problem"): "the program's own",
    ("sealing", "_load_fingerprints"): "the program's own",
    ("lookups", "_read_query"): "a part of the program",
    ("deadline", "can_fork"): "what the system tells of this process",
    ("locking", "_open_lock_file"): "a lock, which says nothing",
    ("journal", "_finish"): "the program's own",
    ("journal", "recover"): "the program's own",
    ("journal", "remove_abandoned_files"): "the program's own, which are removed",
    ("redo_log", "read"): "the program's own, with digests",
    ("redo_log", "write"): "the program's own",
    ("redo_log", "_hash_file"): "a file that is about to be changed, which a build waits for",
    ("redo_log", "_move_into_place"): "the same",
    ("writing", "_replace_file"): "a file that is written",
    ("writing", "sync_folder"): "the same",
    ("writing", "remove_abandoned"): "the program's own, which are removed",
    ("text", "read_text"): "the text of an article, which is no part of the workspace",
    ("validation", "validate_text"): "the same text",
    ("text", "read"): "of layouts, which no build reads",
    ("stancegraph", "open"): "a snapshot, which is published",
}
READING = {"open", "read_text", "read_bytes", "glob", "rglob", "iterdir", "scandir", "listdir", "walk"}


def test_what_a_build_reads_it_reads_through_the_ledger() -> None:
    """So that what is published is what was hashed: no module of a build opens or lists files by itself."""

    code = (
        "import sys; import stancegraph.pipeline.building, stancegraph.pipeline.validation; "
        "import stancegraph.pipeline.incremental.update; "
        "print(*sorted(name for name in sys.modules if name.startswith('stancegraph')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = done.stdout.split()
    assert len(modules) > 30
    seen, looked_at = set(), 0
    for name in modules:
        path = ROOT.joinpath("src", *name.split(".")).with_suffix(".py")
        path = path if path.is_file() else path.with_suffix("") / "__init__.py"
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                looked_at += 1
                method = isinstance(call.func, ast.Attribute)
                called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                by_path = called == "parse" and any(word.arg == "path" for word in call.keywords)
                through_ledger = not method and called in {"read_text", "read_bytes"}
                if (called in READING or by_path) and not through_ledger:
                    seen.add((name.rpartition(".")[2], function.name))
    assert looked_at > 1000
    assert seen <= set(MAY_READ_OTHERWISE), seen - set(MAY_READ_OTHERWISE)
    assert seen == set(MAY_READ_OTHERWISE), "an exception that is none any more"


def test_an_assertion_does_no_work() -> None:
    """Under ``python -O`` assertions are gone, and whatever they call is not called."""
    harmless = {"isinstance", "issubclass", "all", "any", "len"}
    assertions = 0
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Assert):
                continue
            assertions += 1
            for inner in ast.walk(node.test):
                assert not isinstance(inner, ast.NamedExpr | ast.Await), f"{path.name}:{node.lineno}"
                if isinstance(inner, ast.Call):
                    name = inner.func.id if isinstance(inner.func, ast.Name) else ""
                    assert name in harmless, f"{path.name}:{node.lineno} calls {ast.unparse(inner.func)}"
    assert assertions > 10
