"""The exit statuses of the command line, from the classes of errors."""

from __future__ import annotations

import inspect

from documentation.markdown import code, table
from stancegraph import errors

_WITHOUT_ERROR = {0: "The command did what it was asked to.", 130: "It was interrupted from the keyboard."}


def table_rows() -> list[tuple[int, str, str]]:
    """Each status, the class of errors that it stands for, and what it means."""
    classes = [
        kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.StancegraphError)
    ]
    rows = [
        (kind.exit_status, kind.__name__, (inspect.getdoc(kind) or "").partition("\n")[0])
        for kind in classes
        if kind is not errors.StancegraphError
    ]
    return sorted([*rows, *((status, "", meaning) for status, meaning in _WITHOUT_ERROR.items())])


def table_of_statuses() -> str:
    """All exit statuses."""
    rows = [(str(status), code(name), meaning) for status, name, meaning in table_rows()]
    return table(["status", "error", "meaning"], rows)
