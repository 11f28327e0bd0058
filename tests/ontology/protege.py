"""Protégé itself, on a virtual screen: assembled from its artifacts on Maven Central, driven by keyboard and mouse.

Protégé 5.6.5 is not published as a whole; its bundles are. They take the places of those of the distribution of 5.5.0,
with the versions of other bundles that the build file of 5.6.5 names. `jgo` fetches them; each has a pinned digest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

VERSION = "5.6.5"
NEEDED = ("Xvfb", "openbox", "xdotool", "java")
_PINNED = ROOT / "tests" / "ontology" / "protege-artifacts.tsv"
_CLASS_PATH = (
    "bundles/guava.jar", "bundles/logback-classic.jar", "bundles/logback-core.jar", "bundles/slf4j-api.jar",
    "bin/org.apache.felix.main.jar", "bin/maven-artifact.jar", "bin/protege-launcher.jar",
)  # fmt: skip


def missing() -> list[str]:
    """The programs that it needs and this machine lacks."""
    return [name for name in NEEDED if shutil.which(name) is None]


def _artifacts() -> Iterator[tuple[str, Path]]:
    """Each pinned artifact: where it goes, and its file."""
    from jgo.maven import MavenContext

    maven = MavenContext()
    for line in _PINNED.read_text(encoding="utf-8").splitlines():
        coordinates, place, digest = line.split("\t")
        group, name, version, *rest = coordinates.split(":")
        component = maven.project(group, name).at_version(version)
        artifact = component.artifact(classifier=rest[0], packaging=rest[1]) if rest else component.artifact()
        path: Path = artifact.resolve()
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, coordinates
        yield place, path


def assemble(folder: Path) -> Path:
    """Put Protégé together in *folder*, and return its root."""
    for place, path in _artifacts():
        if place == ".":
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
            (root,) = folder.iterdir()
        else:
            (root / place).parent.mkdir(exist_ok=True)
            shutil.copyfile(path, root / place)
    return root


@dataclass
class Screen:
    """A virtual screen with a program on it."""

    display: str
    pictures: Path

    def tool(self, *arguments: str) -> str:
        """Run xdotool, and return what it prints."""
        done = subprocess.run(
            ["xdotool", *arguments],
            env=os.environ | {"DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout.strip()

    def window(self, title: str, seconds: float = 90) -> str:
        """Wait for the window whose title matches, and bring it to a fixed place."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.tool("search", "--onlyvisible", "--name", title).split()
            if found:
                self.tool("windowactivate", "--sync", found[-1])
                return found[-1]
            time.sleep(0.5)
        self.picture("waiting")
        raise AssertionError(f"no window {title!r} on the screen")

    def click(self, window: str, x: int, y: int, *, pause: float = 1.0) -> None:
        """Click at a point of a window."""
        self.tool("mousemove", "--window", window, str(x), str(y))
        time.sleep(0.2)
        self.tool("click", "1")
        time.sleep(pause)

    def type(self, text: str, *, pause: float = 0.5) -> None:
        """Type *text*."""
        self.tool("type", "--delay", "40", text)
        time.sleep(pause)

    def key(self, name: str, *, pause: float = 1.0) -> None:
        """Press a key."""
        self.tool("key", name)
        time.sleep(pause)

    def titles(self) -> set[str]:
        """The titles of all windows, without those that are parts of every window of Java."""
        windows = self.tool("search", "--onlyvisible", "--name", ".+").split()
        return {self.tool("getwindowname", window) for window in windows} - {"Content window", "FocusProxy"}

    def picture(self, name: str) -> None:
        """Keep a picture of the screen, where ImageMagick is there to take it."""
        if shutil.which("import"):
            self.pictures.mkdir(parents=True, exist_ok=True)
            target = self.pictures / f"{name}.png"
            command = ["import", "-window", "root", str(target)]
            subprocess.run(command, env=os.environ | {"DISPLAY": self.display}, check=False, timeout=60)


@contextmanager
def running(root: Path, ontology: Path, home: Path, pictures: Path) -> Iterator[Screen]:
    """Protégé with *ontology* open, on a screen of its own; *home* is the user's folder."""
    home.mkdir(exist_ok=True)
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as pipe:
        display = f":{pipe.readline().strip()}"
    environment = os.environ | {"DISPLAY": display, "HOME": str(home)}
    manager = subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with (home / "protege.log").open("wb") as log:
        program = subprocess.Popen(
            [
                "java", f"-Duser.home={home}", "-Xmx1G", "-Xss16M", "-Dlogback.configurationFile=conf/logback.xml",
                "-DentityExpansionLimit=100000000", "-Dfile.encoding=UTF-8", "-classpath", ":".join(_CLASS_PATH),
                "org.protege.osgi.framework.Launcher", str(ontology),
            ],
            cwd=root, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield Screen(display, pictures)
        finally:
            for process in (program, manager, server):
                process.terminate()
            for process in (program, manager, server):
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(15)


def add_class(screen: Screen, name: str, label: str, definition: str) -> None:
    """Add a class below owl:Thing with a label and a definition in English, as a person does, and save."""
    main = screen.window(r"ontology \(https")
    screen.tool("windowmove", main, "5", "20")
    screen.tool("windowsize", "--sync", main, "1380", "860")
    time.sleep(2)
    screen.picture("opened")
    screen.click(main, 155, 92, pause=2)  # the tab of entities
    screen.click(main, 72, 218)  # owl:Thing
    screen.key("Right")
    screen.picture("tree")
    screen.click(main, 18, 192, pause=2)  # add a subclass
    screen.window("Create a new Class", 20)
    screen.type(name)
    screen.key("Return", pause=2)
    for place, text in ((21, label), (25, definition)):  # of rdfs:label and skos:definition among the properties
        screen.click(main, 611, 192, pause=2)  # add an annotation
        dialog = screen.window(f"^({name}|{label})$", 20)  # its title is what the class is called
        screen.tool("windowmove", dialog, "542", "41")
        time.sleep(1)
        _annotate(screen, place, text)
    screen.picture("class")
    screen.key("ctrl+s", pause=4)
    screen.picture("saved")


def classify(screen: Screen, main: str) -> None:
    """Choose HermiT in the menu of reasoners, and start it."""
    screen.tool("windowmove", main, "5", "20")
    screen.tool("windowsize", "--sync", main, "1380", "860")
    time.sleep(3)
    screen.click(main, 160, 10, pause=2)  # the menu
    screen.picture("reasoners")
    for key in ("Up", "Up", "Return"):  # from the last entry, which is None, to HermiT
        screen.key(key, pause=0.5)
    time.sleep(2)
    screen.key("ctrl+r", pause=3)


def _annotate(screen: Screen, place: int, text: str) -> None:
    """Fill the dialog that adds an annotation: the property at that place in the list, the text, English."""
    root = screen.tool("search", "--maxdepth", "0", ".*").split()[0]
    screen.click(root, 623, 150)
    screen.key("Home")
    screen.tool("key", "--repeat", str(place), "--delay", "60", "Down")
    screen.click(root, 1100, 200)
    screen.type(text)
    screen.click(root, 1100, 510)
    screen.type("en", pause=1)
    screen.key("Return")  # takes the language from the list
    screen.picture("annotation")
    screen.click(root, 907, 591, pause=2)  # OK
