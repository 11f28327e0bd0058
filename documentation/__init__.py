"""The documentation site: what is generated in its pages, and what MkDocs needs to build it.

A page is written by hand, with parts that are made from the program itself between two comments::

    <!-- generated: command build -->
    …
    <!-- end -->

``python -m documentation`` makes them anew; a test fails where one is not as the program has it.
"""
