"""Spoil input at random, run the program on it, and see that it stays within its policy.

``python -m tests.robustness.fuzzing [--seconds 60] [--seed 1] [--kind turtle …]``. A process that can be killed runs the program's
own `main` on a small workspace, one spoilt file or argument after the other. An input fails that gives a traceback, a
message that nobody has foreseen, a status outside 0 to 3, a crash, a wait of ten seconds, a child or a thread left
behind, or that changes the workspace although it is refused. What fails is kept in a file, and printed with its seed.
"""

# ruff: noqa: E501 (seeds and pieces are lines)
from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import importlib
import io
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import typer.main

HANG = 10.0  # seconds
MEMORY = 4 << 30  # bytes
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
    """A kind of input: the files that are spoilt, of which one at a time, and the calls that read them."""

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


def spoil(text: bytes, chance: random.Random) -> bytes:
    """*text* with one to four changes: of bytes, of tokens of the languages, of lines, and of how often something comes."""
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
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            text = b"\n".join(lines)
        elif change == 7:
            words = text.split(b" ")
            one, other = chance.randrange(len(words)), chance.randrange(len(words))
            words[one] = words[other]
            text = b" ".join(words)
        else:
            text = text[:at]
    return text[:200_000]


def words_of(chance: random.Random, kind: str) -> str:
    """An argument: something sensible that is spoilt, or pieces; bytes that are not UTF-8 as Python passes them on."""
    seeds = ("2012-07-05", "2012", "0000-01-01", "9999-12-31") if kind == "dates" else SMALL
    text = (
        spoil(chance.choice(seeds).encode(), chance)
        if chance.random() < 0.8
        else chance.choice(PIECES).encode("utf-8", "replace")
    )
    return os.fsdecode(text[:2_000].replace(b"\0", b""))


@dataclass
class Case:
    """One input: its kind and seed, the spoilt file with its content, and the call."""

    kind: str
    seed: str
    call: list[str]
    file: str | None = None
    content: bytes = b""


@dataclass
class Report:
    """What was seen: inputs by kind and by status, and what failed, with its input."""

    counts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[Case, str]] = field(default_factory=list)


def prepare(folder: Path) -> None:
    """A small workspace, built and published, with all that is spoilt later."""
    from stancegraph.coding.passages import to_turtle
    from stancegraph.pipeline.building import build
    from stancegraph.text import Layout
    from stancegraph.workspace.folders import Workspace
    from stancegraph.workspace.scaffold import create_workspace

    create_workspace(folder)
    # a build is to take a fraction of a second: of what all kinds of are there, some
    for part, kept in {"ontology/shapes": 2, "queries/check": 4, "queries/ask": 4, "queries/build/owl-rl": 4}.items():
        for path in sorted((folder / part).iterdir())[kept:]:
            if path.is_file() and path.stem not in {"events-over-time", "stances-of-actor"}:
                path.unlink()
    layout = 'sha256 = "0"\npublication = "https://w3id.org/stancegraph/id/example/Report"\nfirst_section = "Intro"\n[lines]\ntitle = [1]\n'
    new = folder / "data" / "articles" / "new"
    new.mkdir()
    (new / "layout.toml").write_text(layout, encoding="utf-8")
    text = SEEDS["text.txt"]
    (new / "passages.ttl").write_text(to_turtle(text, Layout.parse(layout, new), "new"), encoding="utf-8")
    (new / "coding.txt").write_text(SEEDS["data/articles/new/coding.txt"], encoding="utf-8")
    (folder / "text.txt").write_text(text, encoding="utf-8")
    row = "ex:Ruritania\tRuritania\tskos:exactMatch\twikidata:Q1\tR\tcountry\tsemapv:ManualMappingCuration\n"
    links = folder / "data" / "links" / "wikidata.sssom.tsv"
    header = "".join(
        line for line in links.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#")
    )
    header = header.replace("curie_map:\n", "curie_map:\n#   ex: https://w3id.org/stancegraph/id/example/\n")
    columns = (
        "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tobject_category\tmapping_justification\n"
    )
    links.write_text(header + columns + row, encoding="utf-8")
    SEEDS["data/links/wikidata.sssom.tsv"] = header + columns + row
    done = build(Workspace(folder))
    assert done.published, done.findings


def published(folder: Path) -> Path:
    """*folder*, with a workspace prepared there; nothing that this opens stays open here, where others are forked."""
    process = os.fork()
    if process == 0:
        os.environ.pop("STANCEGRAPH_SNAPSHOTS", None)
        try:
            prepare(folder)
        finally:
            os._exit(0)
    os.waitpid(process, 0)
    assert (folder / ".stancegraph" / "current").is_file(), "the workspace to be spoilt is not published"
    links = "data/links/wikidata.sssom.tsv"
    SEEDS[links] = (folder / links).read_text(encoding="utf-8")
    return folder


def make(folder: Path, kind: str, seed: str) -> Case:
    """The input of a *kind* that *seed* stands for."""
    chance = random.Random(seed)
    of = KINDS[kind]
    file = chance.choice(of.files) if of.files else None
    call = list(chance.choice(of.calls))
    if file == "data/articles/new/layout.toml":
        call = list(of.calls[0])
    elif file == "data/links/wikidata.toml":
        call = list(of.calls[1])
    content = b""
    if file is not None:
        content = spoil(SEEDS[file].encode() if file in SEEDS else (folder / file).read_bytes(), chance)
    words = words_of(chance, kind)
    named = {"{w}": str(folder), "{file}": str(folder / (file or "")), "{words}": words}
    for mark, value in named.items():
        call = [argument.replace(mark, value) for argument in call]
    return Case(kind, seed, call, file, content)


