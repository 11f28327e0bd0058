"""What HermiT makes of the ontology and the facts: contradictions, empty classes, a hierarchy, conclusions.

HermiT runs through Owlready2 (`stancegraph.ontology.objects`); where it finds a contradiction or an empty class, the
OWL API (`stancegraph.ontology.owlapi`) names a smallest set of axioms that has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from stancegraph.errors import DataError, ExternalError
from stancegraph.findings import Finding, Severity
from stancegraph.ontology import owlapi
from stancegraph.ontology.objects import IMPORTS, Objects
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES, shorten

_TYPE, _SUB = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "subClassOf"
_SAME = PREFIXES["owl"] + "equivalentClass"
_CURATES, _RANK, _DISPUTED = terms.CURATES, terms.CURATION_RANK, ID + "rank/Disputed"


def turtle(triples: Iterable[Triple]) -> str:
    """*triples* without dates, which HermiT does not know, and without imports, as all that is needed is there."""
    date = PREFIXES["xsd"] + "date"
    kept = {
        t
        for t in triples
        if t.predicate.value != IMPORTS and not (isinstance(t.object, Literal) and t.object.datatype.value == date)
    }
    output = serialize(kept, format=RdfFormat.TURTLE)
    assert output is not None
    return output.decode("utf-8")


def contradictions(triples: Sequence[Triple], files: Mapping[str, str]) -> list[Finding]:
    """Where *triples* contradict themselves: a finding with the axioms that clash, about the first thing among them.

    Raises `ExternalError` where HermiT cannot run. Where only the OWL API cannot, the axioms are not named.
    """
    try:
        Objects(triples).classify()
    except DataError:
        why, reason = _explained(lambda: owlapi.why_inconsistent(turtle(triples)))
    else:
        return []
    things = why.things if why else ()
    subject = next((thing for thing in things if thing in files), things[0] if things else "the ontology")
    return [_clash("contradiction", subject, "These statements cannot all be true", why, reason, files.get(subject))]


def empty_classes(triples: Sequence[Triple]) -> tuple[list[Finding], list[Finding]]:
    """Classes that can have no member, each with the axioms that forbid it; and what the hierarchy turns out to be.

    The second list has a warning for each two classes that are the same without anybody having said so, and an info
    for each class that is below another one without that being stated. *triples* must be consistent.
    """
    objects = Objects(triples)
    objects.classify()
    text = turtle(triples)
    empty = [
        _clash("empty-class", klass, "No thing can be of this class", *_explained(_unsatisfiable(text, klass)), None)
        for klass in objects.unsatisfiable()
    ]
    stated = set(triples)
    above = _closure(triples)
    news = []
    for triple in objects.concluded():
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if triple in stated or not (isinstance(subject, NamedNode) and isinstance(value, NamedNode)):
            continue
        if predicate == _SAME and value.value != PREFIXES["owl"] + "Nothing":
            news.append(
                _hierarchy(
                    Severity.WARNING,
                    "equivalence-unstated",
                    subject.value,
                    "It turns out to be the same class as another one, which nobody said.",
                    "say so with owl:equivalentClass if it is meant, else loosen the axioms that make it so",
                    value.value,
                )
            )
        elif predicate == _SUB and value.value not in above.get(subject.value, ()):
            news.append(
                _hierarchy(
                    Severity.INFO,
                    "superclass-unstated",
                    subject.value,
                    "It turns out to be below a class that it is not stated to be below.",
                    "state it, if it is meant: readers of the tree do not see it",
                    value.value,
                )
            )
    return empty, news


def _closure(triples: Iterable[Triple]) -> dict[str, set[str]]:
    """For each class, the classes that are stated to be above it, at any height."""
    direct: dict[str, set[str]] = {}
    for triple in triples:
        if triple.predicate.value == _SUB and isinstance(triple.object, NamedNode):
            direct.setdefault(triple.subject.value, set()).add(triple.object.value)  # type: ignore[union-attr]
    closed: dict[str, set[str]] = {}
    for klass in direct:
        found: set[str] = set()
        rest = [klass]
        while rest:
            fresh = direct.get(rest.pop(), set()) - found
            found |= fresh
            rest += fresh
        closed[klass] = found
    return closed


def _hierarchy(severity: Severity, rule: str, subject: str, message: str, remedy: str, value: str) -> Finding:
    return Finding(severity, rule, subject, message, remedy, "ontology/stancegraph.ttl", value)


def _unsatisfiable(text: str, klass: str) -> Callable[[], owlapi.Explanation | None]:
    return lambda: owlapi.why_unsatisfiable(text, klass)


def _explained(explain: Callable[[], owlapi.Explanation | None]) -> tuple[owlapi.Explanation | None, str]:
    """The explanation, or why there is none: a contradiction that is not explained is one all the same."""
    try:
        return explain(), "no explanation was found in time"
    except ExternalError as error:
        return None, f"{error.message}. {error.remedy or ''}".strip()


def _clash(
    rule: str, subject: str, message: str, why: owlapi.Explanation | None, reason: str, file: str | None
) -> Finding:
    axioms = "".join(f"\n    {axiom}" for axiom in why.axioms) if why else ""
    return Finding(
        Severity.VIOLATION,
        rule,
        subject,
        message + (f", and none of them can be spared:{axioms}" if why else f". Which ones is not known: {reason}"),
        "correct or remove one of these axioms or facts",
        file,
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """What HermiT and the build conclude about the same facts, in triples of types and object properties."""

    both: int
    only_build: tuple[str, ...]
    only_hermit: tuple[str, ...]  # and not explained by the next two
    reflexive: int  # a thing's relation to itself, which the rules leave out
    by_dispute: int  # what follows by way of disputed claims only, which the rules pass over


def agreement(asserted: Sequence[Quad], conclusions: Sequence[Quad]) -> Agreement:
    """Compare HermiT's conclusions from *asserted*, which must be consistent, with the *conclusions* of the rules."""
    triples = [quad.triple for quad in asserted]
    theirs = {t for t in owlapi.conclusions(turtle(triples)) if _is_of_the_graph(*t)}
    ours = {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in [*asserted, *(q for q in conclusions if str(q.graph_name).endswith("/owl-rl>"))]
        if isinstance(q.subject, NamedNode) and isinstance(q.object, NamedNode)
    }
    ours = {t for t in ours if _is_of_the_graph(*t)}
    disputed = _disputed(triples)
    sure = owlapi.conclusions(turtle(t for t in triples if not ({t.subject, t.object} & disputed)))
    beyond = theirs - ours
    reflexive = {t for t in beyond if t[0] == t[2]}
    by_dispute = {t for t in beyond - reflexive if t not in sure}
    return Agreement(
        len(theirs & ours),
        tuple(sorted(map(_words, ours - theirs))),
        tuple(sorted(map(_words, beyond - reflexive - by_dispute))),
        len(reflexive),
        len(by_dispute),
    )


def _disputed(triples: Iterable[Triple]) -> set[NamedNode | BlankNode | Literal | Triple]:
    curated: dict[str, set[NamedNode | BlankNode | Literal | Triple]] = {}
    disputing = set()
    for triple in triples:
        if triple.predicate.value == _CURATES:
            curated.setdefault(str(triple.subject), set()).add(triple.object)
        if triple.predicate.value == _RANK and triple.object == NamedNode(_DISPUTED):
            disputing.add(str(triple.subject))
    return set().union(*(curated.get(one, set()) for one in disputing))


def _is_of_the_graph(subject: str, predicate: str, value: str) -> bool:
    if predicate == _TYPE:
        return subject.startswith(ID) and value.startswith(PREFIXES["sg"])
    return subject.startswith(ID) and predicate.startswith(PREFIXES["sg"]) and value.startswith(ID)


def _words(triple: tuple[str, str, str]) -> str:
    return " ".join(map(shorten, triple))
