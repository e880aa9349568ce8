"""The clients of the outside systems."""
