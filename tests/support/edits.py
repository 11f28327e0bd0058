"""What people, editors and systems do to the files of a workspace: edits of every kind, to every kind of file."""

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
_ROW = "ex:{name}\tRuritania\tskos:exactMatch\t{number}\tRuritania\tsemapv:ManualMappingCuration"


class Desk:
    """Somebody at work on *space*, who decides by *chance*, and has a copy of what it was: *kept*."""

    def __init__(self, space: Workspace, kept: Path, chance: random.Random) -> None:
        self.space, self.kept, self.chance = space, kept, chance
        self.number = 0
        self.last: Path | None = None

    def edit(self, *, again: bool = False) -> str:
        """Do something to the files, or *again* to the one that was edited last; says what."""
        for _ in range(100):
            files = self.files()
            data = [path for path in files if path.is_relative_to(self.space.root / "data")]
            path = self.chance.choice(data if self.chance.random() < 0.8 else files)  # all else is built anew
            path = self.last if again and self.last is not None and self.last.is_file() else path
            deed = self.chance.choice(self.deeds(path))
            if deed(path) is not False:
                self.last = path
                return f"{deed.__name__} {path.relative_to(self.space.root)}"
        raise AssertionError("nothing can be done here")

    def files(self) -> list[Path]:
        """Files of every kind, kinds before numbers: of one kind there may be many, of another one."""
        root = self.space.root
        kinds: dict[tuple[str, ...], list[Path]] = {}
        for path in sorted([*root.glob("data/**/*"), *root.glob("ontology/**/*"), *root.glob("queries/**/*")]):
            parts = path.relative_to(root).parts
            if "releases" not in parts and not (path.is_dir() and not path.is_symlink()):
                kind = (*parts[:2], parts[-1] if parts[1] == "articles" else path.suffix)
                kinds.setdefault(kind, []).append(path)
        return [self.chance.choice(paths) for paths in kinds.values()]

    def deeds(self, path: Path) -> list[Callable[[Path], object]]:
        """What can be done to *path*."""
        anything = [
            self.spoil,
            self.delete,
            self.rename,
            self.copy,
            self.touch,
            self.rewrite,
            self.restore,
            self.restore,
            self.hide,
            self.restore_all,
            self.swap,
            self.same_size,
        ]
        if path.suffix == ".tsv":
            return [*anything, *4 * [self.add_row, self.drop_row, self.accept]]
        if path.suffix == ".ttl" and path.parent.name != "shapes":
            return [
                *anything,
                *4 * [self.add, self.remove, self.alter],
                *2 * [self.describe, self.enrich, self.sheet, self.move, self.split],
            ]
        return [*anything, *6 * [self.remark, self.soften]]

    def save(self, path: Path, content: bytes) -> None:
        """As editors do: in place, or beside it and then in its place."""
        if self.chance.random() < 0.5 and not path.is_symlink():
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
        """One more name, type or end of what is there."""
        triples = self._triples(path)
        if not triples:
            return False
        one, other = self.chance.choice(triples), self.chance.choice(triples)
        self._write(path, [*triples, Triple(one.subject, one.predicate, other.object)])
        return True

    def remove(self, path: Path) -> object:
        """A few triples less."""
        triples = self._triples(path)
        if not triples:
            return False
        self._write(path, [one for one in triples if self.chance.random() > 2 / len(triples)])
        return True

    def alter(self, path: Path) -> object:
        """A triple has the subject of another one."""
        triples = self._triples(path)
        if not triples:
            return False
        place = self.chance.randrange(len(triples))
        one, other = triples[place], self.chance.choice(triples)
        triples[place] = Triple(other.subject, one.predicate, one.object)
        self._write(path, triples)
        return True

    def split(self, path: Path) -> object:
        """Half of a file goes to another one beside it."""
        triples = self._triples(path)
        if not triples or path.parent.name == "ontology":
            return False
        half = len(triples) // 2
        self._write(path, triples[:half])
        self._write(path.with_name(f"more{self._next()}.ttl"), triples[half:])
        return True

    def describe(self, path: Path) -> object:
        """What is shared is said of, in a file of entities."""
        entities = self.space.root / "data" / "entities" / f"of{self.chance.randrange(3)}.ttl"
        line = self.chance.choice(
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
        """A target states something."""
        folder = self.space.root / "data" / "enrichment" / "wikidata"
        folder.mkdir(parents=True, exist_ok=True)
        line = f'<{RURITANIA}> <{_SKOS}altLabel> "Elsewhere {self._next()}"@en .\n'
        self.save(folder / f"fact{self.chance.randrange(2)}.ttl", line.encode())
        return True

    # to links

    def add_row(self, path: Path) -> object:
        """A row more, accepted or not, right or wrong."""
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        columns = next((line.split("\t") for line in lines if not line.startswith("#")), [])
        prefixes = [line[1:].strip().partition(":")[0] for line in lines if line.startswith("#   ")]
        if not columns or not prefixes:
            return False
        own = next((one for one in prefixes if one in {"actor", "place", "forum"}), prefixes[0])
        values = {
            "subject_id": f"{own}:{self.chance.choice(['China', 'NATO', 'Ruritania'])}",
            "subject_label": "it",
            "predicate_id": self.chance.choice(["skos:exactMatch", "skos:closeMatch", "owl:sameAs"]),
            "object_id": f"{prefixes[0]}:Q{self._next()}",
            "object_label": "it",
            "mapping_justification": "semapv:ManualMappingCuration",
            "author_label": "A",
            "reviewer_label": self.chance.choice(["B", ""]),
            "mapping_date": "2024-01-01",
            "confidence": "0.9",
            "see_also": "https://example.org/",
            "comment": "seen",
        }
        self.save(path, "\n".join([*lines, "\t".join(values.get(one, "") for one in columns), ""]).encode())
        return True

    def drop_row(self, path: Path) -> object:
        """The last row is gone."""
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        body = [line for line in lines if not line.startswith("#")]
        if len(body) < 2:
            return False
        self.save(path, "\n".join([*lines[:-1], ""]).encode())
        return True

    def accept(self, path: Path) -> object:
        """Somebody has reviewed all, or nobody any more."""
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        turned = text.replace("\tA\tB\t", "\tA\t\t") if "\tA\tB\t" in text else text.replace("\tA\t\t", "\tA\tB\t")
        self.save(path, turned.encode())
        return turned != text

    # to what is asked, and any file

    def remark(self, path: Path) -> object:
        """A line that says nothing."""
        if not path.is_file():
            return False
        self.save(path, path.read_bytes() + f"\n# {self._next()}\n".encode())
        return True

    def soften(self, path: Path) -> object:
        """A rule becomes a milder or a stricter one, a shape or a step another one."""
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        pairs = [
            ("severity: violation", "severity: info"),
            ("severity: info", "severity: warning"),
            ("sh:minCount 1", "sh:minCount 2"),
            ("sh:maxCount 1", "sh:maxCount 3"),
            ("WHERE {", "WHERE { FILTER EXISTS { ?any ?said ?of } "),
        ]
        fitting = [(one, other) for one, other in pairs if one in text]
        if not fitting:
            return False
        self.save(path, text.replace(*self.chance.choice(fitting), 1).encode())
        return True

    def spoil(self, path: Path) -> object:
        """What no parser takes."""
        if not path.is_file() or self.chance.random() < 0.5:  # what is spoilt stays so for a while
            return False
        self.save(path, self.chance.choice([b"\xef\xbb\xbf", b"\xff", b"", b"@ { <"]) + path.read_bytes()[:400])
        return True

    def delete(self, path: Path) -> object:
        """A file is gone, the ontology alone stays."""
        if path.name == "stancegraph.ttl":
            return False
        path.unlink()
        return True

    def rename(self, path: Path) -> object:
        """Another name in the same folder, and perhaps another place in the order."""
        if path.name == "stancegraph.ttl":
            return False
        stem, dot, rest = path.name.partition(".")
        path.rename(path.with_name(f"{self.chance.choice(['a', 'z'])}{self._next()}{stem[-20:]}{dot}{rest}"))
        return True

    def copy(self, path: Path) -> object:
        """The same beside it, or an article twice."""
        if path.parent.parent.name == "articles":
            shutil.copytree(path.parent, path.parent.with_name(f"copy{self._next()}"), symlinks=True)
        elif path.is_file():
            shutil.copy2(path, path.with_name(f"copy{self._next()}{path.name}"))
        return True

    def move(self, path: Path) -> object:
        """A file goes to another folder, and so to another graph."""
        data = self.space.root / "data"
        if path.parent.name in {"ontology", "shapes"} or not path.is_file():
            return False
        other = self.chance.choice([data / "vocabulary", data / "entities", data / "articles" / "moved"])
        other.mkdir(exist_ok=True)
        path.rename(other / path.name)
        return True

    def sheet(self, path: Path) -> object:
        """The sheet of an article comes or goes: without facts, the article is no part of the graph then."""
        folder = self.chance.choice(sorted((self.space.root / "data" / "articles").glob("*/")) or [path.parent])
        sheet = folder / "coding.txt"
        if sheet.exists():
            sheet.unlink()
        else:
            sheet.write_text("@ front-1\n", encoding="utf-8")
        if self.chance.random() < 0.5 and (folder / "facts.ttl").is_file():
            (folder / "facts.ttl").rename(folder / f"facts{self._next()}.ttl")
        return True

    def touch(self, path: Path) -> object:
        """Another time, and the same content."""
        if not path.is_file():
            return False
        os.utime(path, ns=(self.chance.randrange(10**18), self.chance.randrange(10**18)))
        return True

    def rewrite(self, path: Path) -> object:
        """The same content, saved anew."""
        if not path.is_file():
            return False
        self.save(path, path.read_bytes())
        return True

    def same_size(self, path: Path) -> object:
        """Another content of the same size, with the times that the file had."""
        if not path.is_file():
            return False
        before, state = path.read_bytes(), path.stat()
        after = before.replace(b"Ruritania", b"Ruritamia") if b"Ruritania" in before else before.swapcase()
        self.save(path, after)
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
        return after != before

    def swap(self, path: Path) -> object:
        """Two files change places."""
        others = [one for one in path.parent.iterdir() if one.suffix == path.suffix and one != path and one.is_file()]
        if not others or path.name == "stancegraph.ttl":
            return False
        other, beside = self.chance.choice(sorted(others)), path.with_name(".beside")
        path.rename(beside)
        other.rename(path)
        beside.rename(other)
        return True

    def hide(self, path: Path) -> object:
        """What an editor or a system leaves."""
        number = self._next()
        if self.chance.random() < 0.5:
            path.with_name(f".#{number}{path.name}").symlink_to("somebody@somewhere")
        else:
            path.with_name(f"._{number}{path.name}").write_bytes(b"\0\5")
        return True

    def restore(self, path: Path) -> object:
        """One file is as it was at the beginning, or is gone where there was none."""
        old = self.kept / path.relative_to(self.space.root)
        if old.is_file():
            path.unlink(missing_ok=True)
            shutil.copy2(old, path)
        else:
            path.unlink(missing_ok=True)
        return True

    def restore_all(self, path: Path) -> object:
        """All files are as they were at the beginning."""
        for folder in ("data", "ontology", "queries"):
            shutil.rmtree(self.space.root / folder)
            shutil.copytree(self.kept / folder, self.space.root / folder)
        return True

    def _next(self) -> int:
        self.number += 1
        return self.number
