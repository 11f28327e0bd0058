"""``show`` gives all that the graph knows of a thing, and completion what can be typed next."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from stancegraph.pipeline.reading import read_shapes
from stancegraph.questions.description import Description, describe
from stancegraph.questions.headings import find_headings
from stancegraph.rdf.namespaces import ID
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import rows
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run

HEADINGS = find_headings(read_shapes(Workspace(ROOT)))
Runner = Callable[..., Run]


def of(engine: Oxigraph, name: str) -> Description:
    return describe(engine, NamedNode(ID + name), HEADINGS)


def section(shown: Description, title: str) -> dict[str, str]:
    """The statements under a heading: what they name, and their marks."""
    (found,) = [one for one in shown.sections if one.title == title]
    return {statement.name: statement.marks for statement in found.statements}


def test_an_actor_is_shown_as_a_person_would_ask(engine: Oxigraph) -> None:
    shown = of(engine, "actor/QuXing")
    assert shown.name == "Qu Xing"
    assert [one.title for one in shown.sections][:4] == ["Names", "What it is", "To whom it belongs", "Posts"]
    assert section(shown, "To whom it belongs")["China"] == "inferred"
    assert section(shown, "To whom it belongs")["China Institute of International Studies"] == ""
    assert list(section(shown, "Posts")) == ["Qu Xing is Director of the China Institute of International Studies."]


def test_what_is_disputed_says_why(engine: Oxigraph) -> None:
    who = section(of(engine, "event/nato-summit-chicago"), "Who took part")
    assert "not North Korea" in who["North Korea appears at the NATO summit in Chicago."]
    assert who["Japan"] == "inferred"


def test_what_nobody_puts_forward_is_not_taken_for_a_statement(engine: Oxigraph) -> None:
    said = section(of(engine, "actor/China"), "What is said about it")
    assert "not put forward itself" in said["Russia moves its tactical nuclear weapons closer to China."]
    assert said["China is one of the partners of NATO."] == ""


def test_every_statement_is_shown(engine: Oxigraph) -> None:
    """For everything that has a name: all asserted triples in both directions are in the description."""
    actors = "?thing a <https://w3id.org/stancegraph/ontology#Actor>"
    query = f"SELECT DISTINCT ?thing WHERE {{ {actors} }} ORDER BY ?thing LIMIT 20"
    things = [row["thing"] for row in rows(engine, query)]
    assert len(things) == 20
    for thing in things:
        asserted = rows(
            engine,
            "SELECT DISTINCT ?value WHERE { GRAPH ?g {"
            f" {{ {thing} ?p ?value }} UNION {{ ?value ?q {thing} }} }} FILTER(!CONTAINS(STR(?g), '/inferred/')) }}",
        )
        shown = describe(engine, NamedNode(thing.value), HEADINGS)
        told = {statement.value for one in shown.sections for statement in one.statements}
        assert {row["value"] for row in asserted} <= told


def test_show_prints_sections_and_evidence(run: Runner) -> None:
    done = run("show", "Qu Xing", "--evidence")
    assert done.status == 0
    assert "What it holds" in done.out
    assert "China Brief 12:13 reported that Qu Xing said, in words that are quoted, that:" in done.out


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "xml", "md"])
def test_show_has_formats_for_programs(run: Runner, format: str) -> None:
    done = run("show", "Qu Xing", "--format", format)
    assert done.status == 0
    assert "China Institute of International Studies" in done.out
    if format == "csv":
        table = list(csv.DictReader(io.StringIO(done.out)))
        assert {"section", "relation", "name", "value", "inferred", "embedded", "disputed"} == set(table[0])


def test_show_as_turtle_is_turtle(run: Runner) -> None:
    store = Store()
    store.extend(parse(run("show", "Qu Xing", "--format", "ttl").out, format=RdfFormat.TURTLE))
    label_of = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    (label,) = store.quads_for_pattern(NamedNode(ID + "actor/QuXing"), label_of, None)
    assert label.object.value == "Qu Xing"  # type: ignore[union-attr]


def test_what_has_no_label_is_shown_by_its_iri(run: Runner) -> None:
    done = run("show", "ambiguity:china-brief-12-13/which-act")
    assert done.status == 0
    assert "Which act triggered the denunciations?" in done.out


def test_what_is_not_there_is_said(run: Runner) -> None:
    done = run("show", "Quu Xing")
    assert done.status == 2
    assert "did you mean: Qu Xing" in done.err


def complete(words: str) -> list[str]:
    """What the shell is offered for the last of *words*."""
    program = "import sys; sys.argv = ['stancegraph']; from stancegraph.cli.main import main; main()"
    last = str(len(words.split(" ")) - 1)
    environment = {"_STANCEGRAPH_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": last}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not done.stderr
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.long
def test_the_shell_completes_commands_questions_parameters_and_labels(engine: Oxigraph) -> None:
    """The snapshot is published: *engine* has built it."""
    assert complete("stancegraph va") == ["validate"]
    assert complete("stancegraph ask stances-o") == ["stances-of-actor", "stances-on-policies"]
    assert complete("stancegraph ask stances-of-actor --a") == ["--actor", "--attitude"]
    assert "Chinese analysts" in complete("stancegraph ask stances-of-actor --actor Chin")
    assert "Chicago" not in complete("stancegraph ask stances-of-actor --actor Chi")
    assert "Chicago" in complete("stancegraph show Chi")
    assert "--format" in complete("stancegraph ask stances-of-actor --")
    assert complete("stancegraph ask no-such-question --") != []


def test_completion_offers_nothing_where_nothing_is_published(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANCEGRAPH_SNAPSHOTS", str(tmp_path))
    assert complete("stancegraph show Chi") == []
