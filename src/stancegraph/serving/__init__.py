"""The graph over HTTP: what `stancegraph serve` runs.

``media`` chooses the form of an answer, ``pool`` runs queries in processes that can be killed, ``protocol`` reads
requests by the SPARQL 1.1 Protocol, ``application`` puts them together.
"""
