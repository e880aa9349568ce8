"""Importing this registers every command, shortcut, button and form there is."""

from commands import attempts, hail_lead, partnerships, sending

__all__ = ["attempts", "hail_lead", "partnerships", "sending"]
