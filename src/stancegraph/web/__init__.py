"""The graph over HTTP: what `stancegraph serve` runs.

``application`` puts it together; ``routes`` holds its addresses, by who uses them; ``backend`` holds the processes that
answer queries and make pages; ``protocol`` reads requests of the SPARQL 1.1 Protocol, and ``negotiation`` chooses the
format of an answer.
"""
