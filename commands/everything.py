"""Importing this registers every command, shortcut, button and form there is."""

from commands import attempts, confirming, hail_lead, partnerships, sending

__all__ = ["attempts", "confirming", "hail_lead", "partnerships", "sending"]
