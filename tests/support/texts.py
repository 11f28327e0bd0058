"""A short text, and a sheet that codes all of it, without a violation."""

TEXT = """The tale of Zenda

One

Zenda fears a war with Ruritania. It hopes for peace.

Two

Ruritania opposes the pact, officials said on Monday.
"""
SHEET = """
state Zenda: Zenda
publication coded: The tale of Zenda
  title: "The tale of Zenda"

@ front-1
no claim: A title.
@ one-0
no claim: A heading.
@ one-1-1
says OwnStatement
  stance zenda-fears-war: Zenda fears a war.
    holder: Zenda; attitude: Fears; position: Undeclared; certainty: Flat
    target: Ruritania
@ one-1-2
no claim: It repeats.
@ two-0
no claim: A heading.
@ two-1-1
no claim: It repeats.
"""