def state(folder: Path) -> str:
    """The digest of all files of a workspace and of what is published of it."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and (not name.startswith(".stancegraph/") or name == ".stancegraph/current"):
            total.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def run(folder: Path, case: Case) -> tuple[int, str]:
    """Run the program in this process, as ``main`` does; its status, and what it prints."""
    from stancegraph.cli import main as cli

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape", write_through=True)
    status = 0
    sys.argv = ["stancegraph", "--workspace", str(folder), *case.call]
    sys.stdin = io.StringIO("")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            cli.main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    return status, out.buffer.getvalue().decode("utf-8", "replace")


def wrong(folder: Path, case: Case) -> tuple[int, str]:
    """Run *case* on the workspace, put all back, and say with which status it ended and what is wrong, if anything."""
    path = None if case.file is None else folder / case.file
    old = path.read_bytes() if path is not None and path.exists() else None
    if path is not None:
        path.write_bytes(case.content)
    before = state(folder)
    try:
        status, said = run(folder, case)
        if "Traceback" in said or "stancegraph: internal error" in said:
            return status, said[-1_500:]
        if status not in range(4):
            return status, f"status {status}: {said[-500:]}"
        if status in (2, 3) and not any(word in said for word in ("Remedy", "Try '", "Usage", "cannot", "No answer")):
            return status, f"no remedy: {said[-500:]}"
        if status and state(folder) != before:
            return status, f"refused, and the workspace has changed: {said[-500:]}"
        return status, ""
    except BaseException as error:
        return -1, f"{type(error).__name__}: {error}"
    finally:
        if path is not None:
            path.unlink(missing_ok=True)
            if old is not None:
                path.write_bytes(old)


def _serve(folder: Path, pipe: Connection) -> None:
    """The process that runs cases until it is killed: each in the same process, as far as that lives."""
    os.environ.pop("STANCEGRAPH_SNAPSHOTS", None)
    os.environ.update({"STANCEGRAPH_STEP_SECONDS": "4", "COLUMNS": "100"})
    from stancegraph.cli import main as cli

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for module in ("pipeline.validation", "questions.description", "coding.article", "drafting.creation"):
        importlib.import_module(f"stancegraph.{module}")  # once, and not in each child that a case forks
    cli.app = typer.main.get_command(cli.app)  # type: ignore[assignment]  # made anew for each call, it takes longest
    while True:
        case = pipe.recv()
        pipe.send(wrong(folder, case))
        gc.collect()


class Server:
    """A process that can be killed, and a fresh copy of the workspace for each one."""

    def __init__(self, original: Path, beside: Path) -> None:
        self.original, self.folder, self.process = original, beside, 0

    def start(self) -> None:
        """Begin anew."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.original, self.folder)
        self.pipe, other = Pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                self.pipe.close()
                _serve(self.folder, other)
            finally:
                os._exit(0)
        other.close()

    def stop(self) -> None:
        """Kill the process, if there is one."""
        if self.process:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            self.pipe.close()
            self.process = 0

    def judge(self, case: Case) -> tuple[int, str]:
        """The status of *case*, and what is wrong with how it ended."""
        self.pipe.send(case)
        if not self.pipe.poll(HANG):
            self.start()
            return -1, f"it hangs, for more than {HANG:g} seconds"
        try:
            told: tuple[int, str] = self.pipe.recv()
        except EOFError:
            _, ended = os.waitpid(self.process, 0)
            self.process = 0
            self.start()
            return -1, f"it crashes: wait status {ended}"
        return told


def fuzz(folder: Path, seconds: float, seed: int, kinds: Sequence[str] = ()) -> Report:
    """Run inputs of all *kinds* in turn for so many *seconds*, in the empty *folder*.

    The process is forked, and must have no other thread.
    """
    report = Report()
    original = published(folder / "original")
    server = Server(original, folder / "w")
    server.start()
    until = time.monotonic() + seconds
    for number, kind in enumerate(_turns(kinds or tuple(KINDS))):
        if time.monotonic() > until:
            break
        case = make(server.folder, kind, f"{seed}-{kind}-{number}")
        status, said = server.judge(case)
        report.counts[kind] += 1
        report.statuses[f"{kind} {status}"] += 1
        if said:
            report.failures.append((case, said))
    server.stop()
    return report


def _turns(kinds: Sequence[str]) -> Iterator[str]:
    """All kinds, again and again; those that take long less often."""
    slow = {"turtle", "shapes", "check", "rule", "sheet", "links", "toml"}
    while True:
        for kind in kinds:
            yield from [kind] * (1 if kind in slow else 3)


def keep(case: Case, said: str, folder: Path) -> Path:
    """Write a failing input into *folder*, with the call and what went wrong in a file beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / case.seed
    path.write_bytes(case.content)
    told = f"{case.call!a}\n{case.file}\n{said}\n"
    path.with_name(f"{case.seed}.txt").write_text(told, encoding="utf-8", errors="backslashreplace")
    return path


def main(tell: Callable[[str], None] = print) -> int:
    """The command: fuzz, print what was seen, and keep what fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=sorted(KINDS), default=[])
    parser.add_argument("--failures", type=Path, default=Path(tempfile.gettempdir()) / "stancegraph-fuzzing")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = fuzz(Path(folder), given.seconds, given.seed, given.kind)
    for kind, number in sorted(report.counts.items()):
        by_status = {one.split()[1]: count for one, count in report.statuses.items() if one.split()[0] == kind}
        tell(f"{kind:<10} {number:>6}  by status: {dict(sorted(by_status.items()))}")
    for case, said in report.failures:
        tell(f"\n{keep(case, said, given.failures)}: {case.call!a}\n  {said.strip()[-600:]}")
    tell(f"{sum(report.counts.values())} inputs, {len(report.failures)} failures")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
