"""A build that goes on from what is published comes to what a build from the beginning comes to, and finds the same."""

from __future__ import annotations

import gc
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, Triple, serialize

from stancegraph.errors import DataError, ExternalError
from stancegraph.linking import sssom
from stancegraph.pipeline import building, manifest, sealing, snapshot
from stancegraph.pipeline.incremental import analysis, update
from stancegraph.pipeline.incremental.dependencies import QueryDependencies
from stancegraph.pipeline.reading import read_file, read_workspace
from stancegraph.pipeline.sealing import Sealed
from stancegraph.rdf.namespaces import GRAPH, ID, PREFIXES
from stancegraph.workspace.folders import SourceFile, Workspace, find
from tests.conftest import ROOT
from tests.pipeline.outcomes import Outcome, build, build_anew, watch_increments
from tests.pipeline.test_rules import FAULTS
from tests.support.sampling import one_in

pytestmark = pytest.mark.usefixtures("own_snapshots", "many_builds")

EXAMPLE = f"{GRAPH}article/example"
SG = PREFIXES["sg"]


@pytest.fixture
def increments(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Whether each build since was incremental; those with violations are published as well.

    No change is too large for it, as it would be in a small workspace.
    """
    monkeypatch.setattr(update, "_COST_RATIO", 0)
    with watch_increments() as noted:
        yield noted


FILES = {
    EXAMPLE: "data/articles/example/facts.ttl",
    f"{GRAPH}entities": "data/entities/all.ttl",
    f"{GRAPH}vocabulary": "data/vocabulary/all.ttl",
    f"{GRAPH}ontology": "ontology/stancegraph.ttl",
    f"{GRAPH}alignments": "ontology/alignments.ttl",
}


def spoil(space: Workspace, rule: str) -> set[str]:
    """Spoil the files of the example as the fault of *rule* does; the graphs that it changed."""
    store = read_workspace(space).store()
    before = by_graph(store)
    store.update(FAULTS[rule].read_text(encoding="utf-8"))
    after = by_graph(store)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    for name in changed & set(FILES):
        path = space.root / FILES[name]
        for file in path.parent.glob("*.ttl") if path.name == "all.ttl" else ():
            file.unlink()
        serialize(after.get(name, set()), path, format=RdfFormat.TURTLE)
    return changed


def by_graph(store: Store) -> dict[str, set[Triple]]:
    """The triples of each graph of *store*; what is in none is the example's."""
    found: dict[str, set[Triple]] = {}
    for quad in store:
        name = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else EXAMPLE
        found.setdefault(name, set()).add(quad.triple)
    return found


def restore(space: Workspace, founded: Workspace) -> None:
    """Put the files back, with the times that they had."""
    for folder in ("data", "ontology"):
        shutil.rmtree(space.root / folder)
        shutil.copytree(founded.root / folder, space.root / folder)


# mappings are no Turtle (test_links.py has their faults), and what is inferred is in no file
NOT_IN_TURTLE = ("/graph/links/", "/graph/inferred/")
IN_TURTLE = [rule for rule, path in FAULTS.items() if not any(one in path.read_text("utf-8") for one in NOT_IN_TURTLE)]
# what spoils the ontology, after which nothing is followed; and what another fault of its batch hides
ALONE = {rule for rule in IN_TURTLE if "/graph/ontology" in FAULTS[rule].read_text("utf-8")}
ALONE |= {"passages-overlap", "position-undecided"}
SLICES = [IN_TURTLE[first :: len(IN_TURTLE) // 4] for first in range(len(IN_TURTLE) // 4)]
BATCHES = [[rule for rule in rules if rule not in ALONE] for rules in SLICES] + [[rule] for rule in sorted(ALONE)]
"""All faults, a few at a time; rules with names like each other, which look at the same, are in different batches."""


@pytest.fixture(scope="module")
def sound_outcome(founded: Workspace) -> Outcome:
    """What the worked example comes to from the beginning."""
    return build_anew(founded)


@pytest.mark.parametrize("rules", one_in(20, BATCHES), ids="-".join)
def test_faults_are_found_when_they_come_and_are_gone_when_they_go(
    rules: list[str], founded: Workspace, space: Workspace, sound_outcome: Outcome, increments: list[bool]
) -> None:
    changed: set[str] = set()
    for rule in rules:
        changes = spoil(space, rule)
        assert changes, f"{rule} changes nothing where {rules} have been before"
        changed |= changes
    assert changed <= set(FILES)
    try:
        expected = build_anew(space)
    except DataError as error:
        assert len(rules) == 1, "nobody would look at the others"
        with pytest.raises(DataError, match=re.escape(error.message)):
            building.build(space)
        return
    assert build(space) == expected
    assert set(rules) <= {finding.rule for finding in expected.findings}
    restore(space, founded)
    assert build(space) == sound_outcome
    assert increments == [not any("ontology" in FILES[name] for name in changed)] * 2


def test_no_store_is_open_when_its_files_are_sealed(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever holds the frames of the update, as errors of a parser do: an open store may merge its files."""
    build(space)
    analyse, seal = analysis.analyse, sealing.seal
    analysed, still_open = list[str](), list[object]()

    def analyse_and_hold_frames(text: str) -> QueryDependencies:
        held: list[object] = [sys._getframe()]
        held.append(held)
        analysed.append(text)
        return analyse(text)

    def look_and_seal(*arguments: Any) -> dict[str, Sealed]:
        still_open.extend(one for one in gc.get_objects() if isinstance(one, update._Graphs))
        return seal(*arguments)

    monkeypatch.setattr(analysis, "analyse", analyse_and_hold_frames)
    monkeypatch.setattr(snapshot, "seal", look_and_seal)
    more = space.root / "data" / "entities" / "more.ttl"
    more.write_text(f'<{ID}example/Ruritania> <{PREFIXES["skos"]}altLabel> "More"@en .\n', encoding="utf-8")
    with watch_increments() as increments:
        build(space)
    assert increments == [True]
    assert analysed, "nothing held the frames"
    assert not still_open


@pytest.mark.long
def test_links_come_and_go_with_what_is_said_of_their_set(
    original: Path, tmp_path: Path, increments: list[bool]
) -> None:
    """Of every target: one link is no longer accepted, another one is rejected, and both come back."""
    shutil.copytree(original, tmp_path / "space")
    space = find(tmp_path / "space")
    sound_outcome = build(space)
    files = {path: path.read_bytes() for path in space.link_files()}
    changed = 0
    for path in files:
        known = sssom.read(path)
        accepted = [row for row in known.mappings if row.accepted]
        unreviewed = [(row, replace(row, reviewer_label="")) for row in accepted[:1]]
        for one, other in [*unreviewed, *((row, replace(row, predicate_modifier="Not")) for row in accepted[-1:])]:
            sssom.write(known.with_rows([other if row == one else row for row in known.mappings]), path)
            found = build(space)
            assert found == build_anew(space), path.name
            assert found.content != sound_outcome.content
            changed += 1
    assert changed == 12
    for path, content in files.items():
        path.write_bytes(content)
    assert build(space) == sound_outcome
    assert all(increments)


def test_every_file_has_its_quads_in_its_own_graph(ours: Workspace) -> None:
    sources = [*ours.source_files(), SourceFile(ours.link_files()[0], f"{GRAPH}links/renamed", "mappings")]
    assert len(sources) > 20
    for source in sources:
        assert {quad.graph_name for quad in read_file(source)} <= {NamedNode(source.graph)}, source.path


@pytest.mark.long
def test_a_check_that_cannot_be_followed_is_asked_in_full(space: Workspace, increments: list[bool]) -> None:
    """Counting is not followed; what it finds by way of a file that did not change is found all the same."""
    few = build(space).counts["stances"]
    (space.root / "queries" / "check" / "many-stances.rq").write_text(
        "#+ title: Many stances\n#+ description: There are many stances.\n"
        "#+ problem: There are many stances.\n#+ remedy: Look at them.\n#+ severity: info\n"
        "SELECT ?subject (COUNT(?stance) AS ?value)\n"
        f"WHERE {{ ?stance a ?subject . FILTER(?subject = <{SG}Stance>) }}\n"
        f"GROUP BY ?subject HAVING (COUNT(?stance) > {few})"
    )
    assert build(space).findings == ()
    facts = (space.root / "data" / "articles" / "example" / "facts.ttl").read_text(encoding="utf-8")
    other = space.root / "data" / "articles" / "other"
    other.mkdir()
    (other / "facts.ttl").write_text(facts.replace("example/", "other/"), encoding="utf-8")
    found = build(space)
    assert increments == [False, True]
    assert found == build_anew(space)
    assert [finding.value for finding in found.findings if finding.rule == "many-stances"] == [str(2 * few)]


@pytest.mark.long
def test_a_rule_that_denies_what_rules_conclude_is_not_followed(space: Workspace, increments: list[bool]) -> None:
    """In which order they are asked matters then, and a build from the beginning is the one that counts."""
    (space.root / "queries" / "build" / "owl-rl" / "zz-alone.rq").write_text(
        f"PREFIX sg: <{SG}>\nPREFIX skos: <{PREFIXES['skos']}>\n"
        'CONSTRUCT { ?thing skos:editorialNote "alone"@en }\n'
        "WHERE { ?thing a sg:State . FILTER NOT EXISTS { ?other sg:affiliatedWith ?thing } }\n",
        encoding="utf-8",
    )
    assert build(space) == build_anew(space)
    entities = space.root / "data" / "entities" / "more.ttl"
    entities.write_text(  # by a chain: what is concluded, and not only what is said, has the end that the rule denies
        "\n".join(
            f"<{ID}actor/{one}> a <{SG}State> ; <{PREFIXES['rdfs']}label> '{one}'@en ; "
            f"<{SG}affiliatedWith> <{ID}actor/{other}> ."
            for one, other in (("One", "Two"), ("Two", "Three"))
        ),
        encoding="utf-8",
    )
    assert build(space) == build_anew(space)
    assert increments == [False, False]


def test_what_is_not_asked_is_not_built_anew(space: Workspace, increments: list[bool]) -> None:
    """A stored question is no part of the graph; a shape is what all of it is judged by."""
    (space.root / "queries" / "ask" / "another.rq").write_text("SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s")
    assert building.build(space).unchanged
    shape = space.root / "ontology" / "shapes" / "actor.ttl"
    shape.write_text(shape.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert build(space) == build_anew(space)
    assert increments == [False]


@pytest.mark.long
def test_labels_in_a_language_come_and_go_with_their_file(space: Workspace, increments: list[bool]) -> None:
    build(space)
    french = space.root / "ontology" / "labels" / "fr.ttl"
    french.parent.mkdir()
    before = (ROOT / "ontology" / "labels" / "fr.ttl").read_text(encoding="utf-8")
    french.write_text(before.replace('"Prise de position"@fr', '"Position prise"@fr'), encoding="utf-8")
    assert build(space) == build_anew(space)
    french.write_text(before.replace('"Prise de position"@fr', '"Acteur"@fr'), encoding="utf-8")
    found = build(space)
    twice = {finding.subject for finding in found.findings if finding.rule == "same-term-label"}
    assert twice == {f"{SG}Actor", f"{SG}Stance"}
    assert found == build_anew(space)
    french.unlink()
    found = build(space)
    assert not [finding for finding in found.findings if finding.rule == "same-term-label"]
    assert found == build_anew(space)


@pytest.mark.long
def test_a_class_may_be_put_above_another_one_in_any_file(space: Workspace, increments: list[bool]) -> None:
    """Shapes of the class above look at things then of which nothing has changed."""
    build(space)
    more = space.root / "data" / "entities" / "more.ttl"
    more.write_text(f"<{SG}Place> <{PREFIXES['rdfs']}subClassOf> <{SG}Passage> .\n", encoding="utf-8")
    found = build(space)
    assert increments == [True]
    assert found == build_anew(space)
    assert any(finding.rule.startswith("Passage") for finding in found.findings)
    more.unlink()
    assert build(space) == build_anew(space)
    assert increments == [True, True]


def test_a_file_that_changes_within_a_tick_is_read_again(space: Workspace) -> None:
    """Its size and its time may be what they were."""
    facts = space.root / "data" / "articles" / "example" / "facts.ttl"
    first = manifest.inputs(space)
    told = facts.read_text(encoding="utf-8")
    facts.write_text(told.replace("Ruritania", "Ruritamia"), encoding="utf-8")
    second = manifest.inputs(space, manifest.Record(first))
    assert second.differing_paths(first) == {"data/articles/example/facts.ttl"}


def test_an_increment_that_fails_leaves_what_was_published(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot.current(space.snapshots)
    assert spoil(space, "unattributed-claim") == {EXAMPLE}
    done = building.build(space)
    assert not done.published
    assert [finding.rule for finding in done.findings] == ["unattributed-claim"]
    assert done.findings[0].file == "data/articles/example/facts.ttl"
    assert snapshot.current(space.snapshots) == before
    assert not list(space.snapshots.glob("building-*"))

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(update, "maintain_closure", full)
    with pytest.raises(ExternalError, match="No space left on device"):
        building.build(space)
    assert snapshot.current(space.snapshots) == before
    assert not list(space.snapshots.glob("building-*"))


def test_the_workings_are_what_the_published_graph_says(founded: Workspace) -> None:
    published = snapshot.current(founded.snapshots)
    assert published is not None
    store = published.open()
    asserted, closure = (Store.read_only(str(published.path / "workings" / name)) for name in snapshot.MATERIALISED)
    inferred = f"<{GRAPH}inferred/"
    read = {q.triple for q in store if not str(q.graph_name).startswith(inferred)}
    closed = read | {q.triple for q in store if str(q.graph_name) == f"{inferred}owl-rl>"}
    assert named(read) == named({q.triple for q in asserted})
    assert named(closed) == named({q.triple for q in closure})
    assert len(closed) > len(read)


def named(triples: set[Triple]) -> set[Triple]:
    return {t for t in triples if not isinstance(t.subject, BlankNode) and not isinstance(t.object, BlankNode)}
