"""``stancegraph link review``: let a person decide on candidates."""

from __future__ import annotations

import datetime
import sys
from functools import partial
from typing import Annotated

import typer

from stancegraph.cli.context import global_options, note
from stancegraph.cli.services import mapping_file
from stancegraph.errors import UsageError
from stancegraph.linking import review as reviewing
from stancegraph.linking import sssom
from stancegraph.linking.review import Decision, Review
from stancegraph.linking.sssom import Mapping, MappingSet

_KEYS = {"a": Decision.ACCEPT, "r": Decision.REJECT, "s": Decision.SKIP, "u": Decision.UNDO, "q": Decision.QUIT}


def review(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The link target whose candidates to review.")],
    reviewer: Annotated[str, typer.Option(metavar="NAME", help="Your name, which is recorded in the rows.")],
) -> None:
    """Review the candidates of a target, one by one. Each decision is saved at once; nothing is lost if you stop."""
    workspace = global_options(context).workspace
    path = mapping_file(workspace, target)
    if not reviewer.strip():
        raise UsageError("the name is empty", subject="--reviewer", remedy="give your name")
    session = Review(reviewer.strip(), datetime.date.today().isoformat())

    def ask_for_decision(candidate: Mapping, number: int, total: int) -> tuple[Decision, Mapping]:
        _show(candidate, number, total, sssom.read(path))
        while True:
            decision = _KEYS.get(_prompt("[a]ccept  [r]eject  [s]kip  [u]ndo  [q]uit").strip().lower()[:1])
            if decision is None:
                note("Answer with one of the letters.")
                continue
            if decision is Decision.ACCEPT:
                source = candidate.see_also or _prompt("Which public source did you check it against (its address)?")
                reason = _prompt("Why are you certain?")
                try:
                    return decision, session.accepted(candidate, reason.strip(), source.strip())
                except UsageError as error:
                    note(f"Not accepted: {error.message}.")
                    continue
            if decision is Decision.REJECT:
                return decision, session.rejected(candidate, _prompt("Why is it wrong?").strip())
            return decision, candidate

    try:
        counts = reviewing.walk(lambda: sssom.read(path), partial(sssom.change, workspace.root, path), ask_for_decision)
    except (EOFError, KeyboardInterrupt):
        note("\nStopped; all decisions are saved.")
        return
    left = len(reviewing.candidates(sssom.read(path)))
    note(
        f"{counts[Decision.ACCEPT]} accepted, {counts[Decision.REJECT]} rejected; {left} candidates are left. "
        "`stancegraph build` publishes the accepted links."
    )


def _show(candidate: Mapping, number: int, total: int, mapping_set: MappingSet) -> None:
    """Print both sides of a candidate to standard output."""
    print(f"\n{number} of {total}")
    print(f"  here       {candidate.subject_label} ({candidate.subject_id})")
    print(f"  elsewhere  {candidate.object_label} ({candidate.object_id}, {candidate.object_category})")
    print(f"             {mapping_set.expand(candidate.object_id)}")
    print(f"  relation   {candidate.predicate_id}, confidence {candidate.confidence or 'not given'}")
    for remark in (candidate.comment, candidate.see_also):
        if remark:
            print(f"             {remark}")
    sys.stdout.flush()


def _prompt(question: str) -> str:
    print(f"  {question} ", end="", flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise EOFError
    return answer.rstrip("\n")
