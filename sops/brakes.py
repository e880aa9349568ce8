"""The brakes on everything that leaves the organisation: Pause all sending, the daily cap, allowed domains."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from sops.context import Context
from sops.ends import NeedsPerson

_PAUSED = "sending_paused"
_RESUMED_BY = "sending_resumed_by"
_SENT = "sent_today"
_counting = threading.Lock()
_pausing = threading.Lock()


@dataclass(frozen=True)
class Pause:
    """`by` is a Slack user id, or empty where the assistant did it itself, for the reason `why`."""

    by: str
    at: datetime
    why: str = ""

    @property
    def words(self) -> str:
        """Who paused and why, to follow "paused"."""
        who = f"by <@{self.by}>" if self.by else "by the assistant"
        return f"{who} ({self.why})" if self.why else who


def paused(context: Context) -> Pause | None:
    """Who paused all sending, and when (aware UTC)."""
    value = context.store.value(_PAUSED)
    return Pause(value["by"], datetime.fromisoformat(value["at"]), value.get("why", "")) if value else None


def pause(context: Context, by: str, why: str = "") -> bool:
    """Stop queued mails and shares at once. Anyone may; False where somebody did already."""
    with _pausing:
        if context.store.value(_PAUSED):
            return False
        context.store.set_value(_PAUSED, {"by": by, "at": context.clock.now().isoformat(), "why": why})
    context.progress.brakes()
    return True


def resume(context: Context, by: str) -> bool:
    """False where sending was not paused (any more)."""
    with _pausing:
        if not context.store.value(_PAUSED):
            return False
        context.store.set_value(_RESUMED_BY, by)
        context.store.set_value(_PAUSED, None)
    context.progress.brakes()
    return True


def resumed_by(context: Context) -> str:
    """Who resumed sending last (a Slack user id), empty when nobody ever did."""
    return str(context.store.value(_RESUMED_BY) or "")


def may_leave(context: Context, *, outside: bool = True) -> None:
    """Called by a step just before it lets something out. Raises NeedsPerson while sending is paused or the day's cap
    is reached; and in practice mode for what reaches people `outside`: its plan was made before that was switched on,
    since a plan made while practising reaches nobody outside."""
    if outside and not context.team.live:
        raise NeedsPerson(
            "Practice mode was switched on after you saw the plan. Look at the new plan.",
            not_outside="Nothing was sent.",
            reason="changed",
        )
    stopped = paused(context)
    if stopped is not None:
        raise NeedsPerson(
            f"All sending is paused {stopped.words}, until a sender resumes.",
            not_outside="Nothing was sent.",
            reason="paused",
        )
    if sent_today(context) >= context.team.daily_cap:
        raise NeedsPerson(
            f"Today's limit of {context.team.daily_cap} mails is reached. Retry tomorrow, or raise the limit "
            "in the settings.",
            not_outside="Nothing was sent.",
            reason="cap",
        )


def sent_today(context: Context) -> int:
    return len(_sent_keys(context))


def count(context: Context, key: str) -> None:
    """The mail of this key has left today; telling it twice counts once."""
    with _counting:
        keys = _sent_keys(context)
        if key not in keys:
            context.store.set_value(_SENT, {context.clock.today().isoformat(): [*keys, key]})


def _sent_keys(context: Context) -> list[str]:
    value = context.store.value(_SENT) or {}
    return list(value.get(context.clock.today().isoformat(), []))


def domain_allowed(context: Context, domain: str) -> bool:
    allowed = context.team.recipient_domains
    return not allowed or any(domain == one or domain.endswith("." + one) for one in allowed)
