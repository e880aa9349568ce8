"""The words of the assistant: Jinja2 templates in `sops/templates`, overridable from a team's own folder.

Freshdesk's canned responses are Freshdesk's language and never come here.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

SHIPPED = Path(__file__).parent / "templates"


class BrokenWords(Exception):
    """A template cannot be read; the message names the file, and the line where one is known."""


class Words:
    """Renders templates by name. A missing value is an error, never an empty place in a mail."""

    def __init__(self, own_folder: Path | None = None) -> None:
        self._folders = [folder for folder in (own_folder, SHIPPED) if folder is not None]
        self._environment = SandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in self._folders]),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name) and ".html" in str(name),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, **values: object) -> str:
        """The text of `template`, without the newline at its end. Raises jinja2.TemplateError."""
        return self._environment.get_template(template).render(**values).rstrip("\n")

    def names(self) -> list[str]:
        """Every template there is; other files of a team's own folder are none."""
        return self._environment.list_templates(extensions=["j2"])

    def check(self) -> None:
        """Read every template now rather than in the middle of a procedure. Raises BrokenWords."""
        for folder in self._folders:
            if not folder.is_dir():
                raise BrokenWords(f"There is no folder of templates {folder}.")
        for name in self.names():
            try:
                self._environment.get_template(name)
            except TemplateSyntaxError as error:
                raise BrokenWords(f"{error.filename}, line {error.lineno}: {error.message}") from None
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
                raise BrokenWords(f"{self._file(name)} cannot be read: {reason}.") from None

    def _file(self, name: str) -> Path:
        """Where the template `name` comes from: the team's own folder wins."""
        return next(file for folder in self._folders if (file := folder / name).exists())
