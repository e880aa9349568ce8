"""The command line: `python -m bot run` and `python -m bot manifest`."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@cli.command()
def manifest(write: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None) -> None:
    """Print the manifest to paste into Slack."""
    from bot.manifest import as_yaml

    if write is None:
        typer.echo(as_yaml(), nl=False)
    else:
        write.write_text(as_yaml())


@cli.command()
def run() -> None:
    """Start the assistant; without any credentials, with the sandbox beside it."""
    gc.disable()  # Imports make no garbage, and looking for it takes a tenth of the start; on again after it.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        if "SLACK_API_URL" in os.environ or "SLACK_BOT_TOKEN" not in os.environ:
            os.environ.pop(name, None)
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, ask_to_stop)
    signal.signal(signal.SIGTERM, ask_to_stop)
    from bot.running import run_until

    sys.stdout.flush()
    os._exit(run_until(stop))


if __name__ == "__main__":
    cli()
