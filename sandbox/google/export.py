"""Documents in other formats: plain text, and a PDF of plain lines written without a PDF library."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from sandbox.google.document import Document
from sandbox.google.reading import Line, lines, text_of

A4 = (595, 842)
LEFT, TOP, BOTTOM = 64, 780, 64
SIZES = {"TITLE": 22, "HEADING_1": 17, "HEADING_2": 14, "HEADING_3": 12}
PLAIN_SIZE = 10
WIDTH = 490
"""Points between the margins; a letter of Helvetica is taken as half its size wide."""


def exported(document: Document, title: str, kind: str) -> bytes:
    """A document's bytes in one of `FORMATS`."""
    return FORMATS[kind](document, title)


def as_text(document: Document, title: str) -> bytes:
    """Google: UTF-8 with a byte order mark and Windows line ends."""
    return ("\ufeff" + text_of(document).replace("\n", "\r\n")).encode("utf-8")


def as_pdf(document: Document, title: str) -> bytes:
    """A PDF; letters outside Latin-1 read "?"."""
    pages = list(_pages(_drawn(document)))
    first = 5
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) >>" % _escaped(title),
    ]
    for number, page in enumerate(pages):
        content = b"\n".join(page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> >> >>" % (*A4, first + 2 * number + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _assembled(objects)


FORMATS: dict[str, Callable[[Document, str], bytes]] = {"application/pdf": as_pdf, "text/plain": as_text}


def _drawn(document: Document) -> Iterator[tuple[int, str]]:
    """Every printed line with its size in points."""
    for line in lines(document):
        size = SIZES.get(line.style, PLAIN_SIZE)
        for words in textwrap.wrap(_shown(line), WIDTH * 2 // size) or [""]:
            yield size, words


def _shown(line: Line) -> str:
    bullet = f"{line.bullet} " if line.bullet else ""
    return "    " * line.depth + bullet + line.text.replace("\x0b", " ")


def _pages(drawn: Iterator[tuple[int, str]]) -> Iterator[list[bytes]]:
    page: list[bytes] = []
    height = TOP
    for size, words in drawn:
        if height < BOTTOM:
            yield page
            page, height = [], TOP
        page.append(b"BT /F %d Tf %d %d Td (%s) Tj ET" % (size, LEFT, height, _escaped(words)))
        height -= round(size * 1.5)
    yield page


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _assembled(objects: list[bytes]) -> bytes:
    data = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (len(objects) + 1)
    return bytes(data + b"startxref\n%d\n%%%%EOF\n" % table)
