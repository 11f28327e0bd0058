"""The project as a whole: its layout, its style, its documentation, and what it is made of."""
