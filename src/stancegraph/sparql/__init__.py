"""Queries: engines and endpoints that answer them, their text, values put into them, and the program's own."""
