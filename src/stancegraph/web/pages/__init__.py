"""The pages for people: plain HTML from templates, that reads and works without scripts; scripts enrich it.

Whatever the graph or a request says is escaped; a Content-Security-Policy lets nothing in from elsewhere.
"""
