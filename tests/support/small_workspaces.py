"""Workspaces that build in a fraction of a second, for tests of what is done to a workspace."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from stancegraph.rdf.namespaces import PREFIXES, expand
from stancegraph.workspace import scaffold

LARGE_VOCABULARIES = ("relation-types", "qualities", "issues")
LEAN_RULES = {
    "ontology/shapes": {"stance", "actor"},
    "queries/ask": {"conditions", "stances-of-actor"},
    "queries/check": {"unattributed-claim", "dangling-iri", "same-label", "link-shared", "link-chain", "entity-unused"},
}
FAULTS = Path(__file__).parents[1] / "examples" / "faults"
_CONCEPT = re.compile(r"\b(?:relation|quality|issue):\w+")
_NAME = re.compile(r"\b(?:" + "|".join(PREFIXES) + r"):\w+")
_SKOS = PREFIXES["skos"]
_EXPLANATIONS = {NamedNode(_SKOS + name) for name in ("definition", "example", "scopeNote")}
_BROADER = NamedNode(_SKOS + "broader")


def create_small(folder: Path) -> Path:
    """Make a workspace of the worked example, with labels in English alone, and only the concepts that it or a fault of
    ``tests/examples/faults/`` needs.
    """
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


def drop_unnamed_terms(folder: Path) -> None:
    """Leave out of a lean workspace the terms and concepts that nothing else in it names, or what it names in turn."""
    terms = [folder / "ontology" / name for name in ("stancegraph.ttl", "alignments.ttl")]
    terms += (folder / "data" / "vocabulary").glob("*.ttl")
    named: set[object] = {NamedNode(f"https://w3id.org/stancegraph/{name}") for name in ("ontology", "alignments")}
    for path in folder.rglob("*.ttl"):
        if path not in terms:
            named.update(node for triple in _read(path) for node in triple)
    for path in folder.rglob("*.rq"):
        expanded = (expand(name) for name in _NAME.findall(path.read_text(encoding="utf-8")))
        named.update(NamedNode(iri) for iri in expanded if iri is not None)
    contents = {path: _read(path) for path in terms}
    kept = _reachable(named, [triple for triples in contents.values() for triple in triples])
    for path, triples in contents.items():
        serialize([triple for triple in triples if triple.subject in kept], path, format=RdfFormat.TURTLE)


def _reachable(named: set[object], triples: list[Triple]) -> set[object]:
    """Return what is *named*, and what is said of it, and so on."""
    said: dict[object, list[object]] = defaultdict(list)
    for triple in triples:
        said[triple.subject] += triple.predicate, triple.object
    reached, waiting = set(named), list(named)
    while waiting:
        new = set(said[waiting.pop()]) - reached
        reached |= new
        waiting += new
    return reached


def _drop_unused_concepts(data: Path) -> None:
    """Leave out of the large vocabularies the concepts that nothing else names, directly or by a narrower one."""
    large = [data / "vocabulary" / f"{name}.ttl" for name in LARGE_VOCABULARIES]
    used = {str(triple.object) for path in data.rglob("*.ttl") if path not in large for triple in _read(path)}
    for path in FAULTS.glob("*.ru"):
        used.update(f"<{expand(name)}>" for name in _CONCEPT.findall(path.read_text(encoding="utf-8")))
    for path in large:
        triples = _read(path)
        broader: dict[object, object] = {t.subject: t.object for t in triples if t.predicate == _BROADER}
        named = {concept for concept in broader if str(concept) in used}
        dropped = broader.keys() - named
        for concept in named:
            while concept in broader:
                concept = broader[concept]
                dropped.discard(concept)
        kept = [triple for triple in triples if not {triple.subject, triple.object} & dropped]
        serialize(kept, path, format=RdfFormat.TURTLE)


def _read(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]
