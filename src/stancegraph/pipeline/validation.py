"""Validate a workspace: shapes, checks, and passages against their text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from stancegraph import text as texts
from stancegraph.errors import DataError, UsageError
from stancegraph.findings import Finding, Findings, Severity
from stancegraph.linking import rules, sssom, targets
from stancegraph.pipeline.checks import run_checks
from stancegraph.pipeline.inference import infer
from stancegraph.pipeline.reading import Reading, read
from stancegraph.pipeline.shapes import check_shapes, load_shapes
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.sparql.engine import Engine, Oxigraph
from stancegraph.sparql.lookups import rows
from stancegraph.workspace.folders import SourceFile, Workspace, files_in

_PASSAGES = """
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
SELECT ?passage ?start ?end ?sha256
WHERE { ?passage sg:inPublication <%s> ; sg:charStart ?start ; sg:charEnd ?end ; sg:sha256 ?sha256 }
ORDER BY ?start ?passage
"""


_CLASSES = """
SELECT DISTINCT ?thing ?class
WHERE { VALUES ?thing { %s } ?thing a ?class . }
ORDER BY ?thing ?class
"""


def validate_reading(workspace: Workspace, reading: Reading, conclusions: Sequence[Quad]) -> Findings:
    """All findings on what was read and concluded, each with the file that describes its subject."""
    store = reading.store()
    store.bulk_extend(conclusions)
    engine = Oxigraph(store)
    files = {subject: workspace.relative(path) for subject, path in reading.files.items()}

    def placed(found: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(replace(finding, file=files.get(finding.subject)) for finding in found)

    return Findings(
        placed(check_shapes(reading.quads, load_shapes(workspace.shape_files()))),
        placed(run_checks(engine, workspace.query_files("check"))),
        tuple(check_links(workspace, engine)),
    )


def check_links(workspace: Workspace, engine: Engine) -> list[Finding]:
    """What is wrong with the rows of the sssom."""
    files = workspace.link_files()
    known = targets.load_all(workspace.target_files()) if files else {}
    found = []
    for path in files:
        name = path.name.split(".")[0]
        if name not in known:
            raise DataError("no target is described", file=path, remedy=f"describe it in {name}.toml beside it")
        mapped = sssom.read(path)
        classes: dict[str, set[str]] = {}
        subjects = {mapped.expand(row.subject_id) for row in mapped.mappings}
        for row in rows(engine, _CLASSES % " ".join(f"<{one}>" for one in sorted(filter(_is_name, subjects)))):
            classes.setdefault(row["thing"].value, set()).add(row["class"].value)
        told = rules.findings(mapped, known[name], classes)
        found += [replace(finding, file=workspace.relative(path)) for finding in told]
    return found


def _is_name(iri: str) -> bool:
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return True


def validate(workspace: Workspace, paths: Sequence[Path] = ()) -> tuple[Reading, list[Finding]]:
    """Read, infer and validate *workspace*; with *paths*, report only on what those files describe.

    A file that is not of the workspace is read in addition to it, as an article of its own.
    """
    sources = workspace.source_files()
    own = {source.path.resolve() for source in sources}
    chosen = [file for path in paths for file in _turtle_files(path)]
    extra = [SourceFile(path, f"{GRAPH}article/{path.stem}") for path in chosen if path.resolve() not in own]
    reading = read([*sources, *extra])
    found = list(validate_reading(workspace, reading, infer(reading, workspace)).ordered())
    if paths:
        described: set[str] = set()
        wanted = {path.resolve() for path in chosen}
        for source in [*sources, *extra]:
            if source.path.resolve() in wanted:
                described |= set(read([source]).files)
        found = [finding for finding in found if finding.subject in described]
        names = {subject: workspace.relative(source.path) for source in extra for subject in read([source]).files}
        found = [replace(finding, file=names.get(finding.subject, finding.file)) for finding in found]
    return reading, found


def _turtle_files(path: Path) -> list[Path]:
    if path.is_dir():
        return files_in(path, "**/*.ttl")
    if not path.is_file():
        raise UsageError("no such file or folder", file=path, remedy="name Turtle files, or folders of them")
    return [path]


def validate_text(workspace: Workspace, engine: Engine, text: Path, article: str | None = None) -> list[Finding]:
    """Compare each passage of an article with *text*: every digest that differs is a violation.

    *article* is the article's folder name; without it, the one whose layout has the digest of *text*, or the only one.
    Raises `UsageError` where it cannot be told which article is meant.
    """
    words = texts.read_text(text)
    layouts = {path.parent.name: path for path in files_in(workspace.root / "data" / "articles", "*/layout.toml")}
    parsed = {slug: texts.Layout.read(path) for slug, path in layouts.items()}
    if article is None:
        same = [slug for slug, layout in parsed.items() if layout.sha256 == texts.digest(words)]
        candidates = same or list(parsed)
        if len(candidates) != 1:
            raise UsageError(
                "of which article is it the text?", file=text, remedy=f"--article, one of {', '.join(parsed)}"
            )
        article = candidates[0]
    if article not in parsed:
        raise UsageError(f"no article {article!r} with a layout", remedy=f"one of: {', '.join(parsed) or 'none'}")
    file = workspace.relative(layouts[article].parent / "passages.ttl")
    found = []
    for row in rows(engine, _PASSAGES % parsed[article].publication):
        passage = words[int(row["start"].value) : int(row["end"].value)]
        if texts.digest(passage) != row["sha256"].value:
            found.append(
                Finding(
                    Severity.VIOLATION,
                    "passage-digest",
                    row["passage"].value,
                    f"Characters {row['start'].value} to {row['end'].value} of {text.name} are not those coded.",
                    "give the text that was coded, or draft the passages anew and read the claims against them",
                    file,
                )
            )
    return found
