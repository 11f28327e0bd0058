"""Workspaces that build in a fraction of a second, for tests of what is done to a workspace."""

from __future__ import annotations

import shutil
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.workspace import scaffold

LARGE_VOCABULARIES = ("relation-types", "qualities", "issues")
LEAN_RULES = {
    "ontology/shapes": {"stance", "actor"},
    "queries/ask": {"conditions", "stances-of-actor"},
    "queries/check": {"unattributed-claim", "dangling-iri", "same-label", "link-shared", "link-chain", "entity-unused"},
}
_SKOS = PREFIXES["skos"]
_EXPLANATIONS = {NamedNode(_SKOS + name) for name in ("definition", "example", "scopeNote")}
_BROADER = NamedNode(_SKOS + "broader")


def create_small(folder: Path) -> Path:
    """Make a workspace of the worked example, with the concepts that it needs and labels in English alone."""
    scaffold.create_workspace(folder)
    _drop_unused_concepts(folder / "data")
    for part in ("releases", "labels"):
        shutil.rmtree(folder / "ontology" / part, ignore_errors=True)
    return folder


def create_lean(small: Path, folder: Path) -> Path:
    """Copy a small workspace, with few shapes, questions and checks, and without explanations of terms and concepts."""
    shutil.copytree(small, folder)
    for part, names in LEAN_RULES.items():
        for path in (folder / part).iterdir():
            if path.stem not in names:
                path.unlink()
    for path in [folder / "ontology" / "stancegraph.ttl", *(folder / "data" / "vocabulary").glob("*.ttl")]:
        triples = [triple for triple in _read(path) if triple.predicate not in _EXPLANATIONS]
        serialize(triples, path, format=RdfFormat.TURTLE)
    return folder


def _drop_unused_concepts(data: Path) -> None:
    """Leave out of the large vocabularies the concepts that no other data names, directly or by a narrower one."""
    large = [data / "vocabulary" / f"{name}.ttl" for name in LARGE_VOCABULARIES]
    used = {triple.object for path in data.rglob("*.ttl") if path not in large for triple in _read(path)}
    for path in large:
        triples = _read(path)
        broader = {triple.subject: triple.object for triple in triples if triple.predicate == _BROADER}
        dropped = broader.keys() - used
        for concept in used & broader.keys():
            while isinstance(concept, NamedNode) and concept in broader:
                concept = broader[concept]
                dropped.discard(concept)
        kept = [triple for triple in triples if not {triple.subject, triple.object} & dropped]
        serialize(kept, path, format=RdfFormat.TURTLE)


def _read(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]
