"""``stancegraph link``: what things of the graph are elsewhere."""

from __future__ import annotations

import datetime
import json
import sys
from collections import Counter
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.commands.context import note, of
from stancegraph.engine import Term
from stancegraph.errors import CallError
from stancegraph.linking import mappings, reviewing
from stancegraph.linking.mappings import Mapping, MappingSet
from stancegraph.linking.reviewing import Decision, Review
from stancegraph.present import width
from stancegraph.stored_query import find
from stancegraph.workspace import Workspace

if TYPE_CHECKING:
    from stancegraph.linking.manners import PoliteEndpoint
    from stancegraph.linking.targets import Target

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class State(StrEnum):
    """What has become of a link."""

    ACCEPTED = "accepted"
    CANDIDATE = "candidate"
    REJECTED = "rejected"


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"


Contact = Annotated[
    str | None, typer.Option(envvar="STANCEGRAPH_CONTACT", help="Who asks: an address for the User-Agent.")
]
Elsewhere = Annotated[str | None, typer.Option(metavar="URL", help="Another endpoint than the target's own.")]
Cache = Annotated[Path | None, typer.Option(help="Where answers are kept; else in the user's cache.")]
_KEYS = {"a": Decision.ACCEPT, "r": Decision.REJECT, "s": Decision.SKIP, "u": Decision.UNDO, "q": Decision.QUIT}


def state_of(one: Mapping) -> State:
    """What has become of *one*."""
    return State.REJECTED if one.rejected else State.ACCEPTED if one.accepted else State.CANDIDATE


def file_of(workspace: Workspace, target: str) -> Path:
    """The mappings to *target*; raise `CallError` where there are none."""
    files = {path.name.split(".")[0]: path for path in workspace.link_files()}
    if target not in files:
        raise CallError(f"there are no links to {target!r}", remedy=f"one of {', '.join(files) or 'none so far'}")
    return files[target]


@app.command("list")
def list_links(
    context: typer.Context,
    target: Annotated[str | None, typer.Option(help="Only the links to this target.")] = None,
    state: Annotated[State | None, typer.Option(help="Only those of which this has become.")] = None,
    format: Annotated[_Format, typer.Option(help="How to print the list.")] = _Format.TABLE,
) -> None:
    """List the links. With what has become of each, and what it was checked against."""
    workspace = of(context).workspace
    paths = [file_of(workspace, target)] if target else workspace.link_files()
    found = [one for path in paths for one in mappings.read(path).mappings if state in (None, state_of(one))]
    if format is _Format.JSON:
        print(json.dumps([{**asdict(one), "state": state_of(one)} for one in found], indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("thing", "relation", "elsewhere", "called", "state", "why", header_style="bold")
    for one in found:
        table.add_row(
            one.subject_id, one.predicate_id, one.object_id, one.object_label, state_of(one).value, one.comment
        )
    console = Console(highlight=False, width=width())
    console.print(table)
    console.print(f"{len(found)} link{'s' if len(found) != 1 else ''}", style="dim")


def asked_politely(
    target: str, described: Target, contact: str | None, endpoint: str | None, cache: Path | None
) -> PoliteEndpoint:
    """The endpoint of a target, asked with manners; raise `CallError` where there is none, or nobody says who asks."""
    import platformdirs

    from stancegraph.linking.manners import Manners, PoliteEndpoint

    url = endpoint or described.endpoint
    if url is None:
        raise CallError("it has no endpoint", subject=target, remedy="name one with --endpoint")
    if not contact:
        raise CallError(
            "who asks? Public services want to know", subject="--contact", remedy="give an e-mail or web address"
        )
    folder = cache or Path(platformdirs.user_cache_dir("stancegraph")) / "links"
    return PoliteEndpoint(url, Manners(contact, described.interval), folder)


@app.command("candidates")
def find_candidates(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="The target that is asked.")],
    contact: Contact = None,
    endpoint: Elsewhere = None,
    cache: Cache = None,
) -> None:
    """Ask a target for what it calls by the names of things without a link. Candidates are written after each batch."""
    from stancegraph.linking import candidates, targets

    given = of(context)
    path = file_of(given.workspace, target)
    described = targets.read(path.parent / f"{target}.toml")
    query = find("search", given.workspace.query_files(f"link/{target}"))
    polite = asked_politely(target, described, contact, endpoint, cache)

    def ask(text: str) -> tuple[list[dict[str, Term]], bool]:
        answered = polite.ask(text)
        return list(answered.rows), answered.age > 0

    things = candidates.without_link(given.engine(), mappings.read(path), described)
    note(f"{len(things)} things have no link to {described.title}; {polite.url} is asked")
    report, written = candidates.Report(), 0
    day = datetime.date.today().isoformat()
    for report in candidates.search(ask, query, things, mappings.read(path), described, day):
        if len(report.found) > written:
            now = mappings.read(path)
            mappings.write(now.with_rows([*now.mappings, *report.found[written:]]), path)
            written = len(report.found)
    failures = Counter(report.failed)
    for message, number in failures.items():
        note(f"{number} of the requests failed: {message}")
    note(f"{report.asked} names asked ({report.kept} answered from what was kept); {written} candidates are new.")
    if failures:
        raise typer.Exit(3)


