"""How much of the program the tests reach: `python -m tests.project.coverage_table coverage.json` prints a table.

The file is a report of coverage.py in JSON, as `pytest --cov --cov-report json:coverage.json` writes it. It counts what
the processes of the tests run themselves: what runs in processes of its own, such as the workers of a server, counts as
not reached. So the table is for reading, and nothing fails by it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

LOW = 80.0
"""Files of which less is reached, in per cent, are listed."""


def table(report: Path) -> str:
    """Return the total of a report, and a row for each file below `LOW`, the lowest first, in Markdown."""
    read = json.loads(report.read_text(encoding="utf-8"))
    files = ((name, file["summary"]) for name, file in read["files"].items())
    low = sorted((file["percent_covered"], name, file) for name, file in files if file["percent_covered"] < LOW)
    lines = [
        f"The tests reach {read['totals']['percent_covered']:.1f} % of {read['totals']['num_statements']:,} statements "
        f"in {len(read['files'])} files; less than {LOW:.0f} % in {len(low)}.",
    ]
    if low:
        lines += ["", "| file | statements | not reached | reached |", "| --- | ---: | ---: | ---: |"]
        lines += [
            f"| {name} | {file['num_statements']} | {file['missing_lines']} | {percent:.0f} % |"
            for percent, name, file in low
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(Path(sys.argv[1])))
