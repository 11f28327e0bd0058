"""``python -m stancegraph`` runs ``stancegraph``."""

from stancegraph.cli.main import main

if __name__ == "__main__":
    main()
