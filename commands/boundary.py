"""The edge of every handler: who is not to be answered is turned away, and errors become sentences, shown where the
person is: in the modal, or privately."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from commands import access, views
from commands.act import Act
from services.errors import OutcomeUnknown, Refused, ServiceError
from sops.blocks import section
from sops.ends import Stop
from sops.in_words import in_words
from store.ports import StoreDamaged, StoreError, StoreFull

log = logging.getLogger(__name__)

TITLE = "That did not work"
_LATE = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id"})


def guarded(handler: Callable[[Act], None]) -> Callable[[Act], None]:
    """`handler` with its errors shown to the person; nothing escapes to Slack as silence."""

    def run(act: Act) -> None:
        try:
            if access.asks(act) and not access.may_use(act.context, act.user):
                access.turn_away(act)
            else:
                handler(act)
        except Exception as error:
            words = words_for(error, act.committed)
            try:
                _tell(act, words)
            except Exception:
                log.exception("Could not tell %s what went wrong", act.user)

    return run


def words_for(error: Exception, committed: bool = False) -> str:
    """What happened, whether anything left, and what to do now. Unknown errors carry a token that is also
    in the log. `committed`: the click had its effect before the error."""
    if isinstance(error, Stop):
        return " ".join(part for part in (error.words, error.outside, error.not_outside) if part)
    if isinstance(error, OutcomeUnknown):
        return in_words(error)
    if isinstance(error, StoreFull):
        return "The assistant's disk is full, so nothing was done. Whoever runs it has to free some space."
    left = "What was confirmed goes on; the lead's thread shows how." if committed else "Nothing was sent."
    if isinstance(error, SlackApiError):
        if error.response.get("error") in _LATE:
            return (
                "Slack waited too long for the form and dropped it. Nothing was done. Please do it once more."
            )
        said = in_words(Refused("Slack", str(error.response.get("error", ""))))
        return f"{said} {left} {_token(error)}"
    if isinstance(error, URLError | HTTPException):
        return f"Slack gave no answer. {left} If nothing opens, please do it once more. {_token(error)}"
    if isinstance(error, ServiceError):
        return f"{in_words(error)} {left}"
    if isinstance(error, StoreDamaged):
        return f"The file of this lead is damaged and was set aside. {left} {_token(error)}"
    if isinstance(error, StoreError):
        return f"The assistant cannot write to its data folder. {left} {_token(error)}"
    return f"Something went wrong that should not have. {left} {_token(error)}"


def _token(error: Exception) -> str:
    token = secrets.token_hex(3)
    log.error("Error %s", token, exc_info=error)
    return f"(Reference {token}, also in the log.)"


def _tell(act: Act, words: str) -> None:
    block = section(f":warning: {words}")
    if not act.acked and act.body.get("type") == "view_submission":
        how = "update" if views.depth(act.view) >= views.DEEPEST else "push"
        act.ack(response_action=how, view=views.message(TITLE, block))
        return
    if not act.acked:
        act.ack()
    if act.has_modal:
        act.show(views.message(TITLE, block))
    else:
        act.whisper([block])
