"""Files of a workspace, read once, locked, and changed whole or not at all, whatever they say."""
