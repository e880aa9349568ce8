"""The outside world, one thin module per system."""
