"""The routes of the server, by who asks: people, programs, clients that reconcile tables, and editors."""
