"""Answers as pictures: timelines, matrices, networks, charts and maps, drawn as SVG or PNG without a browser."""

from stancegraph.output.pictures.drawing import to_png, to_svg
from stancegraph.output.pictures.guessing import guess_view
from stancegraph.output.pictures.marks import Picture, make_picture
from stancegraph.questions.view import View

__all__ = ["Picture", "View", "guess_view", "make_picture", "to_png", "to_svg"]
