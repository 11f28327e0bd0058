"""Run checks: rules that cross graphs, count or follow paths, which a query says better than a shape.

A check is a stored query in ``queries/check/``: each row of its answer is a finding, with the columns
``?subject`` and, where it helps, ``?value``. Its header gives *problem*, *remedy* and *severity*.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stancegraph.errors import DataError, UsageError
from stancegraph.findings import Finding, Severity
from stancegraph.isolation.deadline import step
from stancegraph.questions import stored_query
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Answer, Engine, Rows

HEADER_KEYS = {
    "severity": "`violation`, which keeps the graph from being published, `warning` or `info`. Required.",
    "problem": "What is wrong with the subject. Required.",
    "remedy": "What to do about it. Required.",
    "targets": "A list of classes, and of properties whose subjects are meant, among which the subject is. With it, "
    "the check is published with the shapes, as a constraint of SHACL, and may not use VALUES, MINUS or GRAPH.",
}
"""The keys of the header of a check beyond those of every stored query, and what each says."""


def targets(query: StoredQuery) -> list[str]:
    """Return the prefixed names of the classes and properties among whose instances and subjects a check looks."""
    header = query.header or {}
    return [str(name) for name in header.get("targets", ())]


def check(engine: Engine, path: Path, text: str | None = None) -> list[Finding]:
    """Run one check and return its findings.

    Args:
        engine: The engine that answers the query.
        path: The file of the check, which also gives its header and its name.
        text: The query to run instead of the one in the file, such as its restriction to some subjects.

    Returns:
        A finding for each row of the answer, in the order of the rows.

    Raises:
        DataError: If the file is not a check, or its query cannot be answered.
        ExternalError: If the file cannot be read, or the engine fails.
    """
    query = stored_query.load(path)
    header = query.header or {}
    try:
        severity, problem, remedy = Severity(header["severity"]), str(header["problem"]), str(header["remedy"])
    except (KeyError, ValueError) as error:
        raise DataError(
            f"a field of the check's header is missing or wrong: {error}",
            file=path,
            remedy="give problem, remedy, and severity: violation, warning or info",
        ) from None
    step(f"the check {path.stem}")
    answer = _answer(engine, text or query.text, path)
    if not isinstance(answer, Rows) or "subject" not in answer.variables:
        raise DataError("a check must SELECT ?subject", file=path, remedy="name the thing that is wrong ?subject")
    return [
        Finding(
            severity,
            query.name,
            row["subject"].value if "subject" in row else "(nothing)",
            problem.strip(),
            remedy.strip(),
            value=row["value"].value if "value" in row else None,
        )
        for row in answer
    ]


def _answer(engine: Engine, text: str, path: Path) -> Answer:
    """Answer the query *text*; raise `DataError` with the *path* of its file where it is wrong."""
    try:
        return engine.query(text)
    except UsageError as error:
        raise DataError(error.message, file=path, remedy=error.remedy) from None


def run_checks(engine: Engine, paths: Iterable[Path]) -> list[Finding]:
    """Return the findings of the checks in *paths*, which *engine* answers, in this order.

    Raises:
        DataError: If a file is not a check, or its query cannot be answered.
        ExternalError: If a file cannot be read, or the engine fails.
    """
    return [finding for path in paths for finding in check(engine, path)]
