"""What a query says better than a shape: rules that cross graphs, count, or follow paths.

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
from stancegraph.sparql.engine import Answer, Engine, Rows


def check(engine: Engine, path: Path, text: str | None = None) -> list[Finding]:
    """Run the check in *path*, or the part of it that *text* asks for; raise `DataError` where it is not one."""
    query = stored_query.load(path)
    header = query.header or {}
    try:
        severity, problem, remedy = Severity(header["severity"]), str(header["problem"]), str(header["remedy"])
    except (KeyError, ValueError) as error:
        raise DataError(
            f"the header of a check lacks or mistakes {error}",
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
    try:
        return engine.query(text)
    except UsageError as error:
        raise DataError(error.message, file=path, remedy=error.remedy) from None


def run_checks(engine: Engine, paths: Iterable[Path]) -> list[Finding]:
    """Run all checks of *paths*."""
    return [finding for path in paths for finding in check(engine, path)]
