"""The Bolt app: every registered handler behind the error boundary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from slack_bolt import App, BoltResponse
from slack_sdk import WebClient

import commands.everything  # noqa: F401  (registers)
from commands import registry
from commands.act import Act
from commands.boundary import guarded
from sops.context import Context

THREADS = 32
"""Bolt's own executor has 5 threads, which a dozen people at once exhaust (measured)."""
ACK_SECONDS = 3.0
"""Slack: what is acknowledged later counts as not answered."""


def create_app(context: Context, client: WebClient) -> App:
    """Raises slack_sdk's SlackApiError when Slack does not accept the token."""
    app = App(client=client, process_before_response=True)
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")

    def listener(handler: registry.Handler) -> Callable[..., BoltResponse]:
        run = guarded(handler)

        def listen(ack: Callable[..., BoltResponse], body: Mapping[str, Any]) -> BoltResponse:
            return _until_ack(threads, ack, lambda answer: run(Act(context, client, body, answer)))

        return listen

    for command in registry.COMMANDS.values():
        app.command(command.name)(listener(command.handler))
    for shortcut in registry.SHORTCUTS.values():
        app.message_shortcut(shortcut.callback_id)(listener(shortcut.handler))
    for action_id, handler in registry.ACTIONS.items():
        app.action(action_id)(listener(handler))
    for callback_id, handler in registry.SUBMISSIONS.items():
        app.view_submission(callback_id)(listener(handler))
    for callback_id, handler in registry.CLOSINGS.items():
        app.view_closed(callback_id)(listener(handler))
    for event_type, handler in registry.EVENTS.items():
        app.event(event_type)(listener(handler))
    for action_id, offer in registry.OPTIONS.items():
        app.options(action_id)(listener(_answering(offer)))
    return app


def _until_ack(
    threads: ThreadPoolExecutor,
    ack: Callable[..., BoltResponse],
    handle: Callable[[Callable[..., None]], None],
) -> BoltResponse:
    """Have `handle` work in a thread of its own, and answer Slack in the moment it acknowledges.

    Bolt by itself looks every 10 ms whether a listener has acknowledged; this waits for it.
    """
    answered: Future[BoltResponse] = Future()
    unanswered = BoltResponse(status=504)

    def answer(**given: Any) -> None:
        if not answered.done():
            answered.set_result(ack(**given))

    def work() -> None:
        handle(answer)
        if not answered.done():
            answered.set_result(unanswered)

    threads.submit(work)
    try:
        return answered.result(ACK_SECONDS)
    except TimeoutError:
        return unanswered


def _answering(offer: Callable[[Act], list[dict[str, object]]]) -> registry.Handler:
    def answer(act: Act) -> None:
        act.ack(options=offer(act))

    return answer
