"""Export a graph: RDF in its standard formats, tables for spreadsheets, GraphML for graph tools."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from stancegraph.errors import UsageError
from stancegraph.rdf.namespaces import GRAPH, PREFIXES, prefixes
from stancegraph.sparql.engine import Engine, Term
from stancegraph.sparql.lookups import lookup, rows


class RdfFile(StrEnum):
    """The formats of RDF. Those for triples hold the union of the named graphs, those for quads keep them apart."""

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
    RdfFile.JSONLD: RdfFormat.JSON_LD,
}
_LINKS = f"{GRAPH}links/"
_EXACT = frozenset({PREFIXES["skos"] + "exactMatch", PREFIXES["owl"] + "sameAs"})
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS = frozenset(PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float"))
_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")
TABLES = ("stances", "events", "participation", "citations")


def graphs(engine: Engine) -> list[str]:
    """The named graphs of *engine*, sorted."""
    return sorted(
        row["graph"].value for row in rows(engine, "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
    )


def named_graph(engine: Engine, name: str) -> str:
    """The IRI of the named graph that is called *name*: its IRI, or the path behind the graphs' common beginning.

    Raises `UsageError` with the names that there are.
    """
    known = graphs(engine)
    for iri in (name, GRAPH + name):
        if iri in known:
            return iri
    names = ", ".join(iri.removeprefix(GRAPH) for iri in known)
    raise UsageError(f"no graph is called {name!r}", remedy=f"one of: {names}")


def quads(engine: Engine, graph: str | None = None) -> list[Quad]:
    """All quads, or those of one *graph*, in a fixed order."""
    where = "" if graph is None else f"VALUES ?g {{ {NamedNode(graph)} }} "
    found = rows(engine, f"SELECT ?s ?p ?o ?g WHERE {{ {where}GRAPH ?g {{ ?s ?p ?o }} }}")
    return sorted((Quad(s, p, o, g) for s, p, o, g in found.rows), key=str)  # type: ignore[arg-type]


def with_external_iris(engine: Engine, data: Iterable[Quad], target: str) -> list[Quad]:
    """*data* with the IRIs of *target* in place of ours, where the two are linked as exactly the same.

    Linksets keep ours: they are the way back. Raises `UsageError` where nothing is linked so.
    """
    theirs = {
        quad.subject: quad.object for quad in quads(engine, f"{_LINKS}{target}") if quad.predicate.value in _EXACT
    }
    if not theirs:
        linked = [iri.removeprefix(_LINKS) for iri in graphs(engine) if iri.startswith(_LINKS)]
        raise UsageError(f"nothing is linked to {target!r}", remedy=f"one of: {', '.join(linked) or 'none so far'}")
    return [quad if str(quad.graph_name).startswith(f"<{_LINKS}") else _exchanged(quad, theirs) for quad in data]


def _exchanged(quad: Quad, theirs: Mapping[Any, Any]) -> Quad:
    subject, value = theirs.get(quad.subject, quad.subject), theirs.get(quad.object, quad.object)
    return Quad(subject, quad.predicate, value, quad.graph_name)


def to_rdf(data: Iterable[Quad], format: RdfFile) -> bytes:
    """*data* in a standard format of RDF 1.1, in the order given, with the program's prefixes."""
    chosen = _FORMATS[format]
    if chosen.supports_datasets:
        output = serialize(data, format=chosen, prefixes=dict(prefixes()))
    else:
        union = dict.fromkeys(quad.triple for quad in data)
        output = serialize(union, format=chosen, prefixes=dict(prefixes()))
    assert output is not None
    return output


def to_csv(engine: Engine, table: str) -> bytes:
    """One of `TABLES` as CSV for spreadsheets, with a heading; numbers are numbers, and no text is a formula.

    A text that a spreadsheet would take for one has an apostrophe before it, as `OWASP
    <https://owasp.org/www-community/attacks/CSV_Injection>`_ advises: what was fetched may be anybody's.
    """
    found = rows(engine, lookup(f"table-{table}"))
    lines = [found.variables, *([_cell(term) for term in row] for row in found.rows)]
    return "".join(",".join(map(_quoted, line)) + "\n" for line in lines).encode("utf-8")


def _quoted(cell: str) -> str:
    """*cell* in quotation marks where `RFC 4180 <https://www.rfc-editor.org/rfc/rfc4180>`_ wants them."""
    return '"' + cell.replace('"', '""') + '"' if re.search('[,"\r\n]', cell) else cell


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    number = isinstance(term, Literal) and term.datatype.value in _NUMBERS and _NUMBER.fullmatch(term.value)
    return f"'{term.value}" if term.value.startswith(_FORMULAS) and not number else term.value


def to_graphml(engine: Engine) -> bytes:
    """The network of actors in `GraphML <http://graphml.graphdrawing.org/>`_, a directed multigraph.

    Its edges are stances, with attitude and value of the position from minus two to two, meetings, and affiliations.
    """
    import networkx

    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for row in rows(engine, lookup("network-actors")):
        network.add_node(row["actor"].value, label=row["name"].value, kind=row["class"].value)
    for row in rows(engine, lookup("network-ties")):
        ends = (row["source"].value, row["target"].value)
        told = {name: row[name].value for name in ("tie", "attitude", "claim", "statement") if name in row}
        if "value" in row:
            network.add_edge(*ends, **told, value=int(row["value"].value))
        else:
            network.add_edge(*ends, **told)
    output = io.BytesIO()
    networkx.write_graphml(network, output, named_key_ids=True)
    return output.getvalue()
