"""The coding sheet: the claims of an article in a format that people write, compiled to Turtle and printed from it."""
