"""Sentences that are made of a claim's triples alone, without its label: what a query can know of it, for a person.

The sentences are plain and stiff on purpose. They show whether the triples of a claim say what its label says; the
label remains what people read. A claim within a claim stands in square brackets.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from stancegraph.rdf.datatypes import is_true
from stancegraph.rdf.namespaces import shorten
from stancegraph.sparql.engine import Engine, Term
from stancegraph.sparql.lookups import lookup, rows

_VERB = "~"
_SLOT = re.compile(r"\{([\w/]+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_AUXILIARIES = {"Possible": ("can", "cannot"), "Necessary": ("must", "must not"), "Prospective": ("would", "would not")}
_PREPOSITIONS = {
    "sg:coAgent": "with",
    "sg:recipient": "to",
    "sg:beneficiary": "for",
    "sg:topic": "on",
    "sg:attribute": "being",
    "sg:instrument": "by means of",
    "sg:manner": "",
    "sg:degree": "",
    "sg:location": "in",
    "sg:takesPlaceIn": "in",
    "sg:origin": "from",
    "sg:destination": "to",
    "sg:goal": "so that",
    "sg:timeReference": "at the time:",
    "sg:happened": "at the time:",
    "sg:heldDuring": "at the time:",
    "sg:horizon": "within:",
    "sg:condition": "provided that",
    "sg:reason": "because",
    "sg:respondsTo": "in response to",
    "sg:target": "towards",
    "sg:content": "that",
    "sg:issue": "with regard to",
}
"""The words before what plays a role, where the sentence pattern of a relation type does not name the role."""
_BOOKKEEPING = frozenset(
    {
        "sg:embeds",
        "sg:coreRole",
        "sg:peripheralRole",
        "sg:participant",
        "sg:participationIn",
        "sg:inTensionWith",
        "sg:contradicts",
        "sg:restates",
        "sg:certainty",
        "sg:position",
        "sg:polarity",
        "sg:modality",
        "sg:predicate",
        "sg:issue",
        "sg:unit",
    }
)
"""What a sentence does not repeat: general properties, whose narrower ones it names, and what is said otherwise."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a claim's property.

    Attributes:
        term: The value.
        name: Its label in English, or the literal's text.
        is_claim: Whether it is a claim, which is put as a sentence.
        is_many: Whether it stands for many, so that the verb is in the plural.
    """

    term: Term
    name: str
    is_claim: bool
    is_many: bool


@dataclass(frozen=True, slots=True)
class RelationType:
    """A relation type, as the ontology's scheme describes it: its third person, its base form, and its pattern."""

    name: str
    verb: str
    pattern: str


