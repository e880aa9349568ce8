"""How a run can end other than done. Each carries what the person is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store.plan import End


class Stop(Exception):
    """The run ends here. `words`: what happened; `outside` / `not_outside`: what left the organisation and
    what did not; `reason`: a stable word that decides which answers are offered."""

    end = End.FAILED

    def __init__(self, words: str, *, outside: str = "", not_outside: str = "", reason: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.outside = outside
        self.not_outside = not_outside
        self.reason = reason

    def to_json(self) -> dict[str, Any]:
        return {
            "end": self.end.value,
            "words": self.words,
            "outside": self.outside,
            "not_outside": self.not_outside,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Standing:
    """What has left the organisation and what has not, in words. `unsettled`: something may have left."""

    outside: str = ""
    not_outside: str = ""
    unsettled: bool = False


class Failed(Stop):
    """It cannot go on; Retry, Change and Do by hand are offered."""

    end = End.FAILED


class Unknown(Stop):
    """An outside effect may or may not exist; only looking, or a person, can say."""

    end = End.UNKNOWN


class NeedsPerson(Stop):
    """A person has to decide or to act before it can go on."""

    end = End.NEEDS_PERSON


def stop_from_json(data: dict[str, Any]) -> Stop:
    """The reverse of `Stop.to_json`."""
    kinds = {kind.end.value: kind for kind in (Failed, Unknown, NeedsPerson)}
    return kinds[data["end"]](
        data["words"],
        outside=data["outside"],
        not_outside=data["not_outside"],
        reason=data["reason"],
    )
