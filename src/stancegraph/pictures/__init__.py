"""Answers as pictures: timeline, matrix, network, chart and map, as SVG or PNG, with no network and no browser."""

from stancegraph.pictures.drawing import png, svg
from stancegraph.pictures.guessing import guess
from stancegraph.pictures.marks import Picture, picture
from stancegraph.view import View

__all__ = ["Picture", "View", "guess", "picture", "png", "svg"]
