"""The files of a workspace: read once, locked, and changed as a whole or not at all."""
