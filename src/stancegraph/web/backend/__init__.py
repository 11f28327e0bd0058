"""The processes behind the server: workers that answer and make pages, within bounds, and how they are reached."""
