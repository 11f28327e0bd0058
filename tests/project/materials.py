"""The bill of materials of a whole environment: Python's, which cyclonedx-py has written, and the Java libraries.

``python -m tests.project.materials FROM TO`` adds the libraries of ``ontology/jars.tsv``, and fails if the result
is not valid.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from stancegraph.ontology import jars


def with_jars(told: dict[str, Any]) -> dict[str, Any]:
    """The bill *told*, in CycloneDX 1.6, with a component for each Java library."""
    java = [
        {
            "type": "library",
            "bom-ref": f"pkg:maven/{jar.group}/{jar.artifact}@{jar.version}",
            "group": jar.group,
            "name": jar.artifact,
            "version": jar.version,
            "purl": f"pkg:maven/{jar.group}/{jar.artifact}@{jar.version}",
            "hashes": [{"alg": "SHA-256", "content": jar.sha256}],
        }
        for jar in jars.pinned_jars()
    ]
    return told | {"components": told.get("components", []) + java}


def main(source: str, target: str) -> None:
    """Read one file, write the other."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    whole = with_jars(json.loads(Path(source).read_text(encoding="utf-8")))
    text = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error is not None:
        sys.exit(f"not valid CycloneDX 1.6: {error}")
    Path(target).write_text(text, encoding="utf-8")
    print(f"{len(whole['components'])} components")


if __name__ == "__main__":
    main(*sys.argv[1:])
