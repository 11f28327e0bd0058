"""``stancegraph link enrich`` and ``quickstatements``: what targets state, and what one of them lacks."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.api import KnowledgeGraph
from stancegraph.cli.context import note, of
from stancegraph.cli.services import Cache, Contact, Elsewhere, file_of, rate_limited_endpoint
from stancegraph.errors import ExternalError, UsageError
from stancegraph.files import journal
from stancegraph.files.writing import write_whole
from stancegraph.linking import sssom
from stancegraph.questions.stored_query import StoredQuery, find, load
from stancegraph.sparql.engine import Engine, Term
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.workspace.folders import Workspace

if TYPE_CHECKING:
    from stancegraph.linking.enrichment import Fetched


def enrich(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="The target that is asked.")],
    fact: Annotated[
        list[str] | None, typer.Option(help="Only what this query of queries/enrich/TARGET fetches; repeatable.")
    ] = None,
    contact: Contact = None,
    endpoint: Elsewhere = None,
    cache: Cache = None,
) -> None:
    """Fetch what a target states of linked things. Into graphs of their own, with source, query and time."""
    from stancegraph.linking import enrichment, retrieval, targets

    given = of(context)
    workspace, graph = given.workspace, given.graph
    path = file_of(workspace, target)
    described = targets.read(path.parent / f"{target}.toml")
    queries = _queries(workspace, target, fact)
    polite = rate_limited_endpoint(described, contact, endpoint, cache)

    def ask(text: str) -> tuple[list[dict[str, Term]], float]:
        answered = polite.ask(text)
        return list(answered.rows), answered.age

    links, classes, names = sssom.read(path), _classes(graph.engine), _names(graph)
    failed = 0
    for query in queries:
        try:
            fetched = enrichment.fetch(ask, query, links, classes, datetime.datetime.now(datetime.UTC))
        except (ExternalError, UsageError) as error:
            note(f"{query.name}: {error}\n  what was fetched before stays as it is")
            failed += 1
            continue
        if not fetched.subjects:
            note(f"{query.name}: nothing that it is for is linked to {described.title}")
            continue
        file = workspace.root / "data" / "enrichment" / target / f"{query.name}.ttl"
        turtle = retrieval.to_turtle(fetched, query, described, polite.url, names)
        journal.commit(workspace.root, {file: turtle.encode("utf-8")})
        note(f"{query.name}: {_told(fetched)}; {workspace.relative(file)}")
    if failed:
        raise typer.Exit(3)
    note("`stancegraph build` takes it in.")


def _queries(workspace: Workspace, target: str, wanted: list[str] | None) -> list[StoredQuery]:
    files = workspace.query_files(f"enrich/{target}")
    if not files:
        raise UsageError("nothing is fetched from it", subject=target, remedy=f"add a query to queries/enrich/{target}")
    return [find(name, files) for name in wanted] if wanted else [load(path) for path in files]


def _told(fetched: Fetched) -> str:
    """How much was fetched, and of how many things."""
    dropped = f", {fetched.dropped} deprecated ones left out" if fetched.dropped else ""
    return f"{len(fetched.statements)} statements on {len(fetched.subjects)} things{dropped}"


def _classes(engine: Engine) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows(engine, lookup("types-of")):
        found.setdefault(row["thing"].value, set()).add(row["class"].value)
    return found


def _names(graph: KnowledgeGraph) -> dict[str, str]:
    return {thing: label for thing, label, preferred in graph.labels() if preferred}


def quickstatements(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file, instead of standard output.")] = None,
) -> None:
    """Draft what Wikidata lacks, with references. For a person to check and to send with QuickStatements."""
    from stancegraph.linking import quickstatements as drafting

    given = of(context)
    query = find("lacking", given.workspace.query_files("link/wikidata"))
    lines = drafting.draft(rows(given.engine(), query.text))
    content = "".join(f"{line}\n" for line in lines)
    if output is None:
        sys.stdout.write(content)
    else:
        write_whole(output, content.encode("utf-8"))
    note(
        f"{len(lines)} statements that Wikidata was asked for and does not have. Check each one before you send it."
        if lines
        else "Nothing: Wikidata states all that it was asked for, or `stancegraph link enrich wikidata` has not asked."
    )
