"""The words on which the labels in each language rest: a glossary for whoever writes or reviews further ones."""

from __future__ import annotations

from functools import cache

from pyoxigraph import Literal

from documentation.markdown import table
from documentation.vocabulary import node, ontology, workspace
from stancegraph.pipeline.reading import read_turtle

CORE = """
    Stance Position Attitude Issue holder target content
    Claim Proposition Attribution AttributionMode Citation Passage Mention UnnamedMention Certainty
    Curation CurationRank VerificationStatus
    Actor CollectiveActor State GovernmentBody IntergovernmentalOrganization Alliance ArmedForce
    NonStateGroup MediaOutlet Policy Post Tenure
    Forum ForumEdition Event Meeting Visit SpeechAct Declaration Participation Attendance NonAttendance
    Undertaking Proposal Agreement TimeSpan
""".split()  # noqa: SIM905
"""The terms of the ontology whose words other labels are made of, by subject."""


@cache
def _labels() -> dict[str, dict[str, str]]:
    """The labels of each language, by the IRIs of terms."""
    return {
        path.stem: {
            str(quad.subject).strip("<>"): quad.object.value
            for quad in read_turtle(path)
            if isinstance(quad.object, Literal)
        }
        for path in workspace().label_files()
    }


def core() -> str:
    """The core words in English and in each language that ships."""
    rows = [
        [
            ontology().text(node(f"sg:{name}"), "rdfs:label"),
            *(labels[node(f"sg:{name}").value] for labels in _labels().values()),
        ]
        for name in CORE
    ]
    return table(["en", *_labels()], rows)
