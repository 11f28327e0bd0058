"""``stancegraph export``: the graph in a standard format."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.cli.context import note, of
from stancegraph.errors import UsageError
from stancegraph.files.writing import write_whole
from stancegraph.output import exporting
from stancegraph.sparql.engine import Engine

_Format = StrEnum(  # type: ignore[misc]
    "_Format", {f.name: f.value for f in exporting.RdfFile} | {"CSV": "csv", "GRAPHML": "graphml"}
)
_Table = StrEnum("_Table", {name.upper(): name for name in exporting.TABLES})  # type: ignore[misc]


def command(
    context: typer.Context,
    format: Annotated[_Format, typer.Option(help="ttl, nt and rdfxml hold the union of the named graphs.")],
    article: Annotated[str | None, typer.Option(help="Only the graph of this article, by its folder's name.")] = None,
    graph: Annotated[str | None, typer.Option(help="Only this named graph, by its IRI or path.")] = None,
    iris: Annotated[
        str | None, typer.Option(metavar="TARGET", help="Name linked things by their IRIs in this target of links.")
    ] = None,
    table: Annotated[_Table | None, typer.Option(help="With csv: which table.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; with csv and no --table, a folder for all tables.")
    ] = None,
) -> None:
    """Export graph, tables or network. RDF, CSV for spreadsheets, GraphML for graph tools."""
    engine = of(context).engine()
    if article is not None and graph is not None:
        raise UsageError("--article and --graph name two graphs", remedy="give one of them")
    chosen = graph if article is None else f"article/{article}"
    if format.value in ("csv", "graphml") and chosen is not None:
        raise UsageError(f"{format.value} is of the whole graph", remedy="leave out --article and --graph")
    if format.value in ("csv", "graphml") and iris is not None:
        raise UsageError("--iris is for RDF", remedy="leave it out, or choose a format of RDF")
    if format.value != "csv" and table is not None:
        raise UsageError("--table goes with --format csv", remedy="leave it out")
    if format.value == "csv" and table is None:
        if output is None:
            names = ", ".join(exporting.TABLES)
            raise UsageError("which table?", remedy=f"--table, one of {names}; or -o DIR for all of them")
        output.mkdir(parents=True, exist_ok=True)
        for name in exporting.TABLES:
            _put(exporting.to_csv(engine, name), output / f"{name}.csv")
        return
    _put(_export(engine, format.value, chosen, table.value if table else None, iris), output)


def _export(engine: Engine, format: str, graph: str | None, table: str | None, iris: str | None) -> bytes:
    if table is not None:
        return exporting.to_csv(engine, table)
    if format == "graphml":
        return exporting.to_graphml(engine)
    named = None if graph is None else exporting.named_graph(engine, graph)
    data = exporting.quads(engine, named)
    if iris is not None:
        data = sorted(exporting.with_external_iris(engine, data, iris), key=str)
    return exporting.to_rdf(data, exporting.RdfFile(format))


def _put(content: bytes, output: Path | None) -> None:
    """Print *content*, or write it to *output*."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    write_whole(output, content)
    note(f"{output}: {len(content)} bytes")
