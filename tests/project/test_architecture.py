"""The packages stand in an order, and nothing imports what stands above it."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import networkx

from tests.conftest import ROOT

PROGRAM = ROOT / "src" / "stancegraph"
ORDER = (
    "terminal", "errors",  # what everybody may know
    "suggestions", "assets", "rdf", "findings", "text", "files", "http", "isolation",
    "sparql", "questions", "linking", "workspace", "pipeline",
    "ontology", "coding", "drafting", "curation", "output",
    "api", "web", "cli", "__init__", "__main__",
)  # fmt: skip
"""Packages, and modules beside them, from the ground up."""


def arrows() -> dict[str, dict[str, set[str]]]:
    """From what to what an import leads, also within functions, and in which file it stands."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in sorted(PROGRAM.rglob("*.py")):
        parts = path.relative_to(PROGRAM).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [f"{node.module}.{one.name}" for one in node.names]
            for name in names:
                head, *rest = name.split(".")
                if head == "stancegraph" and rest:
                    inside = (PROGRAM / rest[0]).is_dir() or (PROGRAM / f"{rest[0]}.py").is_file()
                    to = rest[0] if inside else "__init__"
                    if to != parts[0]:
                        found[parts[0]][to].add(path.relative_to(PROGRAM).as_posix())
    return found


def test_no_import_points_up() -> None:
    seen = 0
    for one, others in arrows().items():
        for other, files in others.items():
            seen += len(files)
            below = other == "__init__" or ORDER.index(other) < ORDER.index(one)  # of which the version is asked
            assert below, f"{one} may not import {other}: {sorted(files)}"
    assert seen > 400


def test_every_package_has_its_place_and_says_what_it_is_for() -> None:
    packages = {path.name for path in PROGRAM.iterdir() if (path / "__init__.py").is_file()}
    modules = {path.stem for path in PROGRAM.glob("*.py")}
    assert packages | modules == set(ORDER)
    assert len(modules) <= 8
    assert len(packages) <= 17
    for name in packages:
        said = ast.get_docstring(ast.parse((PROGRAM / name / "__init__.py").read_text(encoding="utf-8"))) or ""
        assert len(said.split()) > 5, name
        assert f"`src/stancegraph/{name}/`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), name


def imports(path: Path) -> set[str]:
    """What the module at *path* imports, each by its full name; also within functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_commands_and_pages_ask_by_the_api() -> None:
    """Finding a question, typing its values, and the evidence behind an answer are in one place."""
    behind = {
        "stancegraph.questions.parameters.parse_value",
        "stancegraph.questions.parameters.parse_values",
        "stancegraph.questions.parameters.resolve",
        "stancegraph.questions.evidence.evidence",
        "stancegraph.questions.description.describe",
        "stancegraph.questions.stored_query.load_all",
        "stancegraph.questions.binding",
    }
    api = imports(PROGRAM / "api.py") | imports(PROGRAM / "questions" / "binding.py")
    assert len(api & behind) == 5, "the names are those of today"
    for package in ("cli", "web"):
        modules = sorted((PROGRAM / package).rglob("*.py"))
        assert len(modules) > 20
        for path in modules:
            assert not imports(path) & behind, path


def test_what_answers_programs_imports_no_pages() -> None:
    makes_pages = {"application.py", "backend/procedures.py", "routes/pages.py", "routes/editing.py"}
    answers_programs = [
        path
        for path in sorted((PROGRAM / "web").rglob("*.py"))
        if path.relative_to(PROGRAM / "web").as_posix() not in makes_pages and path.parent.name != "pages"
    ]
    assert len(answers_programs) > 30
    for path in answers_programs:
        assert not [name for name in imports(path) if name.startswith("stancegraph.web.pages")], path


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Also within functions, and for types alone: who reads one of two modules in a cycle has to read both."""
    modules = {
        ".".join(("stancegraph", *path.relative_to(PROGRAM).with_suffix("").parts)).removesuffix(".__init__"): path
        for path in PROGRAM.rglob("*.py")
    }
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    for name, path in modules.items():
        for imported in imports(path):
            target = imported if imported in modules else imported.rpartition(".")[0]
            if target in modules and target not in {name, "stancegraph"}:  # whose version anybody may read
                graph.add_edge(name, target)
    assert graph.number_of_edges() > 400
    assert list(networkx.simple_cycles(graph, length_bound=6)) == []
