"""``stancegraph link review``: a person decides."""

from __future__ import annotations

import datetime
import sys
from functools import partial
from typing import Annotated

import typer

from stancegraph.cli.context import note, of
from stancegraph.cli.services import file_of
from stancegraph.errors import UsageError
from stancegraph.linking import review as reviewing
from stancegraph.linking import sssom
from stancegraph.linking.review import Decision, Review
from stancegraph.linking.sssom import Mapping, MappingSet

_KEYS = {"a": Decision.ACCEPT, "r": Decision.REJECT, "s": Decision.SKIP, "u": Decision.UNDO, "q": Decision.QUIT}


def review(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="The target whose candidates are looked at.")],
    reviewer: Annotated[str, typer.Option(help="Who reviews, as the rows will say.")],
) -> None:
    """Walk through the candidates of a target. Each decision is written at once: nothing is lost when it breaks off."""
    workspace = of(context).workspace
    path = file_of(workspace, target)
    if not reviewer.strip():
        raise UsageError("who reviews?", subject="--reviewer", remedy="give a name")
    doing = Review(reviewer.strip(), datetime.date.today().isoformat())

    def ask(one: Mapping, number: int, total: int) -> tuple[Decision, Mapping]:
        _show(one, number, total, sssom.read(path))
        while True:
            decision = _KEYS.get(_asked("[a]ccept  [r]eject  [s]kip  [u]ndo  [q]uit").strip().lower()[:1])
            if decision is None:
                note("Answer with one of the letters.")
                continue
            if decision is Decision.ACCEPT:
                source = one.see_also or _asked("Checked against which public source (its address)?")
                reason = _asked("Why is it certain?")
                try:
                    return decision, doing.accept(one, reason.strip(), source.strip())
                except UsageError as error:
                    note(f"Not accepted: {error.message}.")
                    continue
            if decision is Decision.REJECT:
                return decision, doing.reject(one, _asked("Why is it wrong?").strip())
            return decision, one

    try:
        told = reviewing.walk(lambda: sssom.read(path), partial(sssom.change, workspace.root, path), ask)
    except (EOFError, KeyboardInterrupt):
        note("\nEnded; what was decided is written.")
        return
    left = len(reviewing.list_candidates(sssom.read(path)))
    note(
        f"{told[Decision.ACCEPT]} accepted, {told[Decision.REJECT]} rejected; {left} candidates are left. "
        "`stancegraph build` publishes what is accepted."
    )


def _show(one: Mapping, number: int, total: int, within: MappingSet) -> None:
    """Both sides of a candidate, on standard output."""
    print(f"\n{number} of {total}")
    print(f"  here       {one.subject_label} ({one.subject_id})")
    print(f"  elsewhere  {one.object_label} ({one.object_id}, {one.object_category})")
    print(f"             {within.expand(one.object_id)}")
    print(f"  relation   {one.predicate_id}, confidence {one.confidence or 'not given'}")
    for words in (one.comment, one.see_also):
        if words:
            print(f"             {words}")
    sys.stdout.flush()


def _asked(question: str) -> str:
    print(f"  {question} ", end="", flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise EOFError
    return answer.rstrip("\n")
