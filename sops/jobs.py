"""What is due by itself: small jobs without a plan. The minute tick asks every source, and the engine does each job
once."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.errors import ServiceError
from sops.context import Context

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """Something due now. `id` is deterministic, so the same happening is done once."""

    id: str
    name: str
    argument: str


Source = Callable[[Context], Iterable[Job]]

_jobs: dict[str, Callable[[str], None]] = {}
_sources: list[Source] = []


def job(name: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """Mark a function that does what the tick found to be due; it takes one id."""

    def wrap(body: Callable[[str], None]) -> Callable[[str], None]:
        _jobs[name] = body
        return body

    return wrap


def due(source: Source) -> Source:
    """Mark a function that says, when the minute tick asks, which jobs are due."""
    _sources.append(source)
    return source


def found(context: Context) -> Iterator[Job]:
    """What is due now. A source that fails is asked again at the next tick, and keeps nothing else waiting."""
    for source in _sources:
        try:
            yield from source(context)
        except Exception:
            log.exception("What %s.%s has due could not be found out", source.__module__, source.__name__)


def do(name: str, argument: str) -> None:
    """What fails is due again at a later tick; the log says why it was not done now."""
    try:
        _jobs[name](argument)
    except ServiceError as error:
        log.warning("%s %s was not done: %s", name, argument, error)
    except Exception:
        log.exception("%s %s was not done (reference %s)", name, argument, secrets.token_hex(3))
