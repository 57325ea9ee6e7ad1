"""How events come in: bytes to rows, with an exact account of what was kept, folded and set aside."""
