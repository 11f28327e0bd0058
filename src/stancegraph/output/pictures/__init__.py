"""Answers as pictures: timeline, matrix, network, chart and map, as SVG or PNG, with no network and no browser."""

from stancegraph.output.pictures.drawing import png, svg
from stancegraph.output.pictures.guessing import guess
from stancegraph.output.pictures.marks import Picture, picture
from stancegraph.questions.view import View

__all__ = ["Picture", "View", "guess", "picture", "png", "svg"]
