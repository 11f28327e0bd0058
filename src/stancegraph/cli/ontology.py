"""``stancegraph ontology``: check, format, compare, rename, release and document the ontology that Protégé edits."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.cli.context import note, of, show_findings, steps
from stancegraph.files import journal
from stancegraph.workspace.folders import files_in

if TYPE_CHECKING:
    from stancegraph.files.change_set import ChangeSet

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_STARTING = "Java starts; the first time, its libraries are fetched"


class ReportFormat(StrEnum):
    """The forms of a report."""

    TABLE = "table"
    MD = "md"
    JSON = "json"


@app.command("check")
def check(
    context: typer.Context,
    facts: Annotated[bool, typer.Option(help="Check the facts of entities and articles against it, too.")] = True,
    format: Annotated[ReportFormat, typer.Option(help="The form of the report.")] = ReportFormat.TABLE,
) -> None:
    """Parse, profile, reasoner, house rules. Exit status 1 if there are violations; what needs Java is left out
    where there is none, and named.
    """
    from stancegraph.ontology import checking, reporting

    with steps() as progress:
        report = checking.check(of(context).workspace, facts=facts, progress=progress)
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
    only_look: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit status 1 if a file would change.")
    ] = False,
) -> None:
    """Write the files as Protégé saves them. Byte for byte; needs Java, which the extra ``ontology`` brings."""
    from stancegraph.ontology import owlapi

    root = of(context).workspace.root
    with nullcontext() if only_look else journal.exclusive_access(root), steps() as progress:
        progress(_STARTING)
        files = files_in(root / "ontology", "*.ttl")
        formatted = {path: owlapi.format_turtle(path) for path in files}
        changed = {path: new for path, new in formatted.items() if new != path.read_bytes()}
        if not only_look:
            journal.commit(root, changed)
    for path in files:
        told = "would change" if only_look else "written anew"
        note(f"{path.name}: {told if path in changed else 'as Protégé saves it'}")
    if only_look and changed:
        raise typer.Exit(1)


@app.command("diff")
def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="A file, or a git revision.")],
    new: Annotated[str | None, typer.Argument(help="A file, or a git revision; without it, the file as it is.")] = None,
    format: Annotated[ReportFormat, typer.Option(help="The form of the answer.")] = ReportFormat.TABLE,
) -> None:
    """Say what changed between two ontologies. In words, blind to serialization, with what each change touches."""
    from stancegraph.ontology import comparing, naming

    root = of(context).workspace.root
    before, after = comparing.load_ontology(old, root), comparing.load_ontology(new or str(root / comparing.FILE), root)
    changes = comparing.compare(before, after, naming.find_uses(root))
    if format is ReportFormat.JSON:
        print(json.dumps([asdict(change) for change in changes], indent=2, ensure_ascii=False))
        return
    for change in changes:
        touched = f"touches {', '.join(change.touches)}" if change.touches else "touches no query, shape or fact"
        print(f"- {change}\n  - {touched}" if format is ReportFormat.MD else f"{change}\n  {touched}")
    if format is ReportFormat.TABLE:
        print(f"{len(changes)} change{'s' if len(changes) != 1 else ''}")


def _apply(root: Path, changes: ChangeSet, *, dry_run: bool) -> None:
    """Write the files of *changes*, or only list them."""
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
    old: Annotated[str, typer.Argument(help="The term, as Stance or sg:Stance.")],
    new: Annotated[str, typer.Argument(help="Its new name.")],
    label: Annotated[str | None, typer.Option(help="Its new label; else the words of the name.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Only list the files that would change.")] = False,
) -> None:
    """Rename a term everywhere. Ontology, shapes, queries, data, program and tests; the old IRI stays as deprecated."""
    from stancegraph.ontology import renaming

    root = of(context).workspace.root
    with nullcontext() if dry_run else journal.exclusive_access(root):
        with steps() as progress:
            progress(_STARTING)
            changes = renaming.rename(root, old, new, label)
        _apply(root, changes, dry_run=dry_run)


@app.command("deprecate")
def deprecate(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The term, as Stance or sg:Stance.")],
    by: Annotated[str | None, typer.Option(help="The term that replaces it.")] = None,
    because: Annotated[str | None, typer.Option(help="Why nothing replaces it.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Only list the files that would change.")] = False,
) -> None:
    """Deprecate a term. It stays, and says what replaces it; `ontology check` lists what still uses it."""
    from stancegraph.ontology import renaming

    root = of(context).workspace.root
    with nullcontext() if dry_run else journal.exclusive_access(root):
        with steps() as progress:
            progress(_STARTING)
            changes = renaming.deprecate(root, name, successor=by, reason=because)
        _apply(root, changes, dry_run=dry_run)


@app.command("release")
def release(context: typer.Context, version: Annotated[str, typer.Argument(help="Three numbers, as 0.2.0.")]) -> None:
    """Give the ontology a version. With a version IRI, and a copy under ontology/releases/ whose terms stay."""
    from stancegraph.ontology import releases

    root = of(context).workspace.root
    print(releases.release(root, version).relative_to(root).as_posix())


@app.command("reference")
def reference(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="The HTML file.")] = Path("ontology.html"),
) -> None:
    """Write the reference of the ontology. One HTML page with every class, property and scheme, by pyLODE."""
    from stancegraph.files.writing import write_whole
    from stancegraph.ontology import reference as references

    page = references.render_page(of(context).workspace.root).encode("utf-8")
    write_whole(output, page)
    note(f"{output}: {len(page)} bytes")
