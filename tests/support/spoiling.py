"""Articles with faults at random places."""

from __future__ import annotations

import random
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad


def spoil(quads: Iterable[Quad], seed: int) -> list[Quad]:
    """Return quads of which, in graphs of articles, one in fifty is lost, and one in a hundred has a wrong value.

    Args:
        quads: The quads of sound graphs.
        seed: With the same one, the same is spoilt.
    """
    chance = random.Random(seed)
    wrong: list[Literal | NamedNode] = [
        Literal("wrong"),
        Literal(-1),
        NamedNode("https://w3id.org/stancegraph/id/actor/China"),
    ]
    spoilt = []
    for quad in quads:
        if "/article/" not in str(quad.graph_name) or (draw := chance.random()) > 0.03:
            spoilt.append(quad)
        elif draw < 0.01:
            spoilt.append(Quad(quad.subject, quad.predicate, chance.choice(wrong), quad.graph_name))
    return spoilt
