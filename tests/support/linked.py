"""A workspace linked to invented data that is shaped like the targets, and servers that hold this data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from stancegraph.linking import sssom
from stancegraph.linking.sssom import Mapping
from stancegraph.sparql.endpoint import Endpoint
from tests.conftest import ROOT
from tests.support.servers import Server

EXAMPLES = ROOT / "tests" / "examples"
SHAPES = ("wikidata", "dbpedia", "skos")
ACCEPTED = (
    ("post:NATOSecretaryGeneral", "Q1000000020", "Secretary General of NATO", "office"),
    ("event:nato-summit-chicago", "Q1000000030", "2012 Chicago summit", "summit"),
    ("actor:AndersFoghRasmussen", "Q1000000004", "Anders Fogh Rasmussen", "person"),
    ("place:Belgrade", "Q1000000001", "Belgrade", "city"),
)


def copy_mapping(mapping: Mapping, subject: str, item: str, label: str, category: str) -> Mapping:
    """Return a copy of a reviewed mapping for other things."""
    return replace(
        mapping,
        subject_id=subject,
        subject_label=label,
        object_id=f"wikidata:{item}",
        object_label=label,
        object_category=category,
    )


def link(workspace: Path, rows: Iterable[tuple[str, str, str, str]] = ACCEPTED) -> Path:
    """Add reviewed links to invented items, and remove the interval between requests.

    Returns:
        The file of the mappings.
    """
    path = workspace / "data" / "links" / "wikidata.sssom.tsv"
    mapping_set = sssom.read(path)
    shipped = sssom.read(ROOT / "data" / "links" / path.name)
    china = next(mapping for mapping in shipped.mappings if mapping.object_id == "wikidata:Q148")
    new = [copy_mapping(china, *row) for row in rows]
    others = [mapping for mapping in mapping_set.mappings if mapping.subject_id not in {row.subject_id for row in new}]
    sssom.write(mapping_set.with_rows([*others, *new]), path)
    for described in (workspace / "data" / "links").glob("*.toml"):
        text = described.read_text(encoding="utf-8")
        described.write_text(text.replace("interval = 1.0", "interval = 0.001"), encoding="utf-8")
    return path


def load(server: Server, names: Iterable[str] = SHAPES) -> None:
    """Load the examples into *server*, where a query without FROM finds them."""
    endpoint = Endpoint(server.update, 60, user=server.user, password=server.password, digest=server.digest)
    for name in names:
        quads: list[Quad] = list(parse(path=str(EXAMPLES / f"{name}-shaped.ttl"), format=RdfFormat.TURTLE))
        triples = " ".join(f"{quad.triple} ." for quad in quads)
        where = f"GRAPH {NamedNode(f'urn:example:{name}')} {{ {triples} }}" if server.user else triples
        endpoint.update(f"INSERT DATA {{ {where} }}")
