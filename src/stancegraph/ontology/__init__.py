"""The ontology: as Python objects, in Protégé's form, checked, compared, renamed, released and documented.

`load` returns its classes and the things of the graph as objects of `Owlready2 <https://owlready2.readthedocs.io>`_; it
needs the extra ``ontology``. The other modules do what ``stancegraph ontology`` does: `checking` and its report, the
bytes of Protégé in `owlapi`, changes in `comparing`, and `renaming`, `releases` and `reference`.
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
