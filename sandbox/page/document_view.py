"""A document as its readers see it, ready for `document.html`: tabs of lines and tables."""

from dataclasses import dataclass, field

from markupsafe import Markup, escape

from sandbox.google.document import Document, Tab
from sandbox.google.lines import keyed
from sandbox.google.reading import Line, Run
from sandbox.page.addresses import followed

HEADINGS = {"TITLE": 2, "SUBTITLE": 3, "HEADING_1": 3, "HEADING_2": 4, "HEADING_3": 5}
"""The page's own heading is level 1. Docs has six levels; deeper ones read as level 6."""


@dataclass(frozen=True)
class ShownLine:
    """One paragraph. `key` names it for `sandbox.google.lines`; `level` is 0 where it is no heading."""

    key: str
    text: str
    html: Markup
    style: str
    level: int
    bullet: str
    depth: int

    @property
    def dom_id(self) -> str:
        """Unique in the page."""
        return f"line-{self.key.replace('/', '-').replace('.', '-')}"

    @property
    def brief(self) -> str:
        """Its first words, for a list of lines."""
        return self.text if len(self.text) <= 70 else self.text[:69] + "…"


@dataclass
class Part:
    """A line by itself, or a table: rows of cells of lines."""

    line: ShownLine | None = None
    rows: list[list[list[ShownLine]]] = field(default_factory=list)


@dataclass(frozen=True)
class ShownTab:
    """One tab; `parts` from top to bottom."""

    id: str
    title: str
    nested: bool
    parts: list[Part]


def shown(document: Document) -> list[ShownTab]:
    """The tabs in reading order."""
    return [ShownTab(tab.id, tab.title, bool(tab.parent), _parts(tab)) for tab in document.tabs]


def written_lines(tabs: list[ShownTab]) -> list[ShownLine]:
    """The lines that say something, in reading order."""
    found: list[ShownLine] = []
    for part in (part for tab in tabs for part in tab.parts):
        cells = [line for row in part.rows for cell in row for line in cell]
        found += [line for line in ([part.line] if part.line else cells) if line.text.strip()]
    return found


def _parts(tab: Tab) -> list[Part]:
    parts: list[Part] = []
    table = -1
    for key, line in keyed(tab):
        shown_line = _shown(key, line)
        if line.cell is None:
            parts.append(Part(shown_line))
            continue
        number, row, column = line.cell
        if number != table or parts[-1].line:
            parts.append(Part())
            table = number
        rows = parts[-1].rows
        if row == len(rows):
            rows.append([])
        if column == len(rows[row]):
            rows[row].append([])
        rows[row][column].append(shown_line)
    return parts


def _shown(key: str, line: Line) -> ShownLine:
    level = HEADINGS.get(line.style, 6 if line.style.startswith("HEADING") else 0)
    html = Markup("").join(_run(run) for run in line.runs)
    return ShownLine(key, line.text, html, line.style, level, line.bullet, line.depth)


def _run(run: Run) -> Markup:
    words = Markup(escape(run.text).replace("\x0b", Markup("<br>")))
    looks = (
        ("b", run.bold),
        ("i", run.italic),
        ("ins", run.inserted),
        ("del", run.deleted),
        ("mark", bool(run.comments)),
    )
    for tag, on in looks:
        words = Markup("<{0}>{1}</{0}>").format(Markup(tag), words) if on else words
    href = followed(run.link) if run.link else None
    if href is None:
        return words
    elsewhere = Markup("") if href.startswith("#") else Markup(' target="_blank" rel="noopener noreferrer"')
    return Markup('<a href="{}"{}>{}</a>').format(href, elsewhere, words)
