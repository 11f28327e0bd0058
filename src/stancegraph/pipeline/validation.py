"""Validate a workspace: its facts by shapes and checks, its links by rules, and its passages by their text."""

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

_PASSAGES_QUERY = """
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
SELECT ?passage ?start ?end ?sha256
WHERE { ?passage sg:inPublication <%s> ; sg:charStart ?start ; sg:charEnd ?end ; sg:sha256 ?sha256 }
ORDER BY ?start ?passage
"""

_CLASSES_QUERY = """
SELECT DISTINCT ?thing ?class
WHERE { VALUES ?thing { %s } ?thing a ?class . }
ORDER BY ?thing ?class
"""


def validate_reading(workspace: Workspace, reading: Reading, conclusions: Sequence[Quad]) -> Findings:
    """Return the findings on what was read and concluded.

    Args:
        workspace: The workspace that has the shapes, the checks and the links.
        reading: The quads that were read.
        conclusions: The quads that `stancegraph.pipeline.inference.infer` concludes from them.

    Returns:
        The findings of shapes, checks and the rules for links, each with the file that describes its subject, or that
        has the link.

    Raises:
        DataError: If a shape, a check or a file of links is malformed, or cannot be applied.
        ExternalError: If a file cannot be read.
    """
    store = reading.store()
    store.bulk_extend(conclusions)
    engine = Oxigraph(store)
    files = {subject: workspace.relative(path) for subject, path in reading.files.items()}

    def locate(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(replace(finding, file=files.get(finding.subject)) for finding in findings)

    return Findings(
        locate(check_shapes(reading.quads, load_shapes(workspace.shape_files()))),
        locate(run_checks(engine, workspace.query_files("check"))),
        tuple(check_links(workspace, engine)),
    )


def check_links(workspace: Workspace, engine: Engine) -> list[Finding]:
    """Return the findings on the links to external data sets.

    Args:
        workspace: The workspace that has the files of links and the descriptions of their targets.
        engine: The engine that answers for the classes of the things that are linked.

    Returns:
        The findings, in the order of the files, each with its file.

    Raises:
        DataError: If a file is malformed, or the target of a file of links is not described.
        ExternalError: If a file cannot be read, or the engine fails.
    """
    files = workspace.link_files()
    known_targets = targets.load_all(workspace.target_files()) if files else {}
    findings = []
    for path in files:
        name = path.name.split(".")[0]
        if name not in known_targets:
            raise DataError(
                "the target of these links is not described", file=path, remedy=f"describe it in {name}.toml beside it"
            )
        mapping_set = sssom.read(path)
        classes: dict[str, set[str]] = {}
        subjects = {mapping_set.expand(row.subject_id) for row in mapping_set.mappings}
        for row in rows(engine, _CLASSES_QUERY % " ".join(f"<{iri}>" for iri in sorted(filter(_is_iri, subjects)))):
            classes.setdefault(row["thing"].value, set()).add(row["class"].value)
        link_findings = rules.check(mapping_set, known_targets[name], classes)
        findings += [replace(finding, file=workspace.relative(path)) for finding in link_findings]
    return findings


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def validate(workspace: Workspace, paths: Sequence[Path] = ()) -> tuple[Reading, list[Finding]]:
    """Read, infer and validate a workspace, and report on all of it or on some files.

    Args:
        workspace: The workspace.
        paths: Turtle files, or folders of them, to report on; all of the workspace without them. A file that is not of
            the workspace is read in addition to it, as an article of its own.

    Returns:
        What was read, and the findings in their order, gravest first; with *paths*, only those on subjects that these
        files describe.

    Raises:
        UsageError: If one of *paths* does not exist.
        DataError: If a file is malformed, or a rule, check or shape cannot be applied.
        ExternalError: If a file cannot be read.
    """
    sources = workspace.source_files()
    own_paths = {source.path.resolve() for source in sources}
    chosen = [file for path in paths for file in _list_turtle_files(path)]
    extra = [SourceFile(path, f"{GRAPH}article/{path.stem}") for path in chosen if path.resolve() not in own_paths]
    reading = read([*sources, *extra])
    findings = list(validate_reading(workspace, reading, infer(reading, workspace)).ordered())
    if paths:
        described: set[str] = set()
        chosen_paths = {path.resolve() for path in chosen}
        for source in [*sources, *extra]:
            if source.path.resolve() in chosen_paths:
                described |= set(read([source]).files)
        findings = [finding for finding in findings if finding.subject in described]
        names = {subject: workspace.relative(source.path) for source in extra for subject in read([source]).files}
        findings = [replace(finding, file=names.get(finding.subject, finding.file)) for finding in findings]
    return reading, findings


def _list_turtle_files(path: Path) -> list[Path]:
    if path.is_dir():
        return files_in(path, "**/*.ttl")
    if not path.is_file():
        raise UsageError("no such file or folder", file=path, remedy="name Turtle files, or folders of them")
    return [path]


def validate_text(workspace: Workspace, engine: Engine, text: Path, article: str | None = None) -> list[Finding]:
    """Compare the digest of each passage of an article with that of the same characters of its text.

    Args:
        workspace: The workspace that has the article.
        engine: The engine that answers for the passages.
        text: The file of the text.
        article: The name of the article's folder; without it, the article whose layout has the digest of the text, or
            the only one.

    Returns:
        A violation for each passage whose digest differs, in the order of the passages.

    Raises:
        UsageError: If it is not clear which article is meant, or there is no such article.
        DataError: If the text or a layout cannot be read.
        ExternalError: If the engine fails.
    """
    content = texts.read_text(text)
    paths = {path.parent.name: path for path in files_in(workspace.root / "data" / "articles", "*/layout.toml")}
    layouts = {slug: texts.Layout.read(path) for slug, path in paths.items()}
    if article is None:
        same_digest = [slug for slug, layout in layouts.items() if layout.sha256 == texts.digest(content)]
        candidates = same_digest or list(layouts)
        if len(candidates) != 1:
            raise UsageError(
                "it is not clear of which article this is the text",
                file=text,
                remedy=f"give --article, one of: {', '.join(layouts)}",
            )
        article = candidates[0]
    if article not in layouts:
        raise UsageError(
            f"there is no article {article!r} with a layout", remedy=f"one of: {', '.join(layouts) or 'none'}"
        )
    file = workspace.relative(paths[article].parent / "passages.ttl")
    findings = []
    for row in rows(engine, _PASSAGES_QUERY % layouts[article].publication):
        passage = content[int(row["start"].value) : int(row["end"].value)]
        if texts.digest(passage) != row["sha256"].value:
            findings.append(
                Finding(
                    Severity.VIOLATION,
                    "passage-digest",
                    row["passage"].value,
                    f"Characters {row['start'].value} to {row['end'].value} of {text.name} are not those coded.",
                    "give the text that was coded, or draft the passages again and check the claims against them",
                    file,
                )
            )
    return findings
