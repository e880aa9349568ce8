"""What can go wrong with an outside system: the whole taxonomy, raised by services and worded by commands.

Only `Busy` and `Unreachable` may be retried blindly: both mean that nothing happened over there.
"""

from __future__ import annotations


class ServiceError(Exception):
    """Anything an outside system did to us. `system` is the name a person knows it by ("Freshdesk")."""

    def __init__(self, system: str, message: str) -> None:
        super().__init__(f"{system}: {message}")
        self.system = system
        self.message = message


class Refused(ServiceError):
    """The system said no; nothing happened there. `status` is HTTP's, `code` and `field` the system's."""

    def __init__(
        self, system: str, message: str, *, status: int = 0, code: str = "", field: str = ""
    ) -> None:
        super().__init__(system, message)
        self.status = status
        self.code = code
        self.field = field


class Busy(ServiceError):
    """The system asks us to come back after `retry_after` seconds; nothing happened there."""

    def __init__(self, system: str, retry_after: float, message: str = "too many requests") -> None:
        super().__init__(system, f"{message}; retry after {retry_after:g} s")
        self.retry_after = retry_after


class Unreachable(ServiceError):
    """No connection could be made, so the request never left; nothing happened there."""


class OutcomeUnknown(ServiceError):
    """The request left and no usable answer came back: the effect may or may not exist over there."""
