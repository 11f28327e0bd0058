"""The form of a commit message: `python -m tests.project.commit_message FILE` checks one, as a commit-msg hook.

The subject is in the imperative, at most 72 characters long, and an empty line and a body that says why follow it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

LONGEST = 72
"""The greatest length of a subject, in characters."""
_SCISSORS = "# ------------------------ >8 ------------------------"
_OTHER_MOODS = re.compile(r"[A-Za-z]+(?:ed|ing|[^su]s)")
_IMPERATIVES = {"Bring", "Embed", "Exceed", "Feed", "Need", "Proceed", "Seed", "Shed", "Speed", "String"}
"""Verbs that only look like another mood."""


def problems(message: str) -> list[str]:
    """Return what is wrong with a commit message, as git hands it to a hook; comments are left out.

    A merge, and a commit that `git rebase --autosquash` is to fold into another, have the subjects that git gives them.

    >>> problems("Refuse a date that does not exist\\n\\nA calendar has no 31 June, and ranges went wrong.\\n")
    []
    >>> problems("Fixed dates.")
    ['the subject must not end with a full stop', "the subject must be in the imperative, and begins with 'Fixed'", \
'a body that says why is missing']
    """
    lines = [line.rstrip() for line in message.partition(_SCISSORS)[0].splitlines() if not line.startswith("#")]
    subject, *rest = lines or [""]
    if re.match(r"Merge |(?:fixup|squash|amend)! ", subject):
        return []
    first = subject.partition(" ")[0]
    checks = {
        f"the subject has {len(subject)} characters, and at most {LONGEST} are allowed": len(subject) > LONGEST,
        "the subject is missing": not subject,
        "the subject must begin with a capital letter": bool(subject) and not subject[0].isupper(),
        "the subject must not end with a full stop": subject.endswith("."),
        f"the subject must be in the imperative, and begins with {first!r}": bool(
            _OTHER_MOODS.fullmatch(first) and first not in _IMPERATIVES
        ),
        "the line after the subject must be empty": bool(rest and rest[0]),
        "a body that says why is missing": not any(rest),
    }
    return [problem for problem, applies in checks.items() if applies]


def main(path: str) -> int:
    """Check the message in the file at *path*, and return 1 if anything is wrong."""
    found = problems(Path(path).read_text(encoding="utf-8"))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
