"""The articles themselves: what the graph says against what they say."""
