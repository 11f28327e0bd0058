"""The ontology: as Python objects, as Protégé saves it, checked, compared, renamed, documented.

`load` gives its classes and the things of the graph as objects of `Owlready2 <https://owlready2.readthedocs.io>`_;
it needs the extra ``ontology``. What the command ``stancegraph ontology`` does is in the modules of this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stancegraph.ontology.objects import Objects, load

__all__ = ["Objects", "load"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from stancegraph.ontology import objects

        return getattr(objects, name)
    raise AttributeError(name)
