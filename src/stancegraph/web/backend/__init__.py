"""The processes behind the server: workers that answer queries and make pages within limits, and access to them."""
