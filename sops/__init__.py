"""What the assistant does: one module per procedure, in the words and order of the procedure."""
