"""How good proposals are, measured against what people coded and what is known."""
