"""Errors of outside systems in the words of the person who waits."""

from __future__ import annotations

from services.errors import Busy, OutcomeUnknown, Refused, ServiceError, Unreachable
from sops.blocks import escape


def in_words(error: ServiceError) -> str:
    """What went wrong with an outside system, for the person who waits."""
    if isinstance(error, Unreachable):
        return f"{error.system} cannot be reached. Try again in a few minutes."
    if isinstance(error, OutcomeUnknown):
        return f"{error.system} gave no answer, so it is not known whether it did it."
    if isinstance(error, Busy):
        return f"{error.system} is busy. Try again in {error.retry_after:.0f} seconds."
    if error.system.startswith("Google"):
        return f"{error.system} says: {escape(error.message)}."
    if isinstance(error, Refused) and error.status == 401:
        return f"{error.system} does not accept our key. Whoever runs the assistant has to renew it."
    if isinstance(error, Refused) and error.status == 403:
        return f"{error.system} does not let our key do this (it has to be an administrator's)."
    return f"{error.system} says: {escape(error.message)}."
