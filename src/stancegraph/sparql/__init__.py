"""Queries: the engines and endpoints that answer them, their text, the values put into them, and the program's own."""
