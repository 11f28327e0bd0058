"""Export a graph: RDF in its standard formats, tables for spreadsheets, GraphML for graph tools."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from stancegraph.errors import UsageError
from stancegraph.rdf import jsonld
from stancegraph.rdf.namespaces import GRAPH, PREFIXES, prefixes
from stancegraph.sparql.engine import Engine, Term
from stancegraph.sparql.lookups import lookup, rows


class RdfFile(StrEnum):
    """The formats of RDF 1.1: three for triples, which merge the named graphs, and three for quads, which keep them."""

    TTL = "ttl"
    NT = "nt"
    RDFXML = "rdfxml"
    TRIG = "trig"
    NQ = "nq"
    JSONLD = "jsonld"


_FORMATS = {
    RdfFile.TTL: RdfFormat.TURTLE,
    RdfFile.NT: RdfFormat.N_TRIPLES,
    RdfFile.RDFXML: RdfFormat.RDF_XML,
    RdfFile.TRIG: RdfFormat.TRIG,
    RdfFile.NQ: RdfFormat.N_QUADS,
}
_LINKS = f"{GRAPH}links/"
_EXACT_MATCHES = frozenset(
    PREFIXES[prefix] + name for prefix, name in (("skos", "exactMatch"), ("schema", "sameAs"), ("owl", "sameAs"))
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMERIC_TYPES = frozenset(PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float"))
_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")
TABLES = ("stances", "events", "participation", "citations")
"""The tables for spreadsheets."""


def graphs(engine: Engine) -> list[str]:
    """Return the IRIs of the named graphs of *engine*, sorted."""
    return sorted(
        row["graph"].value for row in rows(engine, "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
    )


def find_graph(engine: Engine, name: str) -> str:
    """Find a named graph.

    Args:
        engine: The engine to ask.
        name: The IRI of the graph, or its path: what follows the beginning that the IRIs of all graphs share.

    Returns:
        The IRI of the graph.

    Raises:
        UsageError: There is no such graph; the remedy lists the names of all.
        ExternalError: The engine fails.
    """
    known = graphs(engine)
    for iri in (name, GRAPH + name):
        if iri in known:
            return iri
    names = ", ".join(iri.removeprefix(GRAPH) for iri in known)
    raise UsageError(f"no graph is called {name!r}", remedy=f"one of: {names}")


def quads(engine: Engine, graph: str | None = None) -> list[Quad]:
    """Return all quads, or those of the *graph* of this IRI, in a fixed order."""
    where = "" if graph is None else f"VALUES ?g {{ {NamedNode(graph)} }} "
    answer = rows(engine, f"SELECT ?s ?p ?o ?g WHERE {{ {where}GRAPH ?g {{ ?s ?p ?o }} }}")
    return sorted((Quad(s, p, o, g) for s, p, o, g in answer.rows), key=str)  # type: ignore[arg-type]


def with_external_iris(engine: Engine, data: Iterable[Quad], target: str) -> list[Quad]:
    """Replace the IRIs of things by those of a link target, where the two are linked as exactly the same.

    Linksets keep the IRIs of the graph, so that there is a way back.

    Args:
        engine: The engine to ask for the links.
        data: The quads.
        target: The name of the link target.

    Returns:
        The quads, in their order.

    Raises:
        UsageError: Nothing is linked to the target as exactly the same.
        ExternalError: The engine fails.
    """
    external = {
        quad.subject: quad.object
        for quad in quads(engine, f"{_LINKS}{target}")
        if quad.predicate.value in _EXACT_MATCHES
    }
    if not external:
        linked = [iri.removeprefix(_LINKS) for iri in graphs(engine) if iri.startswith(_LINKS)]
        raise UsageError(f"nothing is linked to {target!r}", remedy=f"one of: {', '.join(linked) or 'none so far'}")
    return [quad if str(quad.graph_name).startswith(f"<{_LINKS}") else _replace_iris(quad, external) for quad in data]


def _replace_iris(quad: Quad, external: Mapping[Any, Any]) -> Quad:
    subject, value = external.get(quad.subject, quad.subject), external.get(quad.object, quad.object)
    return Quad(subject, quad.predicate, value, quad.graph_name)


def to_rdf(data: Iterable[Quad], format: RdfFile, ontology: Iterable[Quad] = ()) -> bytes:
    """Serialise quads in a standard format of RDF 1.1, in the order given, with the program's prefixes.

    Args:
        data: The quads.
        format: The format; one for triples merges the named graphs and leaves out what is repeated.
        ontology: The ontology, from which JSON-LD has its context.
    """
    if format is RdfFile.JSONLD:
        return jsonld.to_jsonld(data, jsonld.context(quad.triple for quad in ontology))
    rdf_format = _FORMATS[format]
    statements = data if rdf_format.supports_datasets else dict.fromkeys(quad.triple for quad in data)
    output = io.BytesIO()
    serialize(statements, output, format=rdf_format, prefixes=dict(prefixes()))
    return output.getvalue()


def to_csv(engine: Engine, table: str) -> bytes:
    """Return a table as CSV for spreadsheets, with a header line and in UTF-8.

    A text that a spreadsheet would take for a formula is preceded by an apostrophe, as `OWASP
    <https://owasp.org/www-community/attacks/CSV_Injection>`_ advises, because text that was fetched from elsewhere is
    not to be trusted. Numbers are left as they are.

    Args:
        engine: The engine to ask.
        table: One of `TABLES`.

    Raises:
        ExternalError: The engine fails.
    """
    answer = rows(engine, lookup(f"table-{table}"))
    lines = [answer.variables, *([_cell(term) for term in row] for row in answer.rows)]
    return "".join(",".join(map(_quote, line)) + "\n" for line in lines).encode("utf-8")


def _quote(cell: str) -> str:
    """Put *cell* in quotation marks where `RFC 4180 <https://www.rfc-editor.org/rfc/rfc4180>`_ demands it."""
    return '"' + cell.replace('"', '""') + '"' if re.search('[,"\r\n]', cell) else cell


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    is_number = isinstance(term, Literal) and term.datatype.value in _NUMERIC_TYPES and _NUMBER.fullmatch(term.value)
    return f"'{term.value}" if term.value.startswith(_FORMULA_STARTS) and not is_number else term.value


def to_graphml(engine: Engine) -> bytes:
    """Return the network of actors in `GraphML <http://graphml.graphdrawing.org/>`_, as a directed multigraph.

    Its edges are meetings, affiliations and stances; a stance has its attitude, and the value of its position, from -2
    to +2.

    Raises:
        ExternalError: The engine fails.
    """
    import networkx

    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for row in rows(engine, lookup("network-actors")):
        network.add_node(row["actor"].value, label=row["name"].value, kind=row["class"].value)
    for row in rows(engine, lookup("network-ties")):
        ends = (row["source"].value, row["target"].value)
        attributes = {name: row[name].value for name in ("tie", "attitude", "claim", "statement") if name in row}
        if "value" in row:
            network.add_edge(*ends, **attributes, value=int(row["value"].value))
        else:
            network.add_edge(*ends, **attributes)
    output = io.BytesIO()
    networkx.write_graphml(network, output, named_key_ids=True)
    return output.getvalue()
