"""KQL as text: read it into a syntax tree, and write the tree back."""
