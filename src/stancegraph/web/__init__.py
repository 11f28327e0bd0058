"""The graph over HTTP: what `stancegraph serve` runs.

``application`` puts it together; ``routes`` are its addresses, by who asks; ``backend`` are the processes that
answer and make pages; ``protocol`` reads requests by the SPARQL 1.1 Protocol, and ``negotiation`` chooses the form of
an answer.
"""
