"""Command-line tools of Apache Jena, which the jar of Fuseki holds besides the server."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def run_jena(tool: str, *arguments: str | Path, folder: Path) -> str:
    """Run a tool of Jena.

    Args:
        tool: The name of its class, such as ``riotcmd.riot``.
        *arguments: The arguments of the tool.
        folder: A folder that it may use.

    Returns:
        What it prints; counts go to standard error. The test is skipped where Fuseki or Java is absent.
    """
    jar = os.environ.get("STANCEGRAPH_FUSEKI_JAR")
    if jar is None or not Path(jar).is_file() or shutil.which("java") is None:
        pytest.skip("no Jena: STANCEGRAPH_FUSEKI_JAR names the jar (Maven Central: jena-fuseki-server), run by Java 17")
    command = ["java", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", jar, tool, *map(str, arguments)]
    environment = os.environ | {"SIS_DATA": str(folder)}  # of which Jena would say that it is not set
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
