"""The coding sheet: the claims of an article in a form that a person writes, and that compiles to Turtle and back."""
