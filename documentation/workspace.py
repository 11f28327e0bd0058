"""The reference of a workspace: its files, and the settings in those that are TOML."""

from __future__ import annotations

from collections.abc import Mapping

from documentation.docstrings import attributes
from documentation.markdown import code
from documentation.markdown import table as markdown_table
from stancegraph.linking.targets import Target
from stancegraph.text import Layout
from stancegraph.workspace.namespaces import Namespaces

FILES = (
    ("ontology/stancegraph.ttl", "the ontology, in OWL 2 DL; Protégé opens it", "ontology"),
    ("ontology/alignments.ttl", "mappings to published vocabularies", "alignments"),
    ("ontology/vocabularies.ttl", "imports only: the ontology with its vocabularies, for Protégé", ""),
    ("ontology/labels/NAME.ttl", "the labels in a language other than English, by its code", "labels/NAME"),
    ("ontology/labels/catalog-v001.xml", "the same as the catalog of the ontology, seen from there", ""),
    ("ontology/namespaces.toml", "the prefixes, and where the IRIs of things lie", ""),
    ("ontology/catalog-v001.xml", "where Protégé finds what is imported, without a network", ""),
    ("ontology/releases/*.ttl", "the ontology as it was released", ""),
    ("ontology/shapes/*.ttl", "SHACL shapes, a file for each subject", ""),
    ("data/vocabulary/*.ttl", "SKOS schemes: attitudes, positions, issues, event types …", "vocabulary"),
    ("data/vocabulary/catalog-v001.xml", "the same as that of the ontology", ""),
    ("data/entities/*.ttl", "things that articles share: actors, forums, places …", "entities"),
    ("data/articles/SLUG/layout.toml", "which lines of the text are no paragraphs", ""),
    ("data/articles/SLUG/passages.ttl", "the passages: generated from the text", "article/SLUG"),
    ("data/articles/SLUG/coding.txt", "the coding sheet: written by a person", ""),
    ("data/articles/SLUG/facts.ttl", "the claims: compiled from the sheet", "article/SLUG"),
    ("data/articles/SLUG/mentions.ttl", "what words stand for: compiled from the sheet", "article/SLUG"),
    ("data/links/NAME.toml", "a target of links", ""),
    ("data/links/NAME.sssom.tsv", "the links to it, as mappings in SSSOM/TSV", "links/NAME"),
    ("data/enrichment/NAME/*.ttl", "what it states of linked things: fetched", "enrichment/NAME/FILE"),
    ("queries/ask/*.rq", "stored questions", ""),
    ("queries/check/*.rq", "rules that SHACL says badly", ""),
    ("queries/federated/*.rq", "questions that ask elsewhere, too", ""),
    ("queries/build/*.rq", "inference: numbered CONSTRUCT steps", "inferred/NAME"),
    ("queries/build/owl-rl/*.rq", "inference: rules of OWL 2 RL", "inferred/owl-rl"),
    ("queries/link/NAME/*.rq", "what a target calls by a name, and what a thing of it is now", ""),
    ("queries/enrich/NAME/*.rq", "what it states, a file for each sort of fact", ""),
)
"""The files of a workspace: the pattern of the path, what they are, and the end of the IRI of the graph they write."""


SETTINGS: Mapping[str, type] = {"namespaces": Namespaces, "layout": Layout, "target": Target}
"""The files in TOML, each with the class that it is read into, whose attributes are its keys."""
_KEYS = {("layout", "kinds"): "lines.KIND"}


def table(part: str) -> str:
    """The ``files`` of a workspace, or the keys of one of `SETTINGS`."""
    if part == "files":
        rows = [(code(pattern), text, code(graph)) for pattern, text, graph in FILES]
        return markdown_table(["file", "what it is", "named graph"], rows)
    described = {key: text for key, text in attributes(SETTINGS[part]).items() if key != "name"}
    return markdown_table(["key", "meaning"], ((code(_KEYS.get((part, k), k)), text) for k, text in described.items()))
