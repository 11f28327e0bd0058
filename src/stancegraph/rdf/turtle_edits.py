"""Edits of Turtle that leave everything else as its author wrote it: IRIs replaced, statements located or removed.

The tokens are those of https://www.w3.org/TR/turtle/#sec-grammar, found in one pass. The text must be one that a parser
has accepted: malformed text is not detected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from pyoxigraph import NamedNode, Triple

from stancegraph.rdf.patterns import repeated
from stancegraph.rdf.prefixes import PrefixMap
from stancegraph.rdf.turtle import Value, write_statement

_NAMELESS = (
    r'"{3}' + repeated(r'[^"\\]++|\\.|"(?!"")') + r'"{3}',  # the four forms of strings, the long ones first
    r"'{3}" + repeated(r"[^'\\]++|\\.|'(?!'')") + r"'{3}",
    r'"' + repeated(r'[^"\\\n\r]++|\\.') + r'"',
    r"'" + repeated(r"[^'\\\n\r]++|\\.") + r"'",
    r"\#[^\n\r]*+",  # a comment
    r"@(?!(?:prefix|base)\b)[A-Za-z]++" + repeated(r"-[A-Za-z0-9]++"),  # a language
    r"_:" + repeated(r"[\w\-·]++|\.(?=[\w\-·.])", at_least=1),  # a blank node, which has no IRI
)
_IRI = repeated(r'[^\x00-\x20<>"{}|^`\\]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}')
_WORD = repeated(r"[\w\-·:]++|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]|\.(?=[\w\-·:%\\.])", at_least=1)
_TOKEN = re.compile(
    "|".join(
        (
            *_NAMELESS,
            f"<(?P<iri>{_IRI})>",
            f"(?P<word>{_WORD})",
            "@(?P<directive>prefix|base)",
            r"(?P<stop>\.)",
            r"[\[(]",  # may begin a subject that has no name
        )
    ),
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Name:
    """An IRI in a text, written out or as a prefixed name: its position, in characters, and the IRI in full."""

    start: int
    end: int
    iri: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in a text: its position, from subject to full stop, and the names in it, the subject first."""

    start: int
    end: int
    names: tuple[Name, ...]

    def is_about(self, iri: str) -> bool:
        """Return whether *iri* is the subject."""
        return bool(self.names) and self.names[0] == Name(self.start, self.names[0].end, iri)


@dataclass(slots=True)
class _Document:
    """The part of a document read so far: its statements, its prefixes with their namespaces, and its base IRI."""

    statements: list[Statement] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    base: str = ""

    def resolve(self, token: re.Match[str]) -> str | None:
        """Return the IRI that *token* stands for, if any."""
        if token["iri"] is not None:
            plain = re.sub(r"\\[uU]([0-9A-Fa-f]+)", lambda escape: chr(int(escape[1], 16)), token["iri"])
            return urljoin(self.base, plain) if self.base else plain
        prefix, colon, local = (token["word"] or "").partition(":")
        if not colon or prefix not in self.prefixes:
            return None
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def _read(text: str) -> _Document:
    document = _Document()
    start, names = -1, list[Name]()
    directive, prefix = "", ""
    for token in _TOKEN.finditer(text):
        if token[0].startswith("#"):
            continue
        if token["directive"] or (start < 0 and not directive and (token["word"] or "").lower() in {"prefix", "base"}):
            directive = token[0].lower()
        elif directive and token["iri"] is not None:
            iri = document.resolve(token) or ""
            if directive.endswith("base"):
                document.base = iri
            else:
                document.prefixes[prefix] = iri
            directive = "awaiting full stop" if directive.startswith("@") else ""
        elif directive:
            prefix = (token["word"] or "").removesuffix(":")
            directive = "" if token["stop"] else directive
        elif token["stop"]:
            document.statements.append(Statement(start, token.end(), tuple(names)))
            start, names = -1, []
        else:
            start = token.start() if start < 0 else start
            resolved = document.resolve(token)
            if resolved is not None:
                names.append(Name(token.start(), token.end(), resolved))
    return document


def statements(text: str) -> list[Statement]:
    """Return the statements of a Turtle document, without its directives, in their order."""
    return _read(text).statements


def prefixes_of(text: str) -> PrefixMap:
    """Return the prefixes that a Turtle document declares."""
    return PrefixMap(_read(text).prefixes)


def replace_iri(text: str, old: str, new: str, *, within: str | None = None) -> str:
    """Return a Turtle document with one IRI replaced by another.

    Args:
        text: The document.
        old: The IRI to replace.
        new: The IRI that takes its place, as a prefixed name where a prefix of the document fits.
        within: The IRI of a subject: only its statements are changed, behind their subject. None for all statements.

    Returns:
        The document; all that does not name *old* is unchanged.
    """
    replacement, parts, position = prefixes_of(text).to_turtle(new), [], 0
    for statement in statements(text):
        if within is not None and not statement.is_about(within):
            continue
        for name in statement.names[within is not None :]:
            if name.iri == old:
                parts += [text[position : name.start], replacement]
                position = name.end
    return "".join([*parts, text[position:]])


def remove_subject(text: str, subject: str) -> str:
    """Return the Turtle document *text* without the statements whose subject is the IRI *subject*."""
    for statement in reversed(list(statements(text))):
        if statement.is_about(subject):
            text = text[: statement.start].rstrip("\n") + "\n\n" + text[statement.end :].lstrip("\n")
    return text


def format_statement(text: str, subject: str, triples: list[Triple]) -> str:
    """Return a statement that can be appended to a Turtle document.

    Args:
        text: The document, by whose prefixes IRIs are abbreviated.
        subject: The IRI of the subject.
        triples: What is stated of it; their own subjects are not looked at.

    Returns:
        The statement, after a line break and with a line for each triple.
    """
    values_by_predicate: dict[NamedNode, list[Value]] = {}
    for triple in triples:
        values_by_predicate.setdefault(triple.predicate, []).append(triple.object)  # type: ignore[arg-type]
    return f"\n{write_statement(NamedNode(subject), values_by_predicate, prefixes_of(text))}\n"
