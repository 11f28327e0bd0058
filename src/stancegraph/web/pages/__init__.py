"""The pages for people: plain HTML from templates, which works without scripts; scripts only enrich it.

Everything that comes from the graph or a request is escaped, and a Content-Security-Policy allows nothing from other
servers.
"""