@app.command()
def check(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="The target that is asked.")],
    contact: Contact = None,
    endpoint: Elsewhere = None,
    cache: Cache = None,
) -> None:
    """Read accepted links again at their target. Gone, merged, renamed, of another kind: told, and not changed."""
    from stancegraph.linking import rereading, targets

    workspace = of(context).workspace
    path = file_of(workspace, target)
    described = targets.read(path.parent / f"{target}.toml")
    query = find("entity", workspace.query_files(f"link/{target}"))
    polite = asked_politely(target, described, contact, endpoint, cache)
    told = list(rereading.reread(lambda text: list(polite.ask(text).rows), query, mappings.read(path), described))
    for one in told:
        if one.state != "same":
            print(f"{one.row.subject_id} {one.row.object_id}: {one.state}: {one.told}")
    counts = Counter(one.state for one in told)
    note(", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "there are no accepted links")
    if counts["unread"]:
        raise typer.Exit(3)
    if set(counts) - {"same"}:
        raise typer.Exit(1)


@app.command()
def review(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="The target whose candidates are looked at.")],
    reviewer: Annotated[str, typer.Option(help="Who reviews, as the rows will say.")],
) -> None:
    """Walk through the candidates of a target. Each decision is written at once: nothing is lost when it breaks off."""
    path = file_of(of(context).workspace, target)
    if not reviewer.strip():
        raise CallError("who reviews?", subject="--reviewer", remedy="give a name")
    doing = Review(reviewer.strip(), datetime.date.today().isoformat())

    def save(changed: MappingSet) -> None:
        mappings.write(changed, path)

    def ask(one: Mapping, number: int, total: int) -> tuple[Decision, Mapping]:
        _show(one, number, total, mappings.read(path))
        while True:
            decision = _KEYS.get(_asked("[a]ccept  [r]eject  [s]kip  [u]ndo  [q]uit").strip().lower()[:1])
            if decision is None:
                note("Answer with one of the letters.")
                continue
            if decision is Decision.ACCEPT:
                source = one.see_also or _asked("Checked against which public source (its address)?")
                reason = _asked("Why is it certain?")
                try:
                    return decision, doing.accepted(one, reason.strip(), source.strip())
                except CallError as error:
                    note(f"Not accepted: {error.message}.")
                    continue
            if decision is Decision.REJECT:
                return decision, doing.rejected(one, _asked("Why is it wrong?").strip())
            return decision, one

    try:
        told = reviewing.walk(lambda: mappings.read(path), save, ask)
    except (EOFError, KeyboardInterrupt):
        note("\nEnded; what was decided is written.")
        return
    left = len(reviewing.candidates(mappings.read(path)))
    note(
        f"{told[Decision.ACCEPT]} accepted, {told[Decision.REJECT]} rejected; {left} candidates are left. "
        "`stancegraph build` publishes what is accepted."
    )


def _show(one: Mapping, number: int, total: int, within: MappingSet) -> None:
    """Both sides of a candidate, on standard output."""
    print(f"\n{number} of {total}")
    print(f"  here       {one.subject_label} ({one.subject_id})")
    print(f"  elsewhere  {one.object_label} ({one.object_id}, {one.object_category})")
    print(f"             {within.expand(one.object_id)}")
    print(f"  relation   {one.predicate_id}, confidence {one.confidence or 'not given'}")
    for words in (one.comment, one.see_also):
        if words:
            print(f"             {words}")
    sys.stdout.flush()


def _asked(question: str) -> str:
    print(f"  {question} ", end="", flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise EOFError
    return answer.rstrip("\n")
