"""The documentation site: its generated pages, and what MkDocs needs to build it."""
