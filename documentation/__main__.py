"""``python -m documentation``: make the generated parts of the pages anew."""

from __future__ import annotations

from documentation.regions import ROOT, pages, regenerated


def main() -> None:
    """Write the pages that are not as the program has them, and name them."""
    for path in pages():
        text = path.read_text(encoding="utf-8")
        renewed = regenerated(text)
        if renewed != text:
            path.write_text(renewed, encoding="utf-8")
            print(path.relative_to(ROOT).as_posix())


if __name__ == "__main__":
    main()
