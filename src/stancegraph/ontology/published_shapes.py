"""The shapes as they are published: whole for those who have neither our pages nor our checks.

In the files of a workspace each thing is said once: where a property stands on a page in ``headings.ttl``, what it is
called in the ontology, and what goes beyond SHACL core in the checks. Elsewhere, shapes are read without these. So each
property shape gets the name, group and order of its property and its severity, and a check that names its targets
becomes a `SPARQL constraint <https://www.w3.org/TR/shacl/#sparql-constraints>`_. These are for the whole graph, with
what follows from it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stancegraph.errors import DataError
from stancegraph.pipeline import checks
from stancegraph.questions import stored_query
from stancegraph.questions.headings import OTHERS
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.namespaces import PREFIXES, expand

SHAPE = "https://w3id.org/stancegraph/shape/"
"""The beginning of the IRIs of shapes."""
Node = NamedNode | BlankNode | Literal | Triple
_SH = "http://www.w3.org/ns/shacl#"
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_LABEL = NamedNode(PREFIXES["rdfs"] + "label")
_PROPERTY_SHAPE, _PROPERTY_GROUP, _NODE_SHAPE, _CONSTRAINT, _VIOLATION = (
    NamedNode(_SH + name) for name in ("PropertyShape", "PropertyGroup", "NodeShape", "SPARQLConstraint", "Violation")
)
_PATH, _NAME, _GROUP, _ORDER, _SEVERITY, _MESSAGE, _DESCRIPTION, _SPARQL, _SELECT = (
    NamedNode(_SH + name)
    for name in ("path", "name", "group", "order", "severity", "message", "description", "sparql", "select")
)
_NO_CONSTRAINTS = frozenset({_TYPE, _PATH, _NAME, _GROUP, _ORDER, _SEVERITY})
_OTHERS = NamedNode(f"{SHAPE}group/Also")
_NOT_IN_CONSTRAINTS = re.compile(r"\b(VALUES|MINUS|SERVICE|GRAPH|FROM)\b")


def published_shapes(shapes: Sequence[Triple], ontology: Iterable[Triple], check_files: Iterable[Path]) -> list[Triple]:
    """Return shapes with their names, groups, orders and severities, and with checks as constraints.

    Args:
        shapes: The triples of the shapes of a workspace.
        ontology: The triples of its ontology, which has the names of properties.
        check_files: The files of its checks.

    Returns:
        The triples of all.

    Raises:
        DataError: A check is malformed, or names targets and cannot be a constraint.
        ExternalError: A file cannot be read.
    """
    names: dict[Node, Literal] = {
        triple.subject: triple.object
        for triple in ontology
        if triple.predicate == _LABEL and isinstance(triple.object, Literal) and triple.object.language == "en"
    }
    return [*shapes, *_completions(shapes, names), *(triple for path in check_files for triple in _constraint(path))]


def _completions(shapes: Iterable[Triple], names: Mapping[Node, Literal]) -> Iterator[Triple]:
    """Yield what property shapes do not say themselves; what stands on pages is said of their path by another shape."""
    of: dict[NamedNode | BlankNode, dict[NamedNode, list[Node]]] = defaultdict(lambda: defaultdict(list))
    for triple in shapes:
        if not isinstance(triple.subject, Triple):  # no shape has a triple for its subject
            of[triple.subject][triple.predicate].append(triple.object)
    property_shapes = [shape for shape, said in of.items() if _PROPERTY_SHAPE in said[_TYPE]]
    headed = {of[shape][_PATH][0]: of[shape] for shape in property_shapes if of[shape][_GROUP]}
    orders = [order for said in of.values() if _is_group(said) for order in said[_ORDER]]
    last = 1 + max((int(float(order.value)) for order in orders if isinstance(order, Literal)), default=0)
    yield Triple(_OTHERS, _TYPE, _PROPERTY_GROUP)
    yield Triple(_OTHERS, _LABEL, Literal(OTHERS, language="en"))
    yield Triple(_OTHERS, _ORDER, Literal(last))
    for shape in property_shapes:
        said, path = of[shape], of[shape][_PATH][0]
        if not isinstance(path, NamedNode):
            continue
        elsewhere = headed.get(path, {_GROUP: [_OTHERS], _ORDER: [Literal(1)]})
        wanted = {name: elsewhere.get(name, []) for name in (_NAME, _GROUP, _ORDER)}
        wanted[_NAME] = wanted[_NAME] or [names.get(path) or _local_name(path)]
        if set(said) - _NO_CONSTRAINTS:
            wanted[_SEVERITY] = [_VIOLATION]
        for predicate, values in wanted.items():
            if not said[predicate]:
                yield from (Triple(shape, predicate, value) for value in values)


def _local_name(path: NamedNode) -> Literal:
    """Return the last part of the IRI of a property of another vocabulary in words, as in "pref label"."""
    return Literal(re.sub("(?<=[a-z])(?=[A-Z])", " ", re.split("[#/]", path.value)[-1]).lower(), language="en")


def _is_group(said: Mapping[NamedNode, list[Node]]) -> bool:
    return _PROPERTY_GROUP in said.get(_TYPE, ())


def _constraint(path: Path) -> Iterator[Triple]:
    """Yield a shape for a check that names the targets in which it looks."""
    query = stored_query.load(path)
    header, targets = query.header or {}, checks.targets(query)
    if not targets:
        return
    shape, constraint = NamedNode(f"{SHAPE}check/{path.stem}"), BlankNode(f"constraint-{path.stem}")
    yield Triple(shape, _TYPE, _NODE_SHAPE)
    yield Triple(shape, _NAME, Literal(str(header["title"]), language="en"))
    yield Triple(shape, _DESCRIPTION, Literal(str(header["remedy"]), language="en"))
    yield Triple(shape, _SEVERITY, NamedNode(_SH + str(header["severity"]).capitalize()))
    for target in targets:
        iri = expand(target)
        if iri is None:
            raise DataError(
                f"the target {target!r} is no prefixed name",
                file=path,
                remedy="name classes or properties, as sg:Stance",
            )
        is_class = re.split("[#/]", iri)[-1][:1].isupper()
        yield Triple(shape, NamedNode(_SH + ("targetClass" if is_class else "targetSubjectsOf")), NamedNode(iri))
    yield Triple(shape, _SPARQL, constraint)
    yield Triple(constraint, _TYPE, _CONSTRAINT)
    yield Triple(constraint, _MESSAGE, Literal(str(header["problem"]), language="en"))
    yield Triple(constraint, _SELECT, Literal(_select(query, path)))


def _select(query: StoredQuery, path: Path) -> str:
    """Return the query of a check, in one line, with ``$this`` for its subject."""
    lines = [line.strip() for line in query.text.splitlines()]
    text = " ".join(line for line in lines if not line.startswith(("#", "ORDER BY")))
    text = re.sub(r"\?subject\b", "$this", text)
    forbidden = _NOT_IN_CONSTRAINTS.search(re.sub("<[^>]*>", "", text))
    if forbidden is not None:
        raise DataError(
            f"{forbidden[1]} is not allowed in a constraint of SHACL",
            file=path,
            remedy="say it by UNION, BIND or FILTER NOT EXISTS, or leave `targets` out of the header",
        )
    return text.strip()
