"""Start the sandbox: `python -m sandbox --port 8484 --data DIR --manifest FILE`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from sandbox.app import create_app
from sandbox.serving import HOST, listen, port_of, serve
from sandbox.slack.manifest import read_manifest
from sandbox.world import World


def main() -> int:
    """Serve until ctrl-C; 1 with a sentence on stderr when the port or the manifest is not usable."""
    asked = _arguments()
    try:
        manifest = read_manifest(asked.manifest)
        listener = listen(asked.port)
    except (OSError, ValueError) as problem:
        print(f"The sandbox cannot start: {problem}", file=sys.stderr)
        return 1
    base = f"http://{HOST}:{port_of(listener)}"
    if asked.until_stdin_closes:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    world = World.open(base, asked.data, manifest, rate_limits=not asked.no_rate_limits)
    serve(create_app(world), listener, lambda: print(f"The sandbox listens on {base}/", flush=True))
    return 0


def _end_with_stdin() -> None:
    """Whoever started us holds the other end; when it is gone, however it ended, so are we."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8484, help="on loopback; 0 takes a free one")
    parser.add_argument("--data", type=Path, help="a folder to keep the state in; without it nothing is kept")
    parser.add_argument("--manifest", type=Path, required=True, help="the app's manifest, YAML or JSON")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end with the process that started this one"
    )
    parser.add_argument("--no-rate-limits", action="store_true", help="for load tests")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
