"""The addresses of the server, by who asks: people, programs, matchers of tables, and editors."""
