"""``stancegraph export``: write the graph in a standard format."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.cli.context import global_options, note
from stancegraph.errors import UsageError
from stancegraph.files.writing import write_whole
from stancegraph.output import exporting
from stancegraph.output.interchange.formats import InterchangeFile, to_bytes
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.sparql.engine import Engine

_Format = StrEnum(  # type: ignore[misc]
    "_Format",
    {format.name: format.value for format in (*exporting.RdfFile, *InterchangeFile)}
    | {"CSV": "csv", "GRAPHML": "graphml"},
)
_Table = StrEnum("_Table", {name.upper(): name for name in exporting.TABLES})  # type: ignore[misc]


def command(
    context: typer.Context,
    format: Annotated[_Format, typer.Option(help="The output format; ttl, nt, rdfxml, rdf12 merge the named graphs.")],
    article: Annotated[
        str | None,
        typer.Option(metavar="ARTICLE", help="Export only the graph of this article, by its name."),
    ] = None,
    graph: Annotated[
        str | None, typer.Option(metavar="GRAPH", help="Export only this named graph, by its IRI or path.")
    ] = None,
    iris: Annotated[
        str | None,
        typer.Option(metavar="TARGET", help="Replace the IRIs of linked things by those of this target."),
    ] = None,
    table: Annotated[_Table | None, typer.Option(help="With csv: the table to export.")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="The file to write; with csv and no --table, the folder of all tables.",
        ),
    ] = None,
) -> None:
    """Export the graph in a format that others read.

    ttl, nt, rdfxml, trig, nq and jsonld are RDF. nanopub, rdf12 (with reifiers), annotations (of the web) and
    claimreview (of schema.org) hold what articles say, with its sources. csv is for spreadsheets, graphml for graph
    tools.
    """
    engine = global_options(context).open_engine()
    if article is not None and graph is not None:
        raise UsageError("--article and --graph exclude each other", remedy="give one of them")
    graph_name = graph if article is None else f"article/{article}"
    if format.value in ("csv", "graphml") and graph_name is not None:
        raise UsageError(f"{format.value} always exports the whole graph", remedy="leave out --article and --graph")
    if iris is not None and format.value not in set(exporting.RdfFile):
        raise UsageError(
            "--iris goes with the formats of RDF 1.1",
            remedy=f"leave it out, or choose one of {', '.join(exporting.RdfFile)}",
        )
    if format.value != "csv" and table is not None:
        raise UsageError("--table goes with --format csv", remedy="leave it out")
    if format.value == "csv" and table is None:
        if output is None:
            names = ", ".join(exporting.TABLES)
            raise UsageError("--table is missing", remedy=f"give one of {names}; or -o DIR for all of them")
        output.mkdir(parents=True, exist_ok=True)
        for name in exporting.TABLES:
            _write(exporting.to_csv(engine, name), output / f"{name}.csv")
        return
    _write(_export(engine, format.value, graph_name, table.value if table else None, iris), output)


def _export(engine: Engine, format: str, graph: str | None, table: str | None, iris: str | None) -> bytes:
    if table is not None:
        return exporting.to_csv(engine, table)
    if format == "graphml":
        return exporting.to_graphml(engine)
    graph_iri = None if graph is None else exporting.find_graph(engine, graph)
    if format in set(InterchangeFile):
        return to_bytes(engine, InterchangeFile(format), graph_iri)
    quads = exporting.quads(engine, graph_iri)
    if iris is not None:
        quads = sorted(exporting.with_external_iris(engine, quads, iris), key=str)
    ontology = exporting.quads(engine, f"{GRAPH}ontology") if format == exporting.RdfFile.JSONLD else []
    return exporting.to_rdf(quads, exporting.RdfFile(format), ontology)


def _write(content: bytes, output: Path | None) -> None:
    """Write *content* to the file *output*, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    write_whole(output, content)
    note(f"{output}: {len(content)} bytes")
