"""The commands: a module for each, a thin shell around an operation of the package."""
