"""The sample service description: one page of PDF with made-up prices, written without a PDF library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

A4 = (595, 842)
LEFT, RIGHT = 64, 531


@dataclass(frozen=True)
class Line:
    """One line of text; `font` is "R" (regular) or "B" (bold), `size` and `below` (space to the next) points."""

    text: str
    font: str = "R"
    size: float = 10.5
    below: float = 16
    indent: float = 0


PAGE = (
    Line("2i2c Community Hub Service", "B", 22, 26),
    Line("Service description and pricing  -  SAMPLE, all figures are made up", size=11, below=34),
    Line("What it is", "B", 13, 20),
    Line("An interactive computing environment in the cloud for one community of research or"),
    Line("education, run by 2i2c: sign in with an account people already have, start working in"),
    Line("Jupyter, RStudio or Visual Studio Code, next to shared data, from any browser.", below=26),
    Line("What is included", "B", 13, 20),
    Line("-  A hub of your own: log-in, environments, shared storage, scalable memory and GPUs", indent=8),
    Line("-  Operation, monitoring, backups, security updates and upgrades", indent=8),
    Line("-  Support by e-mail on working days, first answer within one working day", indent=8),
    Line("-  A named partnership lead and a satisfaction check-in twice a year", indent=8),
    Line(
        "-  The right to replicate: only open source, so you can leave and take it all along",
        indent=8,
        below=26,
    ),
    Line("Pricing (sample, per year, in US dollars)", "B", 13, 22),
    Line("Essential     up to 50 monthly users         $  9,000  +  cloud costs", "M", 10, 17, 8),
    Line("Community     up to 250 monthly users        $ 24,000  +  cloud costs", "M", 10, 17, 8),
    Line("Network       up to 1,000 monthly users      $ 52,000  +  cloud costs", "M", 10, 22, 8),
    Line("Cloud costs are passed on as billed; a typical class of 50 uses about $ 150 a month."),
    Line("A new hub is set up within four weeks of a signed agreement, at no further charge.", below=26),
    Line("How it goes on", "B", 13, 20),
    Line("1.  A conversation of 30 minutes about your community and what it needs", indent=8),
    Line("2.  A service agreement between your organisation and our fiscal sponsor, CS&S", indent=8),
    Line("3.  Technical set-up together, a launch meeting, and your community starts", indent=8, below=26),
    Line("Questions: partnerships@2i2c.org", "B", 10.5, 34),
    Line("This page belongs to a pretended workspace. Nothing in it is an offer.", size=8.5),
)


def service_description() -> bytes:
    """The PDF; the same bytes every time."""
    content = "\n".join(_drawing()).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources << /Font << "
        b"/R 5 0 R /B 6 0 R /M 7 0 R >> >> >>" % A4,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        *(
            b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name
            for name in (b"Helvetica", b"Helvetica-Bold", b"Courier")
        ),
        b"<< /Title (2i2c service description, sample) /Author (2i2c sandbox) >>",
    ]
    return _assembled(objects)


def _drawing() -> Iterator[str]:
    """The page's operators: a coloured bar, then the text from top to bottom."""
    yield f"0.94 0.42 0.13 rg {LEFT} 782 {RIGHT - LEFT} 3 re f 0.13 0.16 0.22 rg"
    y = 748.0
    for line in PAGE:
        escaped = line.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        yield f"BT /{line.font} {line.size} Tf {LEFT + line.indent} {y:g} Td ({escaped}) Tj ET"
        y -= line.below


def _assembled(objects: list[bytes]) -> bytes:
    """Numbered objects, the table of their offsets, the trailer."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    out += b"startxref\n%d\n%%%%EOF\n" % table
    return bytes(out)
