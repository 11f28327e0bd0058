"""Input that is spoilt at random: what is spoilt of each kind, how, and the calls that read it.

A seed stands for one input.
"""

# ruff: noqa: E501 (seeds and pieces are lines)
from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path

SMALL = ("Ruritania", "Rudolf Rassendyll", "Syldavia", "2012-07-05", "5", "true", "Strelsau", "actor:China", "-2")
PIECES = (
    *('"', "'", '"""', "'''", "<", ">", "<<", "(", ")", "[", "]", "{", "}", ";", ",", ".", "#", "@", "^^", "\\", "\\u"),
    *("\\uD800", "\0", "\x1b[31m", "\u202e", "\ufeff", "\t", "\r", "\n", "  ", "&a", "*a", "!!python/name:os", "- ", ": "),
    *("_:b", "a", "true", "-0500-01-01", "9999999999999999999999", "1e999", "NaN", "INF", "%", "%zz", "://", "\U0010ffff"),
    *("sh:minCount", "sh:node", "sh:pattern", '"("', "sh:or ( :H )", "SELECT", "FILTER", "UNION", "OPTIONAL", "{ ?s ?p ?o }"),
    *("xsd:date", "rdf:rest", "rdf:nil", "@prefix : <x> .", "[[a]]", "a.b.c=1", "''", '""', "x" * 300, "((((((((", "}}}}"),
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of input: the files that are spoilt, one at a time, and the calls that read them."""

    files: tuple[str, ...]
    calls: tuple[tuple[str, ...], ...]


KINDS = {
    "turtle": Kind(("data/articles/example/facts.ttl", "data/vocabulary/issues.ttl"), (("validate", "{file}"), ("build",))),
    "shapes": Kind(("ontology/shapes/fuzz.ttl",), (("validate",),)),
    "check": Kind(("queries/check/fuzz.rq",), (("validate",),)),
    "rule": Kind(("queries/build/99-fuzz.rq",), (("build",),)),
    "question": Kind(("queries/ask/fuzz.rq",), (("ask", "fuzz"), ("ask", "fuzz", "--help"), ("queries",))),
    "sparql": Kind(("fuzz.rq",), (("sparql", "-f", "{file}"), ("sparql", "-f", "{file}", "--format", "json"))),
    "sheet": Kind(("data/articles/new/coding.txt",), (("article", "check", "new"), ("article", "compile", "new"))),
    "links": Kind(("data/links/wikidata.sssom.tsv",), (("link", "list"), ("build",))),
    "toml": Kind(
        ("data/links/wikidata.toml", "data/articles/new/layout.toml"),
        (("article", "passages", "new", "{w}/text.txt"), ("build",)),
    ),
    "text": Kind(("text.txt",), (("article", "passages", "new", "{file}"),)),
    "dates": Kind((), (("ask", "events-over-time", "--since", "{words}"), ("article", "new", "text.txt", "--id", "x", "--date", "{words}"))),
    "arguments": Kind((), (("ask", "{words}"), ("show", "{words}"), ("ask", "stances-of-actor", "--actor", "{words}"),
                           ("{words}",), ("sparql", "{words}"), ("diff", "{words}"), ("link", "list", "{words}"),
                           ("export", "--format", "nq", "--graph", "{words}"), ("validate", "{words}"),
                           ("entity", "merge", "{words}", "{words}"), ("article", "show", "{words}"),
                           ("ask", "stances-of-actor", "--{words}", "x"), ("build", "--step-seconds", "{words}"),
                           ("export", "--format", "csv", "--table", "{words}"), ("ontology", "rename", "{words}", "sg:x"))),
}  # fmt: skip
SHAPE = """@prefix : <https://w3id.org/stancegraph/shape/> .
@prefix sg: <https://w3id.org/stancegraph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:H a sh:NodeShape ; sh:targetClass sg:Actor ; sh:property :HP , [ sh:path [ sh:inversePath sg:holder ] ; sh:maxCount 9 ] ;
  sh:not [ sh:and ( [ sh:path sg:position ; sh:minCount 1 ] [ sh:nodeKind sh:Literal ] ) ] .
:HP a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 ; sh:pattern "^[A-Za-z ]+$" ; sh:flags "i" ;
  sh:minLength 1 ; sh:maxLength 100 ; sh:uniqueLang true ; sh:or ( [ sh:datatype xsd:string ] [ sh:nodeKind sh:Literal ] ) ;
  sh:message "a name" ; sh:description "give one" ; sh:severity sh:Warning .
"""
HEADER = "#+ title: A question\n#+ description: What is asked\n#+ tags: [a, b]\n"
QUESTION = f"""{HEADER}#+ params:
#+   actor: {{type: iri, class: sg:Actor, label: Actor}}
#+ view: {{type: chart, category: name}}
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?claim ?name WHERE {{
  VALUES ?actor {{ UNDEF }}   # param
  ?claim sg:holder ?actor . ?actor rdfs:label ?name . OPTIONAL {{ ?claim sg:position ?p }} FILTER(LANG(?name) = "en")
}} ORDER BY ?claim ?name LIMIT 10
"""
SEEDS = {
    "ontology/shapes/fuzz.ttl": SHAPE,
    "queries/check/fuzz.rq": f"{HEADER}#+ severity: warning\n#+ problem: p\n#+ remedy: r\n"
    "PREFIX sg: <https://w3id.org/stancegraph/ontology#>\nSELECT ?subject ?value WHERE { ?subject a sg:Nothing ; ?p ?value }\n",
    "queries/build/99-fuzz.rq": "PREFIX sg: <https://w3id.org/stancegraph/ontology#>\n"
    "CONSTRUCT { ?a sg:holder ?b } WHERE { ?a sg:holder/sg:affiliatedWith ?b . FILTER(?a != ?b) }\n",
    "queries/ask/fuzz.rq": QUESTION,
    "fuzz.rq": QUESTION.replace("#+", "# "),
    "data/articles/new/coding.txt": "state fuzzland: Fuzzland\n\n@ intro-1-1\nsays Report > Ruritania: Paraphrase\n"
    '  stance a: Fuzzland hopes.\n    holder: Ruritania; attitude: Hopes; position: Supportive; certainty: Flat\n'
    '    target: Syldavia; issue: "x"\n\n@ intro-1-2\nno claim: nothing\ntime t: 2012-07-05\n  earliestBegin: 2012-07-05\n',
    "data/links/wikidata.sssom.tsv": "",
    "text.txt": 'A title\n\nRuritania said "we hope" (Xinhua, July 5, 2012). Officials in Syldavia fear war.\n',
}  # fmt: skip


@dataclass
class Case:
    """One input: its kind and seed, the spoilt file with its content, and the call."""

    kind: str
    seed: str
    call: list[str]
    file: str | None = None
    content: bytes = b""


def spoil(text: bytes, chance: random.Random) -> bytes:
    """Return *text* with one to four changes of bytes, of tokens, of lines, and of how often something occurs."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + int(chance.expovariate(1 / 12)) + 1)
        change = chance.randrange(9)
        if change == 0:
            text = text[:at] + bytes([chance.randrange(256)]) + text[end:]
        elif change == 1:
            text = text[:at] + text[end:]
        elif change in (2, 3):
            text = text[:at] + chance.choice(PIECES).encode("utf-8", "surrogatepass") + text[at:]
        elif change == 4:
            text = text[:at] + text[at:end] * chance.choice((2, 3, 50)) + text[end:]
        elif change == 5:
            text = (
                text[:at]
                + chance.choice(PIECES).encode("utf-8", "surrogatepass") * chance.choice((2, 60, 3_000))
                + text[at:]
            )
        elif change == 6:
            lines = text.split(b"\n")
            first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[first], lines[second] = lines[second], lines[first]
            text = b"\n".join(lines)
        elif change == 7:
            words = text.split(b" ")
            words[chance.randrange(len(words))] = chance.choice(words)
            text = b" ".join(words)
        else:
            text = text[:at]
    return text[:200_000]


def spoil_argument(chance: random.Random, kind: str) -> str:
    """Return something sensible that is spoilt, or a piece; bytes that are not UTF-8 become surrogates."""
    seeds = ("2012-07-05", "2012", "0000-01-01", "9999-12-31") if kind == "dates" else SMALL
    text = (
        spoil(chance.choice(seeds).encode(), chance)
        if chance.random() < 0.8
        else chance.choice(PIECES).encode("utf-8", "replace")
    )
    return os.fsdecode(text[:2_000].replace(b"\0", b""))


def make(folder: Path, kind: str, seed: str) -> Case:
    """Return the input of a *kind* that *seed* stands for."""
    chance = random.Random(seed)
    files, calls = KINDS[kind].files, KINDS[kind].calls
    file = chance.choice(files) if files else None
    call = list(chance.choice(calls))
    if file == "data/articles/new/layout.toml":
        call = list(calls[0])
    elif file == "data/links/wikidata.toml":
        call = list(calls[1])
    content = b""
    if file is not None:
        content = spoil(SEEDS[file].encode() if file in SEEDS else (folder / file).read_bytes(), chance)
    words = spoil_argument(chance, kind)
    values = {"{w}": str(folder), "{file}": str(folder / (file or "")), "{words}": words}
    for mark, value in values.items():
        call = [argument.replace(mark, value) for argument in call]
    return Case(kind, seed, call, file, content)
