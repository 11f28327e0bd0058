"""``stancegraph ontology``: check, format, compare, change and document the ontology that Protégé edits."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import asdict
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.cli.context import global_options, note, show_findings, show_progress
from stancegraph.errors import UsageError
from stancegraph.files import journal

if TYPE_CHECKING:
    from stancegraph.files.change_set import ChangeSet

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_STARTING_JAVA = "starting Java; the first time, its libraries are downloaded"


class ReportFormat(StrEnum):
    """The output formats of a report."""

    TABLE = "table"
    MD = "md"
    JSON = "json"


@app.command("check")
def check(
    context: typer.Context,
    facts: Annotated[bool, typer.Option(help="Also check the facts of entities and articles against it.")] = True,
    format: Annotated[ReportFormat, typer.Option(help="The output format.")] = ReportFormat.TABLE,
) -> None:
    """Check the ontology. Parse it, check its profile and house rules, and run a reasoner; exit status 1 if there
    are violations. Checks that need Java are skipped without it, and the report says so.
    """
    from stancegraph.ontology import checking, reporting

    with show_progress() as progress:
        report = checking.check(global_options(context).workspace, facts=facts, progress=progress)
    if format is ReportFormat.JSON:
        print(reporting.to_json(report))
    elif format is ReportFormat.MD:
        print(reporting.to_markdown(report), end="")
    else:
        width = max(len(step.name) for step in report.steps)
        for step in report.steps:
            print(f"{step.name:<{width}}  {step.outcome}")
        if report.agreement is not None:
            print(f"\n{reporting.summarize(report.agreement)}")
        print()
        show_findings(report.findings)
    if not report.is_sound:
        raise typer.Exit(1)


@app.command("format")
def format_files(
    context: typer.Context,
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with status 1 if a file would change.")
    ] = False,
) -> None:
    """Write the files as Protégé saves them, byte for byte. This needs Java, which the extra `ontology` provides."""
    from stancegraph.ontology import owlapi

    workspace = global_options(context).workspace
    root = workspace.root
    with nullcontext() if check_only else journal.exclusive_access(root), show_progress() as progress:
        progress(_STARTING_JAVA)
        files = workspace.ontology_files()
        formatted = {path: owlapi.format_turtle(path) for path in files}
        changed = {path: new for path, new in formatted.items() if new != path.read_bytes()}
        if not check_only:
            journal.commit(root, changed)
    for path in files:
        outcome = "would change" if check_only else "rewritten"
        name = path.relative_to(root / "ontology").as_posix()
        note(f"{name}: {outcome if path in changed else 'as Protégé saves it'}")
    if check_only and changed:
        raise typer.Exit(1)


@app.command("diff")
def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The older version: a file or a git revision.")],
    new: Annotated[
        str | None,
        typer.Argument(metavar="NEW", help="The newer version; by default, the file in the workspace."),
    ] = None,
    format: Annotated[ReportFormat, typer.Option(help="The output format.")] = ReportFormat.TABLE,
) -> None:
    """Show what changed between two versions of the ontology. Describe each change in words, whatever the
    serialization, with the queries, shapes and facts that it affects.
    """
    from stancegraph.ontology import comparing, naming

    root = global_options(context).workspace.root
    before, after = comparing.load_ontology(old, root), comparing.load_ontology(new or str(root / comparing.FILE), root)
    changes = comparing.compare(before, after, naming.find_uses(root))
    if format is ReportFormat.JSON:
        print(json.dumps([asdict(change) for change in changes], indent=2, ensure_ascii=False))
        return
    for change in changes:
        affected = f"affects {', '.join(change.touches)}" if change.touches else "affects no query, shape or fact"
        notes = [affected, f"finish it with `{change.remedy}`"] if change.remedy and new is None else [affected]
        bullet, nested = ("- ", "  - ") if format is ReportFormat.MD else ("", "  ")
        print("\n".join([f"{bullet}{change}", *(f"{nested}{remark}" for remark in notes)]))
    if format is ReportFormat.TABLE:
        print(f"{len(changes)} change{'s' if len(changes) != 1 else ''}")


def _apply(root: Path, changes: ChangeSet, *, dry_run: bool) -> None:
    """Write the files of *changes*, or with *dry_run* only list them."""
    for path in changes.contents:
        print(path.relative_to(root).as_posix())
    if dry_run:
        note(f"{len(changes.contents)} files would change; nothing was written")
        return
    changes.apply()
    note(f"{len(changes.contents)} files written")
    for remark in changes.remarks:
        note(remark)


@app.command("rename")
def rename(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The term, such as Stance or sg:Stance.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    label: Annotated[str | None, typer.Option(help="Its new label; by default, the words of the new name.")] = None,
    finish: Annotated[
        bool, typer.Option("--finish", help="The ontology has the new name already, as after a renaming in Protégé.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Only list the files that would change.")] = False,
) -> None:
    """Rename a term everywhere. Change ontology, shapes, queries, data, program and tests; deprecate the old IRI."""
    from stancegraph.ontology import renaming

    root = global_options(context).workspace.root
    with nullcontext() if dry_run else journal.exclusive_access(root):
        with show_progress() as progress:
            progress(_STARTING_JAVA)
            if finish and label is not None:
                raise UsageError("--label and --finish exclude each other", remedy="change the label in Protégé")
            work = renaming.finish if finish else partial(renaming.rename, label=label)
            changes = work(root, old, new)
        _apply(root, changes, dry_run=dry_run)


@app.command("deprecate")
def deprecate(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="TERM", help="The term, such as Stance or sg:Stance.")],
    by: Annotated[str | None, typer.Option(metavar="TERM", help="The term that replaces it.")] = None,
    because: Annotated[str | None, typer.Option(metavar="REASON", help="The reason why nothing replaces it.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Only list the files that would change.")] = False,
) -> None:
    """Deprecate a term. It stays, and names its replacement; `ontology check` lists what still uses it."""
    from stancegraph.ontology import renaming

    root = global_options(context).workspace.root
    with nullcontext() if dry_run else journal.exclusive_access(root):
        with show_progress() as progress:
            progress(_STARTING_JAVA)
            changes = renaming.deprecate(root, name, successor=by, reason=because)
        _apply(root, changes, dry_run=dry_run)


@app.command("release")
def release(
    context: typer.Context,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="The version: three numbers, such as 0.2.0.")],
) -> None:
    """Release a version of the ontology. Give it a version IRI, and keep a copy in ontology/releases/ whose terms stay
    valid.
    """
    from stancegraph.ontology import releases

    root = global_options(context).workspace.root
    print(releases.release(root, version).relative_to(root).as_posix())


@app.command("export")
def export(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write, in Turtle.")],
    article: Annotated[
        str | None, typer.Option(metavar="ARTICLE", help="Take the facts of this article only, by its name.")
    ] = None,
) -> None:
    """Write the ontology with vocabularies and facts. Make one ontology that opens in Protégé by itself, with each
    thing as an individual.
    """
    from stancegraph.files.writing import write_whole
    from stancegraph.ontology import combining

    with show_progress() as progress:
        triples = combining.combine(global_options(context).workspace, article)
        progress(_STARTING_JAVA)
        turtle, is_formatted = combining.to_turtle(triples)
    write_whole(output, turtle)
    note(f"{output}: {len(triples)} triples")
    if not is_formatted:
        note("Without Java it is not in Protégé's form, and the first save there will order it anew.")


@app.command("reference")
def reference(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The HTML file to write.")] = Path(
        "ontology.html"
    ),
) -> None:
    """Write the reference of the ontology. Make one HTML page of every class, property and scheme, with pyLODE."""
    from stancegraph.files.writing import write_whole
    from stancegraph.ontology import reference as references

    page = references.render_page(global_options(context).workspace.root).encode("utf-8")
    write_whole(output, page)
    note(f"{output}: {len(page)} bytes")
