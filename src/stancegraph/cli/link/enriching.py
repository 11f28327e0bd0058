"""``stancegraph link enrich`` and ``quickstatements``: fetch what targets state, and draft what Wikidata is missing."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.api import KnowledgeGraph
from stancegraph.cli.context import global_options, note
from stancegraph.cli.services import Cache, Contact, EndpointOverride, mapping_file, rate_limited_endpoint
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
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The link target to ask.")],
    fact: Annotated[
        list[str] | None,
        typer.Option(metavar="QUERY", help="Fetch only with this query of queries/enrich/TARGET; repeatable."),
    ] = None,
    contact: Contact = None,
    endpoint: EndpointOverride = None,
    cache: Cache = None,
) -> None:
    """Fetch what a target states about linked things. Store it in graphs of its own, with source, query and time."""
    from stancegraph.linking import enrichment, retrieval, targets

    options = global_options(context)
    workspace, graph = options.workspace, options.graph
    path = mapping_file(workspace, target)
    link_target = targets.read(path.parent / f"{target}.toml")
    queries = _find_queries(workspace, target, fact)
    client = rate_limited_endpoint(link_target, contact, endpoint, cache)

    def ask(text: str) -> tuple[list[dict[str, Term]], float]:
        answer = client.ask(text)
        return list(answer.rows), answer.age

    links, classes, names = sssom.read(path), _classes_by_thing(graph.engine), _preferred_labels(graph)
    failed = 0
    for query in queries:
        try:
            fetched = enrichment.fetch(ask, query, links, classes, datetime.datetime.now(datetime.UTC))
        except (ExternalError, UsageError) as error:
            note(f"{query.name}: {error}\n  What was fetched before stays as it is.")
            failed += 1
            continue
        if not fetched.subjects:
            note(f"{query.name}: nothing that this query is about is linked to {link_target.title}")
            continue
        file = workspace.root / "data" / "enrichment" / target / f"{query.name}.ttl"
        turtle = retrieval.to_turtle(fetched, query, link_target, client.url, names)
        journal.commit(workspace.root, {file: turtle.encode("utf-8")})
        note(f"{query.name}: {_summarise(fetched)}; {workspace.relative(file)}")
    if failed:
        raise typer.Exit(3)
    note("`stancegraph build` publishes what was fetched.")


def _find_queries(workspace: Workspace, target: str, names: list[str] | None) -> list[StoredQuery]:
    files = workspace.query_files(f"enrich/{target}")
    if not files:
        raise UsageError(
            "there is no query for this target", subject=target, remedy=f"add one to queries/enrich/{target}"
        )
    return [find(name, files) for name in names] if names else [load(path) for path in files]


def _summarise(fetched: Fetched) -> str:
    dropped = f", {fetched.dropped} deprecated ones left out" if fetched.dropped else ""
    return f"{len(fetched.statements)} statements about {len(fetched.subjects)} things{dropped}"


def _classes_by_thing(engine: Engine) -> dict[str, set[str]]:
    classes: dict[str, set[str]] = {}
    for row in rows(engine, lookup("types-of")):
        classes.setdefault(row["thing"].value, set()).add(row["class"].value)
    return classes


def _preferred_labels(graph: KnowledgeGraph) -> dict[str, str]:
    return {name.thing: name.text for name in graph.find_names() if name.is_preferred}


def quickstatements(
    context: typer.Context,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The file to write, instead of standard output."),
    ] = None,
) -> None:
    """Draft what Wikidata is missing. Each statement has its references, for a person to check and send with
    QuickStatements.
    """
    from stancegraph.linking import quickstatements as drafting

    options = global_options(context)
    query = find("lacking", options.workspace.query_files("link/wikidata"))
    lines = drafting.draft(rows(options.open_engine(), query.text))
    content = "".join(f"{line}\n" for line in lines)
    if output is None:
        sys.stdout.write(content)
    else:
        write_whole(output, content.encode("utf-8"))
    note(
        f"{len(lines)} statements that Wikidata does not have. Check each one before you send it."
        if lines
        else "Nothing: Wikidata has all that was looked up, or `stancegraph link enrich wikidata` has not been run."
    )
