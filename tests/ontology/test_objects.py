"""The ontology and the facts as Python objects, and back to Turtle without loss."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from stancegraph import ontology
from stancegraph.errors import DataError, ExternalError, UsageError
from stancegraph.pipeline.reading import Reading
from stancegraph.pipeline.snapshot import canonical, content_digest
from stancegraph.rdf.namespaces import ID
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT

pytestmark = pytest.mark.java


@pytest.fixture
def objects(ours: Workspace) -> ontology.Objects:
    return ontology.load(ROOT)


@pytest.fixture
def few_objects(lean: Path) -> ontology.Objects:
    """Those of the worked example, which a reasoner classifies in a moment."""
    return ontology.load(lean)


def digest(turtle: str) -> str:
    return content_digest(
        canonical(Quad(q.subject, q.predicate, q.object) for q in parse(turtle, format=RdfFormat.TURTLE))
    )


def test_things_are_listed_by_class_and_navigated_by_property(objects: ontology.Objects) -> None:
    stances = objects.instances("Stance")
    assert len(stances) == 98
    china = objects["actor:China"]
    assert [str(label) for label in china.label.en] == ["China"]
    assert [str(label) for label in china.label.zh] == ["中国"]
    held = [stance for stance in stances if stance.holder == china]
    assert len(held) > 5
    assert {type(stance.attitude).name for stance in held} == {"Attitude"}
    assert objects.terms.State in objects.terms.State.mro()
    assert objects["actor/China"] is china


def test_what_was_loaded_comes_back_the_same(objects: ontology.Objects, facts: Reading) -> None:
    about = ("/ontology>", "/article/", "/entities", "/vocabulary")
    quads = [
        Quad(q.subject, q.predicate, q.object) for q in facts.quads if any(part in str(q.graph_name) for part in about)
    ]
    assert digest(objects.to_turtle()) == content_digest(canonical(quads))
    assert not objects.added()
    assert not objects.removed()


def test_what_is_added_goes_back_to_turtle(few_objects: ontology.Objects) -> None:
    objects, ruritania = few_objects, few_objects["example/Ruritania"]
    with objects.ontology.get_namespace(ID + "actor/"):
        person = objects.terms.Person("NewPerson")
        person.label = ["New Person"]
        person.affiliatedWith = [ruritania]
    ruritania.altLabel.append("Kingdom!")
    added = {(t.predicate.value.rsplit("#", 1)[-1], str(t.object)) for t in objects.added()}
    assert ("affiliatedWith", f"<{ID}example/Ruritania>") in added
    assert ("label", '"New Person"') in added
    assert ("altLabel", '"Kingdom!"') in added
    assert len(added) == 5
    assert f"<{ID}actor/NewPerson>" in "".join(str(t.subject) for t in objects.added())
    assert not objects.removed()
    again = digest(objects.to_turtle())
    objects.classify()
    assert digest(objects.to_turtle()) == again, "conclusions are not among what was added"
    assert objects.unsatisfiable_classes() == []
    assert objects.inferred()


def test_what_is_removed_is_gone(objects: ontology.Objects) -> None:
    stance = objects.instances("Stance")[0]
    stance.holder = None
    (gone,) = objects.removed()
    assert gone.predicate.value.endswith("#holder")
    assert str(gone) not in objects.to_turtle()


@pytest.mark.long  # of the whole article; a few are concluded above
def test_classifying_draws_conclusions(objects: ontology.Objects) -> None:
    objects.classify()
    assert objects.unsatisfiable_classes() == []
    assert objects["actor:China"] in objects["actor:QuXing"].affiliatedWith
    assert objects["actor:China"].met == [], "who met whom follows from what is said, which a reasoner takes no part in"
    assert len(objects.inferred()) > 10


def test_facts_that_clash_cannot_be_classified(few_objects: ontology.Objects) -> None:
    few_objects["example/Ruritania"].is_a.append(few_objects.terms.Place)
    with pytest.raises(DataError, match="contradict"):
        few_objects.classify()


def test_the_ontology_alone_has_no_things(ours: Workspace) -> None:
    assert ontology.load(ROOT, facts=False).instances("Stance") == []


def test_an_unknown_thing_is_told(objects: ontology.Objects) -> None:
    with pytest.raises(UsageError, match="nothing is called"):
        objects["actor:Nobody"]


def test_without_java_classifying_says_how_to_get_it(
    objects: ontology.Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stancegraph.ontology.java.find_java", lambda: None)
    with pytest.raises(ExternalError, match="Java is not installed") as raised:
        objects.classify()
    assert "pip install" in str(raised.value.remedy)


def test_a_folder_that_is_no_workspace_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a workspace"):
        ontology.load(tmp_path)
