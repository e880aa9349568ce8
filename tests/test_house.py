"""The house as it is drawn: who may import whom, how large a file and a function may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parent.parent
ROOMS = ("bot", "commands", "sops", "services", "store", "sandbox", "benchmarks")


def test_imports_go_one_way() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_the_engine_knows_dbos() -> None:
    measured = HOUSE / "benchmarks"
    knows = {path for path in _files() if "dbos" in _imported(path) and measured not in path.parents}
    assert knows == {HOUSE / "sops" / "engine.py"}


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{path.relative_to(HOUSE)}:{node.lineno} {node.name}"
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno > 60
    ]
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path for path in _files() if path.read_text() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


def test_the_lock_files_hold_hashes_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (HOUSE / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index" not in text
        assert "--find-links" not in text


def _files() -> list[Path]:
    return [path for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py"))]


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found
