"""The words of the assistant: Jinja2 templates in `sops/templates`, overridable from a team's own folder.

Freshdesk's canned responses are Freshdesk's language and never come here.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

SHIPPED = Path(__file__).parent / "templates"


class Words:
    """Renders templates by name. A missing value is an error, never an empty place in a mail."""

    def __init__(self, own_folder: Path | None = None) -> None:
        folders = [folder for folder in (own_folder, SHIPPED) if folder is not None]
        self._environment = SandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name) and ".html" in str(name),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, **values: object) -> str:
        """The text of `template`, without the newline at its end. Raises jinja2.TemplateError."""
        return self._environment.get_template(template).render(**values).rstrip("\n")

    def names(self) -> list[str]:
        """Every template there is, for the test rendering at start."""
        return self._environment.list_templates()
