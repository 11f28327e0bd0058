"""Random edits of the files of a workspace, of every kind that people, editors and systems make."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse, serialize

from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.workspace.folders import Workspace

RURITANIA = "https://w3id.org/stancegraph/id/example/Ruritania"
_SG, _SKOS, _RDFS = PREFIXES["sg"], PREFIXES["skos"], PREFIXES["rdfs"]
_ROW = "ex:{name}\tRuritania\tschema:sameAs\t{number}\tRuritania\tsemapv:ManualMappingCuration"


class RandomEditor:
    """An editor of the workspace *space* that chooses by *rng*, and has a copy of the *original* workspace."""

    def __init__(self, space: Workspace, original: Path, rng: random.Random) -> None:
        self.space, self.original, self.rng = space, original, rng
        self.number = 0
        self.edits_made = 0
        self.last: Path | None = None

    def edit(self, *, again: bool = False) -> str:
        """Make an edit, with *again* of the file that was edited last, and return its name and the file."""
        for _ in range(100):
            files = self.choose_files()
            data = [path for path in files if path.is_relative_to(self.space.root / "data")]
            # most edits are of data: every other file causes a build from scratch
            path = self.rng.choice(data if self.rng.random() < 0.8 else files)
            path = self.last if again and self.last is not None and self.last.is_file() else path
            edit = self.rng.choice(self.edits(path))
            if edit(path) is not False:
                self.last = path
                self.edits_made += 1
                return f"{edit.__name__} {path.relative_to(self.space.root)}"
        raise AssertionError("no edit is possible")

    def choose_files(self) -> list[Path]:
        """Return one file of each kind, chosen at random, so that rare kinds are edited as often as common ones."""
        root = self.space.root
        kinds: dict[tuple[str, ...], list[Path]] = {}
        for path in sorted([*root.glob("data/**/*"), *root.glob("ontology/**/*"), *root.glob("queries/**/*")]):
            parts = path.relative_to(root).parts
            if "releases" not in parts and not (path.is_dir() and not path.is_symlink()):
                kind = (*parts[:2], parts[-1] if parts[1] == "articles" else path.suffix)
                kinds.setdefault(kind, []).append(path)
        return [self.rng.choice(paths) for paths in kinds.values()]

    def edits(self, path: Path) -> list[Callable[[Path], object]]:
        """Return the edits of a file of this kind, those that are to be more frequent several times."""
        general = [
            self.corrupt,
            self.delete,
            self.rename,
            self.copy,
            self.touch,
            self.rewrite,
            self.restore,
            self.restore,
            self.leave_hidden_file,
            self.restore_all,
            self.swap,
            self.rewrite_same_size,
        ]
        if path.suffix == ".tsv":
            return [*general, *4 * [self.add_row, self.drop_row, self.toggle_reviewer]]
        if path.suffix == ".ttl" and path.parent.name != "shapes":
            return [
                *general,
                *4 * [self.add, self.remove, self.alter],
                *2 * [self.describe, self.enrich, self.toggle_sheet, self.move, self.split],
            ]
        return [*general, *6 * [self.add_comment, self.change_rule]]

    def save(self, path: Path, content: bytes) -> None:
        """Save a file as editors do: in place, or by a new file that replaces it."""
        if self.rng.random() < 0.5 and not path.is_symlink():
            path.write_bytes(content)
        else:
            beside = path.with_name(f".{path.name}~")
            beside.write_bytes(content)
            beside.replace(path)

    def _triples(self, path: Path) -> list[Triple] | None:
        try:
            return [quad.triple for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)]
        except (OSError, SyntaxError):
            return None

    def _write(self, path: Path, triples: list[Triple]) -> None:
        self.save(path, serialize(triples, format=RdfFormat.TURTLE) or b"")

    # to triples

    def add(self, path: Path) -> object:
        """Add a triple whose object is that of another triple."""
        triples = self._triples(path)
        if not triples:
            return False
        triple, other = self.rng.choice(triples), self.rng.choice(triples)
        self._write(path, [*triples, Triple(triple.subject, triple.predicate, other.object)])
        return True

    def remove(self, path: Path) -> object:
        """Remove a few triples."""
        triples = self._triples(path)
        if not triples:
            return False
        self._write(path, [triple for triple in triples if self.rng.random() > 2 / len(triples)])
        return True

    def alter(self, path: Path) -> object:
        """Give a triple the subject of another triple."""
        triples = self._triples(path)
        if not triples:
            return False
        place = self.rng.randrange(len(triples))
        triple, other = triples[place], self.rng.choice(triples)
        triples[place] = Triple(other.subject, triple.predicate, triple.object)
        self._write(path, triples)
        return True

    def split(self, path: Path) -> object:
        """Move half of a file to a new file beside it."""
        triples = self._triples(path)
        if not triples or path.parent.name == "ontology":
            return False
        half = len(triples) // 2
        self._write(path, triples[:half])
        self._write(path.with_name(f"more{self._next()}.ttl"), triples[half:])
        return True

    def describe(self, path: Path) -> object:
        """Add a statement about a shared entity or class to a file of entities."""
        entities = self.space.root / "data" / "entities" / f"of{self.rng.randrange(3)}.ttl"
        line = self.rng.choice(
            [
                f'<{RURITANIA}> <{_SKOS}altLabel> "Name {self._next()}"@en .',
                f"<{RURITANIA}> a <{_SG}Passage> .",
                f"<{_SG}Place> <{_RDFS}subClassOf> <{_SG}Passage> .",
                f'<{RURITANIA}{self._next()}> a <{_SG}State> ; <{_RDFS}label> "Ruritania"@en .',
            ]
        )
        before = entities.read_text(encoding="utf-8", errors="replace") if entities.is_file() else ""
        self.save(entities, f"{before}{line}\n".encode())
        return True

    def enrich(self, path: Path) -> object:
        """Add an external statement of a target."""
        folder = self.space.root / "data" / "enrichment" / "wikidata"
        folder.mkdir(parents=True, exist_ok=True)
        line = f'<{RURITANIA}> <{_SKOS}altLabel> "Elsewhere {self._next()}"@en .\n'
        self.save(folder / f"fact{self.rng.randrange(2)}.ttl", line.encode())
        return True

    # to links

    def add_row(self, path: Path) -> object:
        """Add a row, reviewed or not, valid or not."""
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        columns = next((line.split("\t") for line in lines if not line.startswith("#")), [])
        prefixes = [line[1:].strip().partition(":")[0] for line in lines if line.startswith("#   ")]
        if not columns or not prefixes:
            return False
        own = next((prefix for prefix in prefixes if prefix in {"actor", "place", "forum"}), prefixes[0])
        values = {
            "subject_id": f"{own}:{self.rng.choice(['China', 'NATO', 'Ruritania'])}",
            "subject_label": "it",
            "predicate_id": self.rng.choice(["schema:sameAs", "skos:closeMatch", "owl:sameAs"]),
            "object_id": f"{prefixes[0]}:Q{self._next()}",
            "object_label": "it",
            "mapping_justification": "semapv:ManualMappingCuration",
            "author_label": "A",
            "reviewer_label": self.rng.choice(["B", ""]),
            "mapping_date": "2024-01-01",
            "confidence": "0.9",
            "see_also": "https://example.org/",
            "comment": "seen",
        }
        self.save(path, "\n".join([*lines, "\t".join(values.get(column, "") for column in columns), ""]).encode())
        return True

    def drop_row(self, path: Path) -> object:
        """Remove the last row."""
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        body = [line for line in lines if not line.startswith("#")]
        if len(body) < 2:
            return False
        self.save(path, "\n".join([*lines[:-1], ""]).encode())
        return True

    def toggle_reviewer(self, path: Path) -> object:
        """Add a reviewer to all rows, or remove the reviewer."""
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        changed = text.replace("\tA\tB\t", "\tA\t\t") if "\tA\tB\t" in text else text.replace("\tA\t\t", "\tA\tB\t")
        self.save(path, changed.encode())
        return changed != text

    # to queries, shapes and any file

    def add_comment(self, path: Path) -> object:
        """Add a comment."""
        if not path.is_file():
            return False
        self.save(path, path.read_bytes() + f"\n# {self._next()}\n".encode())
        return True

    def change_rule(self, path: Path) -> object:
        """Change the severity of a check, a count of a shape, or the pattern of a query."""
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        pairs = [
            ("severity: violation", "severity: info"),
            ("severity: info", "severity: warning"),
            ("sh:minCount 1", "sh:minCount 2"),
            ("sh:maxCount 1", "sh:maxCount 3"),
            ("WHERE {", "WHERE { FILTER EXISTS { ?any ?said ?of } "),
        ]
        applicable = [(old, new) for old, new in pairs if old in text]
        if not applicable:
            return False
        self.save(path, text.replace(*self.rng.choice(applicable), 1).encode())
        return True

    def corrupt(self, path: Path) -> object:
        """Replace a file by one that does not parse."""
        if not path.is_file() or self.rng.random() < 0.5:  # a corrupt file stays so for a while
            return False
        self.save(path, self.rng.choice([b"\xef\xbb\xbf", b"\xff", b"", b"@ { <"]) + path.read_bytes()[:400])
        return True

    def delete(self, path: Path) -> object:
        """Delete a file other than the ontology."""
        if path.name == "stancegraph.ttl":
            return False
        path.unlink()
        return True

    def rename(self, path: Path) -> object:
        """Rename a file within its folder, which may change the order of files."""
        if path.name == "stancegraph.ttl":
            return False
        stem, dot, rest = path.name.partition(".")
        path.rename(path.with_name(f"{self.rng.choice(['a', 'z'])}{self._next()}{stem[-20:]}{dot}{rest}"))
        return True

    def copy(self, path: Path) -> object:
        """Copy a file or a whole article beside itself."""
        if path.parent.parent.name == "articles":
            shutil.copytree(path.parent, path.parent.with_name(f"copy{self._next()}"), symlinks=True)
        elif path.is_file():
            shutil.copy2(path, path.with_name(f"copy{self._next()}{path.name}"))
        return True

    def move(self, path: Path) -> object:
        """Move a file to another folder, and so to another graph."""
        data = self.space.root / "data"
        if path.parent.name in {"ontology", "shapes"} or not path.is_file():
            return False
        other = self.rng.choice([data / "vocabulary", data / "entities", data / "articles" / "moved"])
        other.mkdir(exist_ok=True)
        path.rename(other / path.name)
        return True

    def toggle_sheet(self, path: Path) -> object:
        """Add or remove the sheet of an article, and perhaps its facts, without which it is not in the graph."""
        folder = self.rng.choice(sorted((self.space.root / "data" / "articles").glob("*/")) or [path.parent])
        sheet = folder / "coding.txt"
        if sheet.exists():
            sheet.unlink()
        else:
            sheet.write_text("@ front-1\n", encoding="utf-8")
        if self.rng.random() < 0.5 and (folder / "facts.ttl").is_file():
            (folder / "facts.ttl").rename(folder / f"facts{self._next()}.ttl")
        return True

    def touch(self, path: Path) -> object:
        """Change the times of a file, and not its content."""
        if not path.is_file():
            return False
        os.utime(path, ns=(self.rng.randrange(10**18), self.rng.randrange(10**18)))
        return True

    def rewrite(self, path: Path) -> object:
        """Save a file with the same content."""
        if not path.is_file():
            return False
        self.save(path, path.read_bytes())
        return True

    def rewrite_same_size(self, path: Path) -> object:
        """Change the content of a file, and not its size and times."""
        if not path.is_file():
            return False
        before, state = path.read_bytes(), path.stat()
        after = before.replace(b"Ruritania", b"Ruritamia") if b"Ruritania" in before else before.swapcase()
        self.save(path, after)
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
        return after != before

    def swap(self, path: Path) -> object:
        """Swap two files."""
        others = [
            file for file in path.parent.iterdir() if file.suffix == path.suffix and file != path and file.is_file()
        ]
        if not others or path.name == "stancegraph.ttl":
            return False
        other, beside = self.rng.choice(sorted(others)), path.with_name(".beside")
        path.rename(beside)
        other.rename(path)
        beside.rename(other)
        return True

    def leave_hidden_file(self, path: Path) -> object:
        """Leave behind a lock or a resource file, as editors and systems do."""
        number = self._next()
        if self.rng.random() < 0.5:
            path.with_name(f".#{number}{path.name}").symlink_to("somebody@somewhere")
        else:
            path.with_name(f"._{number}{path.name}").write_bytes(b"\0\5")
        return True

    def restore(self, path: Path) -> object:
        """Restore a file from the original workspace, or delete it if it is not there."""
        old = self.original / path.relative_to(self.space.root)
        if old.is_file():
            path.unlink(missing_ok=True)
            shutil.copy2(old, path)
        else:
            path.unlink(missing_ok=True)
        return True

    def restore_all(self, path: Path) -> object:
        """Restore all files from the original workspace."""
        for folder in ("data", "ontology", "queries"):
            shutil.rmtree(self.space.root / folder)
            shutil.copytree(self.original / folder, self.space.root / folder)
        return True

    def _next(self) -> int:
        self.number += 1
        return self.number
