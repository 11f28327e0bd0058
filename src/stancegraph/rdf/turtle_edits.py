"""Turtle as a person wrote it: its statements found and IRIs in it exchanged, and all around them left as it is.

The tokens are those of https://www.w3.org/TR/turtle/#sec-grammar, found in one pass. The text must be one that a parser
has read: what is malformed is not looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from pyoxigraph import NamedNode, Triple

from stancegraph.rdf.namespaces import PREFIXES

_TYPE = PREFIXES["rdf"] + "type"
_TOKEN = re.compile(
    r"""
    (?: \"{3} (?: [^"\\] | \\. | "(?!"") )*+ \"{3}      # the four forms of strings, the long ones first
      | '{3} (?: [^'\\] | \\. | '(?!'') )*+ '{3}
      | " (?: [^"\\\n\r] | \\. )*+ "
      | ' (?: [^'\\\n\r] | \\. )*+ '
      | \# [^\n\r]*+                                    # a comment
      | @ (?! (?:prefix|base)\b ) [A-Za-z]++ (?: - [A-Za-z0-9]++ )*+  # a language
      | _: (?: [\w\-·] | \.(?=[\w\-·.]) )++             # a blank node, which has no IRI
    )
    | < (?P<iri> (?: [^\x00-\x20<>"{}|^`\\] | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} )*+ ) >
    | (?P<word> (?: [\w\-·:] | %[0-9A-Fa-f]{2} | \\[_~.\-!$&'()*+,;=/?#@%] | \.(?=[\w\-·:%\\.]) )++ )
    | @ (?P<directive> prefix | base )
    | (?P<stop> \. )
    | [\[(]                                             # a subject that has no name may begin so
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Name:
    """Where an IRI stands in a text, as itself or by a prefix, and which one it is."""

    start: int
    end: int
    iri: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Where a statement stands in a text, from its subject to its full stop, and the names in it, the subject first."""

    start: int
    end: int
    names: tuple[Name, ...]

    def is_about(self, iri: str) -> bool:
        """Whether *iri* is its subject."""
        return bool(self.names) and self.names[0] == Name(self.start, self.names[0].end, iri)


@dataclass(slots=True)
class _Document:
    """What has been seen of a document: its statements, what its prefixes stand for, and its base."""

    statements: list[Statement] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    base: str = ""

    def iri(self, match: re.Match[str]) -> str | None:
        """The IRI that a token stands for, if any."""
        if match["iri"] is not None:
            plain = re.sub(r"\\[uU]([0-9A-Fa-f]+)", lambda escape: chr(int(escape[1], 16)), match["iri"])
            return urljoin(self.base, plain) if self.base else plain
        prefix, colon, local = (match["word"] or "").partition(":")
        if not colon or prefix not in self.prefixes:
            return None
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def _read(text: str) -> _Document:
    document = _Document()
    start, names = -1, list[Name]()
    directive, declared = "", ""
    for match in _TOKEN.finditer(text):
        if match[0].startswith("#"):
            continue
        if match["directive"] or (start < 0 and not directive and (match["word"] or "").lower() in {"prefix", "base"}):
            directive = match[0].lower()
        elif directive and match["iri"] is not None:
            iri = document.iri(match) or ""
            if directive.endswith("base"):
                document.base = iri
            else:
                document.prefixes[declared] = iri
            directive = "its stop" if directive.startswith("@") else ""
        elif directive:
            declared = (match["word"] or "").removesuffix(":")
            directive = "" if match["stop"] else directive
        elif match["stop"]:
            document.statements.append(Statement(start, match.end(), tuple(names)))
            start, names = -1, []
        else:
            start = match.start() if start < 0 else start
            stands_for = document.iri(match)
            if stands_for is not None:
                names.append(Name(match.start(), match.end(), stands_for))
    return document


def statements(text: str) -> list[Statement]:
    """The statements of a Turtle document, in their order; directives are none."""
    return _read(text).statements


def replace_iri(text: str, old: str, new: str, *, within: str | None = None) -> str:
    """*text* with the IRI *new* in place of *old*, by the prefixes of the text where one fits.

    With *within*, an IRI, only in what the statements about that say of it.
    """
    word, parts, position = abbreviate(text, new), [], 0
    for statement in statements(text):
        if within is not None and not statement.is_about(within):
            continue
        for name in statement.names[within is not None :]:
            if name.iri == old:
                parts += [text[position : name.start], word]
                position = name.end
    return "".join([*parts, text[position:]])


def remove_subject(text: str, subject: str) -> str:
    """*text* without the statements about *subject*."""
    for statement in reversed(list(statements(text))):
        if statement.is_about(subject):
            text = text[: statement.start].rstrip("\n") + "\n\n" + text[statement.end :].lstrip("\n")
    return text


def abbreviate(text: str, iri: str) -> str:
    """How *iri* is written in *text*: by the longest prefix that fits."""
    fitting = [
        (len(base), prefix)
        for prefix, base in _read(text).prefixes.items()
        if iri.startswith(base) and re.fullmatch(r"[\w-]+", iri[len(base) :])
    ]
    return f"{max(fitting)[1]}:{iri[max(fitting)[0] :]}" if fitting else f"<{iri}>"


def statement(text: str, subject: str, triples: list[Triple]) -> str:
    """Triples of one *subject*, as *text*, the document that they go to, has its names."""
    told = [
        f"{'a' if one.predicate.value == _TYPE else abbreviate(text, one.predicate.value)} "
        f"{abbreviate(text, one.object.value) if isinstance(one.object, NamedNode) else one.object}"
        for one in triples
    ]
    return f"\n{abbreviate(text, subject)} " + " ;\n    ".join(told) + " .\n"
