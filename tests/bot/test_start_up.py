"""What cannot start says so in a sentence that names the setting, the file or the process, and quotes no secret."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import pytest

from bot.manifest import manifest
from bot.running import run_until
from tests.processes import assistant_process
from tests.workspace import running_sandbox

NAME = "TEMPLATES_FOLDER"
SECRET = "s3cret-and-private"
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:9/"}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _complaint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: dict[str, str]
) -> str:
    """What a start with these settings prints; it ends with exit code 1, and quotes none of them."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert run_until(threading.Event()) == 1
    shown = capsys.readouterr()
    assert SECRET not in shown.out + shown.err
    return shown.err


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PORT": SECRET}, "PORT: Input should be a valid integer"),
        ({"PORT": "80999"}, "PORT: Input should be less than or equal to 65535"),
        ({"TEAM__CANCEL_SECONDS": SECRET}, "TEAM__CANCEL_SECONDS: Input should be a valid number"),
        ({"TEAM__SENDERS": SECRET}, "a list is written as JSON"),
        ({"TEAM__TIME_ZONE": SECRET}, "TEAM__TIME_ZONE: there is no such time zone"),
        (
            SLACK | {"FRESHDESK_URL": f"ftp://{SECRET}", "FRESHDESK_API_KEY": "k"},
            "FRESHDESK_URL or FRESHDESK_API_KEY",
        ),
        (SLACK | {"FRESHDESK_URL": f"https://u:{SECRET}@x:y", "FRESHDESK_API_KEY": "k"}, "no user name"),
        (
            SLACK | {"FRESHDESK_URL": "https://x.example", "FRESHDESK_API_KEY": f"{SECRET} ü"},
            "Freshdesk: the key",
        ),
        (SLACK | {"CALENDLY_TOKEN": f"{SECRET}\n"}, "CALENDLY_URL or CALENDLY_TOKEN: Calendly: the key"),
        (SLACK, "Slack cannot be reached"),
        ({"CALENDLY_TOKEN": "t"}, "SLACK_APP_TOKEN is missing"),
    ],
)
def test_a_wrong_setting_is_named(
    settings: dict[str, str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert words in _complaint(monkeypatch, capsys, settings)


def test_a_broken_settings_file_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "assistant.toml").write_text("port = 8484\n[team\n")
    words = _complaint(monkeypatch, capsys, {})
    assert "assistant.toml cannot be read" in words
    assert "line 2" in words


def test_a_broken_template_of_the_teams_own_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own" / "hail_the_lead"
    own.mkdir(parents=True)
    (own / "approval_note.html.j2").write_text("<p>Approved</p>\n{% if source %}\nnever closed\n")
    (own.parent / "logo.png").write_bytes(b"\x89PNG\xff")
    words = _complaint(monkeypatch, capsys, SLACK | {NAME: str(own.parent)})
    assert str(own / "approval_note.html.j2") in words
    assert "line 2" in words or "line 3" in words
    assert "endif" in words


@pytest.mark.parametrize("content", [b"caf\xe9", b"{{ organisation | shout }}"])
def test_a_template_that_cannot_be_read_is_named(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own" / "hail_the_lead"
    own.mkdir(parents=True)
    (own / "subject.txt.j2").write_bytes(content)
    assert str(own / "subject.txt.j2") in _complaint(monkeypatch, capsys, SLACK | {NAME: str(own.parent)})


def test_a_templates_folder_that_does_not_exist_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere"
    assert str(nowhere) in _complaint(monkeypatch, capsys, SLACK | {NAME: str(nowhere)})


def test_procedures_that_another_process_carries_out_are_named(tmp_path: Path) -> None:
    with (
        running_sandbox(manifest(), tmp_path / "sandbox") as sandbox,
        assistant_process(sandbox, tmp_path) as assistant,
    ):
        assistant.data.mkdir()
        with (assistant.data / "sops.lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with pytest.raises(AssertionError, match=r"sops\.sqlite is in use by another process"):
                assistant.start()
        assert assistant.process is not None and assistant.process.poll() == 1
        assert "Traceback" not in assistant.output()
