"""Workspaces: where their files are, and how a new one is created."""
