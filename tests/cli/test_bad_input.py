"""Bad input: each gives one clear message that names the place and the remedy, and leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run, facts_of, no_traceback
from tests.support.sampling import one_in

Runner = Callable[..., Run]
PROBE = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/stancegraph/ontology#Stance> }"


def test_malformed_turtle_is_named_by_file_and_line(run: Runner, copy: Path) -> None:
    facts = facts_of(copy)
    lines = facts.read_text(encoding="utf-8").splitlines()
    lines.insert(60, "this is not Turtle")
    facts.write_text("\n".join(lines), encoding="utf-8")
    for command in ("build", "validate"):
        done = run("--workspace", str(copy), command)
        assert done.status == 1
        assert "facts.ttl:61" in done.err
        assert "malformed Turtle" in done.err
        assert "Remedy" in done.err
        no_traceback(done)
    assert run("--workspace", str(copy), "sparql", PROBE).status == 0


def test_an_undeclared_prefix_is_named_by_file_and_line(run: Runner, copy: Path) -> None:
    facts = facts_of(copy)
    facts.write_text(facts.read_text(encoding="utf-8") + "\nunknown:x a sg:Stance .\n", encoding="utf-8")
    done = run("--workspace", str(copy), "build")
    assert done.status == 1
    assert "facts.ttl:" in done.err
    assert "unknown" in done.err


def test_a_malformed_literal_is_refused(run: Runner, copy: Path) -> None:
    facts = facts_of(copy)
    lines = '\nt:never a sg:TimeSpan ; rdfs:label "never"@en ; sg:earliestBegin "2012-13-04"^^xsd:date .\n'
    facts.write_text(facts.read_text(encoding="utf-8") + lines, encoding="utf-8")
    for command in ("build", "validate"):
        done = run("--workspace", str(copy), command)
        assert done.status == 1
        assert "facts.ttl" in done.err
        assert "sg:earliestBegin" in done.err
        assert "2012-13-04" in done.err
        assert "Remedy" in done.err
        no_traceback(done)


@pytest.mark.long
def test_dates_that_cannot_be_compared_are_findings(run: Runner, copy: Path) -> None:
    facts = facts_of(copy)
    lines = (
        '\nt:odd a sg:TimeSpan ; rdfs:label "odd"@en ; sg:earliestBegin 2012 ; sg:latestEnd "2012-07-04"^^xsd:date .\n'
    )
    facts.write_text(facts.read_text(encoding="utf-8") + lines, encoding="utf-8")
    done = run("--workspace", str(copy), "validate")
    assert done.status == 1
    assert "china-brief-12-13/odd" in done.out
    assert "TimeEarliestBegin" in done.out
    no_traceback(done)


def test_a_blank_node_in_data_is_refused(run: Runner, copy: Path) -> None:
    facts = facts_of(copy)
    facts.write_text(facts.read_text(encoding="utf-8") + "\n:x sg:reason [ a sg:Proposition ] .\n", encoding="utf-8")
    done = run("--workspace", str(copy), "build")
    assert done.status == 1
    assert "blank node" in done.err


def test_an_ambiguous_label_lists_the_candidates(run: Runner, copy: Path) -> None:
    actors = copy / "data" / "entities" / "actors.ttl"
    twin = (
        '\nactor:ChinaTwo a sg:State ; rdfs:label "China, the other"@en ; skos:altLabel "Middle Kingdom"@en ;'
        " sg:affiliatedWith actor:China .\n"
        'actor:China skos:altLabel "Middle Kingdom"@en .\n'
    )
    actors.write_text(actors.read_text(encoding="utf-8") + twin, encoding="utf-8")
    assert run("--workspace", str(copy), "build").status == 0
    done = run("--workspace", str(copy), "ask", "stances-of-actor", "--actor", "Middle Kingdom")
    assert done.status == 2
    assert "ambiguous" in done.err
    assert "actor:China, actor:ChinaTwo" in done.err


HOSTILE = [
    'China" } DELETE { ?s ?p ?o',
    "China' OR '1'='1",
    "} # ",
    "<https://w3id.org/stancegraph/id/actor/Chi na>",
    "https://example.org/a b",
    "<>",
    "\u202eanihC",
    "China\u200f",
    "China\x00",
    "China\n} UNION { ?s ?p ?o",
    "{{7*7}}",
    "$(reboot)",
    "actor:China> <x",
    "\\u003e",
    "",
    " ",
    "x" * 100_000,
]


@pytest.mark.parametrize("value", one_in(4, HOSTILE), ids=range(len(HOSTILE)))
def test_a_hostile_value_is_a_value(run: Runner, value: str) -> None:
    """It is not found, and nothing else happens: no answer, no traceback, no other query."""
    for arguments in (["ask", "stances-of-actor", "--actor", value], ["show", "--", value]):
        done = run(*arguments)
        assert done.status == 2, done.out
        assert len(done.err.splitlines()) <= 8
        assert "Remedy" in done.err
        assert "Traceback" not in done.err
    harmless = run("ask", "find-claims", "--words", value, "--format", "csv")
    assert harmless.status == 0
    assert harmless.out.splitlines()[0] == "statement,claim"


def test_a_message_stays_on_its_lines(run: Runner) -> None:
    """What a person typed cannot forge a line of its own, nor turn the text round."""
    done = run("show", "--", "nothing\nRemedy: pay \u202eme")
    assert "\u202e" not in done.err
    assert "\nRemedy: pay" not in done.err
