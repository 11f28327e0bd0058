"""The graph as a service of the `Reconciliation API 0.2 <https://reconciliation-api.github.io/specs/0.2/>`_, with which
OpenRefine and other clients match the cells of their tables to things of the graph.
"""
