"""The commands: each module is one verb, a thin shell around an operation of the package."""
