"""Documents as Docs' API tells them, for tests of pure functions; and the same edits carried out on text."""

from __future__ import annotations

from typing import Any

from services.google_docs_structure import units

Json = dict[str, Any]


def run(text: str) -> Json:
    return {"textRun": {"content": text}, "size": units(text)}


def paragraph(runs: str | list[Json], style: str = "NORMAL_TEXT") -> Json:
    """A paragraph without its indices; its line break is added."""
    elements = [run(runs)] if isinstance(runs, str) else list(runs)
    elements.append(run("\n"))
    return {"paragraph": {"paragraphStyle": {"namedStyleType": style}, "elements": elements}}


def table(cell: list[Json]) -> Json:
    """A table of one cell."""
    inner = sum(_size(each) for each in cell)
    rows = [{"tableCells": [{"content": cell}]}]
    return {"table": {"tableRows": rows}, "size": inner + 4}


def tab(id: str, content: list[Json], ranges: Json | None = None, children: list[Json] | None = None) -> Json:
    """A tab whose blocks get their indices; `ranges` is name: (start, end)."""
    at = 1
    placed: list[Json] = [{"endIndex": 1, "sectionBreak": {}}]
    for block in content:
        placed.append(_placed(block, at))
        at = placed[-1]["endIndex"]
    named = {
        name: {
            "namedRanges": [
                {"namedRangeId": f"kix.{name}", "ranges": [{"startIndex": span[0], "endIndex": span[1]}]}
            ]
        }
        for name, span in (ranges or {}).items()
    }
    told: Json = {
        "tabProperties": {"tabId": id, "title": id},
        "documentTab": {"body": {"content": placed}, "namedRanges": named},
    }
    return told | ({"childTabs": children} if children else {})


def document(*tabs: Json, revision: str = "r1") -> Json:
    return {"revisionId": revision, "tabs": list(tabs)}


class Paper:
    """One tab of text that carries out insertions, deletions and named ranges as Docs does; styles are kept by
    paragraph. Indices are UTF-16 units, the first is 1."""

    def __init__(self, *paragraphs: tuple[str, str]) -> None:
        self.text = "".join(f"{words}\n" for words, _ in paragraphs).encode("utf-16-le")
        self.styles = [style for _, style in paragraphs]
        self.ranges: dict[str, tuple[int, int]] = {}

    def told(self) -> Json:
        """The document as the API tells it."""
        content = [paragraph(words, style) for words, style in self.paragraphs()]
        return document(tab("t.0", content, dict(self.ranges)))

    def paragraphs(self) -> list[tuple[str, str]]:
        lines = self.text.decode("utf-16-le", "surrogatepass").split("\n")[:-1]
        return list(zip(lines, self.styles, strict=True))

    def apply(self, requests: list[Json]) -> None:
        for request in requests:
            [(kind, asked)] = request.items()
            getattr(self, f"_{kind}", lambda asked: None)(asked)

    def type(self, index: int, words: str) -> None:
        """As a person would, anywhere."""
        self._insertText({"location": {"index": index}, "text": words})

    def _insertText(self, asked: Json) -> None:
        at, new = asked["location"]["index"], asked["text"].encode("utf-16-le")
        assert 1 <= at <= len(self.text) // 2
        number = self._number(at)
        self.styles[number : number + 1] = [self.styles[number]] * (asked["text"].count("\n") + 1)
        self.text = self.text[: 2 * at - 2] + new + self.text[2 * at - 2 :]
        size = len(new) // 2
        for name, (start, end) in self.ranges.items():
            self.ranges[name] = (start + size * (at <= start), end + size * (at < end))

    def _deleteContentRange(self, asked: Json) -> None:
        start, end = self._span(asked)
        assert end <= len(self.text) // 2
        first, last = self._number(start), self._number(end)
        del self.styles[first:last]
        self.text = self.text[: 2 * start - 2] + self.text[2 * end - 2 :]

    def _updateParagraphStyle(self, asked: Json) -> None:
        start, end = self._span(asked)
        for number in range(self._number(start), self._number(end - 1) + 1):
            self.styles[number] = asked["paragraphStyle"]["namedStyleType"]

    def _createNamedRange(self, asked: Json) -> None:
        self.ranges[asked["name"]] = self._span(asked)

    def _deleteNamedRange(self, asked: Json) -> None:
        del self.ranges[asked["namedRangeId"].removeprefix("kix.")]

    def _span(self, asked: Json) -> tuple[int, int]:
        start, end = asked["range"]["startIndex"], asked["range"]["endIndex"]
        assert 1 <= start < end <= len(self.text) // 2 + 1
        return start, end

    def _number(self, index: int) -> int:
        return self.text[: 2 * index - 2].decode("utf-16-le", "replace").count("\n")


def _placed(block: Json, start: int) -> Json:
    if "paragraph" not in block:
        return {**block, "startIndex": start, "endIndex": start + _size(block)}
    at, elements = start, []
    for element in block["paragraph"]["elements"]:
        elements.append({**element, "startIndex": at, "endIndex": at + element["size"]})
        at += element["size"]
    told = {**block["paragraph"], "elements": elements}
    return {"startIndex": start, "endIndex": at, "paragraph": told}


def _size(block: Json) -> int:
    if "paragraph" in block:
        return sum(int(element["size"]) for element in block["paragraph"]["elements"])
    return int(block["size"])
