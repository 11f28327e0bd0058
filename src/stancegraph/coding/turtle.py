"""Triples as Turtle for people: ``a`` first, grouped and aligned, no blank nodes, the same for the same triples."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode, Triple

from stancegraph.coding.symbols import TYPE
from stancegraph.rdf.namespaces import ID, PREFIXES

_LOCAL = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+")
_OWN = {
    "": "claim",
    "at": "attribution",
    "c": "citation",
    "cur": "curation",
    "m": "mention",
    "p": "passage",
    "q": "ambiguity",
    "t": "time",
}


def to_turtle(triples: Sequence[Triple], slug: str, comment: str) -> str:
    """The triples of an article's file, subject by subject in their order, under *comment*."""
    bases = {prefix: f"{ID}{folder}/{slug}/" for prefix, folder in _OWN.items()} | {
        prefix: base for prefix, base in PREFIXES.items() if prefix not in _OWN
    }
    used: set[str] = set()

    def term(one: NamedNode | Literal) -> str:
        if isinstance(one, NamedNode):
            fitting = [
                (len(base), prefix)
                for prefix, base in bases.items()
                if one.value.startswith(base) and _LOCAL.fullmatch(one.value[len(base) :])
            ]
            if not fitting:
                return str(one)
            length, prefix = max(fitting)
            used.add(prefix)
            return f"{prefix}:{one.value[length:]}"
        if one.datatype.value == f"{PREFIXES['xsd']}integer" and _PLAIN_NUMBER.fullmatch(one.value):
            return one.value
        if one.language or one.datatype.value == f"{PREFIXES['xsd']}string":
            return str(one)
        return f"{Literal(one.value)}^^{term(one.datatype)}"

    grouped: dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]] = {}
    for triple in triples:
        values = grouped.setdefault(triple.subject, {}).setdefault(triple.predicate, [])  # type: ignore[arg-type]
        if triple.object not in values:
            values.append(triple.object)  # type: ignore[arg-type]
    blocks = []
    for subject, told in grouped.items():
        rest = {term(name): " , ".join(map(term, values)) for name, values in told.items() if name != TYPE}
        width = max(map(len, rest), default=0)
        head = f"{term(subject)} a {' , '.join(map(term, told[TYPE]))}" if TYPE in told else term(subject)
        lines = [f"{name:<{width}} {values}" for name, values in rest.items()]
        if TYPE in told:
            blocks.append(" ;\n    ".join([head, *lines]) + " .")
        else:
            blocks.append(f"{head} " + " ;\n    ".join(line.strip() for line in lines) + " .")
    heads = [f"@prefix {prefix}: <{bases[prefix]}> ." for prefix in sorted(used)]
    return "\n".join([*(f"# {line}" for line in comment.splitlines()), *heads]) + "\n\n" + "\n\n".join(blocks) + "\n"