@dataclass
class Sentences:
    """Makes sentences of the triples of claims.

    Attributes:
        values: The values of each property of each claim, by the claim's IRI and the prefixed name of the property.
        relations: The relation types, by their IRIs.
    """

    values: Mapping[str, Mapping[str, list[Value]]] = field(default_factory=dict)
    relations: Mapping[str, RelationType] = field(default_factory=dict)

    @classmethod
    def read(cls, engine: Engine, claims: Collection[NamedNode]) -> Sentences:
        """Read what is needed for the sentences of *claims*, with the claims within them.

        Raises:
            ExternalError: The engine fails.
        """
        values: dict[str, dict[str, list[Value]]] = {}
        pending = set(claims)
        while pending:
            values |= {claim.value: defaultdict(list) for claim in pending}
            found = rows(engine, lookup("roles-of", claim=sorted(pending, key=lambda claim: claim.value)))
            pending = set()
            for row in found:
                term = row["value"]
                name = row["name"].value if "name" in row else _plain(term.value)
                value = Value(term, name, is_true(row["isClaim"].value), is_true(row["isMany"].value))
                values[row["claim"].value][shorten(row["property"].value)].append(value)
                if value.is_claim and isinstance(term, NamedNode) and term.value not in values:
                    pending.add(term)
        relations = {
            row["relation"].value: RelationType(row["name"].value, row["verb"].value, row["pattern"].value)
            for row in rows(engine, lookup("relation-types"))
        }
        return cls(values, relations)

    def sentence(self, claim: str) -> str:
        """Return the sentence for the claim with the IRI *claim*, or nothing if its triples say nothing.

        >>> from stancegraph.questions.sentences import RelationType, Sentences, Value
        >>> def named(name): return [Value(NamedNode(f"https://example.org/{name}"), name, False, False)]
        >>> cooperates = RelationType("cooperates", "cooperate", "{agent} ~ [with {coAgent}] [on {topic}]")
        >>> triples = {"sg:predicate": named("Cooperates"), "sg:agent": named("NATO"), "sg:coAgent": named("China")}
        >>> Sentences({"c": triples}, {"https://example.org/Cooperates": cooperates}).sentence("c")
        'NATO cooperates with China.'
        """
        text = self._clause(claim, ())
        return text[:1].upper() + text[1:] + "." if text else ""

    def _clause(self, claim: str, within: tuple[str, ...]) -> str:
        """Return the sentence without a full stop; *within* are the claims around it, which are not repeated."""
        if claim in within:
            return "the same"
        around = (*within, claim)
        said = self.values.get(claim, {})
        relation = self.relations.get(_first(said, "sg:predicate"))
        if relation is not None:
            return self._proposition(said, relation, around)
        if "sg:attitude" in said:
            return self._stance(said, around)
        return self._record(said, around)

    def _proposition(self, said: Mapping[str, list[Value]], relation: RelationType, around: tuple[str, ...]) -> str:
        used: set[str] = set()

        def fill(match: re.Match[str]) -> str:
            for role in _roles_of(match[1]):
                if said.get(role):
                    used.add(role)
                    return self._listed(said[role], around)
            return "somebody"

        def fill_optional(match: re.Match[str]) -> str:
            needed = _SLOT.findall(match[1])
            return match[1] if any(said.get(role) for slot in needed for role in _roles_of(slot)) else ""

        subject, _, rest = _OPTIONAL.sub(fill_optional, relation.pattern).partition(_VERB)
        roles = [role for slot in _SLOT.findall(subject) for role in _roles_of(slot)]
        subjects = next((said[role] for role in roles if said.get(role)), [])
        plural = len(subjects) > 1 or any(value.is_many for value in subjects)
        verb = _conjugate(
            relation, plural, _local(_first(said, "sg:modality")), _local(_first(said, "sg:polarity")) == "Negated"
        )
        parts = [_SLOT.sub(fill, subject), verb, _SLOT.sub(fill, rest)]
        return _join([*parts, *self._other_roles(said, used, around)])

    def _stance(self, said: Mapping[str, list[Value]], around: tuple[str, ...]) -> str:
        holder, attitude = said.get("sg:holder", []), said["sg:attitude"][0].name
        plural = any(value.is_many for value in holder)
        parts = [self._listed(holder, around), _plural(attitude) if plural else attitude]
        parts += self._roles(said, ("sg:content",), around)
        position = f"({said['sg:position'][0].name})" if "sg:position" in said else ""
        rest = self._other_roles(said, {"sg:holder", "sg:attitude", "sg:content"}, around)
        return _join([*parts, *rest, *self._roles(said, ("sg:issue",), around), position])

    def _record(self, said: Mapping[str, list[Value]], around: tuple[str, ...]) -> str:
        """Return a list of properties, for a claim that is neither a proposition nor a stance."""
        listed = [
            f"{_words(name)}: {self._listed(values, around)}"
            for name, values in sorted(said.items())
            if name not in _BOOKKEEPING
        ]
        return "; ".join([*listed, *self._roles(said, ("sg:issue",), around)])

    def _other_roles(
        self, said: Mapping[str, list[Value]], used: Collection[str], around: tuple[str, ...]
    ) -> list[str]:
        names = sorted(name for name in said if name not in used and name not in _BOOKKEEPING)
        names.sort(key=lambda name: list(_PREPOSITIONS).index(name) if name in _PREPOSITIONS else 99)
        return self._roles(said, names, around)

    def _roles(self, said: Mapping[str, list[Value]], names: Iterable[str], around: tuple[str, ...]) -> list[str]:
        parts = []
        for name in names:
            if not said.get(name):
                continue
            if name == "sg:quantity":
                unit = f" {said['sg:unit'][0].name}" if said.get("sg:unit") else ""
                parts.append(f"({self._listed(said[name], around)}{unit})")
            else:
                before = _PREPOSITIONS.get(name, f"{_words(name)}:")
                parts.append(f"{before} {self._listed(said[name], around)}".strip())
        return parts

    def _listed(self, values: Iterable[Value], around: tuple[str, ...]) -> str:
        names = [
            f"[{self._clause(value.term.value, around)}]" if value.is_claim else value.name.removesuffix(".")
            for value in values
        ]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "somebody"


def make_sentences(engine: Engine, things: Iterable[NamedNode]) -> dict[str, str]:
    """Return the sentences of the claims among *things*, by their IRIs; claims whose triples say nothing are left out.

    Raises:
        ExternalError: The engine fails.
    """
    claims = list(things)
    sentences = Sentences.read(engine, claims)
    made = {claim.value: sentences.sentence(claim.value) for claim in claims}
    return {iri: text for iri, text in made.items() if text}


def _roles_of(slot: str) -> list[str]:
    """Return the roles that can fill a place of a pattern, by their prefixed names, in the order of preference."""
    return [f"sg:{role}" for role in slot.split("/")]


def _conjugate(relation: RelationType, plural: bool, modality: str, negated: bool) -> str:
    """Return the verb of a relation type in the form that number, modality and polarity ask for."""
    is_be = relation.verb == "be" or relation.verb.startswith("be ")
    rest = relation.verb.removeprefix("be").strip()
    if modality in _AUXILIARIES:
        return f"{_AUXILIARIES[modality][negated]} {relation.verb}"
    if modality == "Planned":
        return f"{'are' if plural else 'is'} {'not ' if negated else ''}to {relation.verb}"
    if is_be:
        return f"{'are' if plural else 'is'} {'not ' if negated else ''}{rest}".strip()
    if negated:
        return f"{'do' if plural else 'does'} not {relation.verb}"
    return relation.verb if plural else relation.name


def _plural(verb: str) -> str:
    """Return the plural of a verb in the third person.

    >>> [_plural(verb) for verb in ("hopes", "denies", "is concerned", "has an interest")]
    ['hope', 'deny', 'are concerned', 'have an interest']
    """
    first, _, rest = verb.partition(" ")
    irregular = {"is": "are", "has": "have"}
    first = irregular.get(first) or (f"{first[:-3]}y" if first.endswith("ies") else first.removesuffix("s"))
    return f"{first} {rest}".strip()


def _words(name: str) -> str:
    """Return the words of a prefixed name: ``takes place in`` for ``sg:takesPlaceIn``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rpartition(":")[2]).lower()


def _plain(text: str) -> str:
    """Return a literal's text as people write it: numbers without an empty fraction."""
    return text.removesuffix(".0")


def _first(said: Mapping[str, list[Value]], name: str) -> str:
    return said[name][0].term.value if said.get(name) else ""


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]


def _join(parts: Iterable[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(part for part in parts if part)).strip()
