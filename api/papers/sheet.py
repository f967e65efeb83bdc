"""Pages of A4 in one font: the little that our papers need of a PDF library."""

import io
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from api.papers.fonts import PaperFont
from api.papers.lines import broken
from api.papers.verification import qr_modules
from scheduler.domain.errors import MissingResource

_FAMILY = "paper"
_MARGIN_MM = 20.0
_LINE_HEIGHT = 1.55  # of the size of the letters
_POINT_MM = 25.4 / 72
_BULLET_MM = 8.0  # the library never ends when a cell is narrower than its one sign
_PADDING_MM = 1.0
_SLACK_MM = 0.1  # our sums of widths round otherwise than those of the library
_QUIET_MODULES = 4  # white around a QR code, without which readers do not find it
_FONT_BEGINNINGS = frozenset({b"\0\1\0\0", b"true", b"OTTO", b"ttcf"})
# Without a date of its own a file would carry the moment of its making, and the same plan would give other bytes.
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


class _Pages(FPDF):
    """Pages with a line at their foot."""

    foot = ""

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        if self.foot:
            self.set_font(_FAMILY, size=8)
            self.text(_MARGIN_MM, self.h - _MARGIN_MM / 2, f"{self.foot}  ({self.page_no()})")


class Sheet:
    """A document in the making, and a context that keeps the font's file open.

    Every text goes through `_shown`, so none is printed as an empty box.
    """

    def __init__(self, font: PaperFont, *, title: str, language: str) -> None:
        """Begin without pages.

        Args:
            font: What everything is printed in.
            title: Of the file; it names no person.
            language: What readers are told the file is in.
        """
        self._pdf = _Pages(format="A4")
        self._pdf.set_creation_date(_NO_DATE)
        self._pdf.set_lang(language)
        self._pdf.set_title(title)
        self._pdf.set_margin(_MARGIN_MM)
        self._pdf.set_auto_page_break(auto=True, margin=_MARGIN_MM)
        self._font = font
        self._loaded = self._load_font()

    def __enter__(self) -> Self:
        """Go on with what was begun."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the font's file, also when a paper was refused."""
        self._loaded.close()

    @property
    def width(self) -> float:
        """Between the margins, in millimeters."""
        return float(self._pdf.epw)

    @property
    def room(self) -> float:
        """Left on this page, in millimeters."""
        return float(self._pdf.page_break_trigger - self._pdf.get_y())

    def new_page(self, *, foot: str = "") -> None:
        """Go to the top of a new page; `foot` stands at its foot and at those of the pages that follow from it."""
        self._pdf.add_page()  # ends the page before, with the foot of that one
        self._pdf.foot = self._shown(foot)

    def paragraph(self, text: str, *, size: float = 11, space_after: float = 2, centred: bool = False) -> None:
        """A text over the whole width; `size` in points, `space_after` in millimeters."""
        self._write(text, self.width, size, align="C" if centred else "L")
        self._pdf.ln(space_after)

    def heading(self, text: str) -> None:
        """What the next lines are about."""
        self._pdf.ln(2)
        self.paragraph(text, size=13, space_after=1)

    def bullet(self, text: str, *, size: float = 11) -> None:
        """One of several short texts."""
        self._write("·", _BULLET_MM, size, below=False)
        self._write(text, self.width - _BULLET_MM, size)
        self._pdf.ln(0.5)

    def fact(self, label: str, text: str, *, size: float = 11, label_width: float = 32) -> None:
        """A label and what it stands for, side by side."""
        self._write(label, label_width, size, below=False)
        self._write(text, self.width - label_width, size)
        self._pdf.ln(0.5)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], *, shares: Sequence[int]) -> None:
        """Rows under a header that every page repeats; a row is never divided between pages.

        Args:
            header: The columns.
            rows: As many cells each.
            shares: Of the width, for each column.
        """
        size = 9.5
        self._pdf.set_font(_FAMILY, size=size)
        with self._pdf.table(
            col_widths=tuple(shares),
            first_row_as_headings=True,
            headings_style=FontFace(fill_color=(235, 235, 235)),
            line_height=size * _POINT_MM * _LINE_HEIGHT,
            text_align="LEFT",
            padding=_PADDING_MM,
        ) as table:
            for cells in (header, *rows):
                row = table.row()
                for cell, share in zip(cells, shares, strict=True):
                    width = self.width * share / sum(shares) - 2 * _PADDING_MM
                    row.cell(self._broken(cell, width))
        self._pdf.ln(3)

    def qr_code(self, address: str, *, size: float) -> None:
        """The QR code of an address at the left margin, `size` millimeters wide with its quiet zone."""
        modules = qr_modules(address)
        step = size / (len(modules) + 2 * _QUIET_MODULES)
        left, top = self._pdf.l_margin, self._pdf.get_y()
        if top + size > self._pdf.page_break_trigger:
            self._pdf.add_page()
            top = self._pdf.get_y()
        self._pdf.set_fill_color(0)
        for row, line in enumerate(modules, _QUIET_MODULES):
            for column, dark in enumerate(line, _QUIET_MODULES):
                if dark:
                    self._pdf.rect(left + column * step, top + row * step, step, step, style="F")
        self._pdf.set_xy(left, top + size)

    def picture(self, svg: str, *, share: float) -> None:
        """A picture over the whole width, on the next page where this one has no room for it.

        Args:
            svg: Of ours; its few digits are printed in a font that every reader has.
            share: Its height, of its width.
        """
        height = self.width * share
        if self._pdf.get_y() + height > self._pdf.page_break_trigger:
            self._pdf.add_page()
        top = self._pdf.get_y()
        self._pdf.image(io.BytesIO(svg.encode()), x=self._pdf.l_margin, y=top, w=self.width, h=height)
        self._pdf.set_xy(self._pdf.l_margin, top + height + 1)

    def box(self, text: str, *, width: float, height: float) -> None:
        """An empty frame at the right margin with a small text in it, for a seal; the place on the page stays."""
        left, top = self._pdf.w - self._pdf.r_margin - width, self._pdf.get_y() - height
        self._pdf.rect(left, top, width, height)
        self.text_at(left + 2, top + 5, text, size=8)

    def text_at(self, left: float, top: float, text: str, *, size: float) -> None:
        """A line with its base at a point, in millimeters from the corner of the page."""
        self._pdf.set_font(_FAMILY, size=size)
        self._pdf.text(left, top, self._shown(text))

    def text_block_at(self, left: float, top: float, text: str, *, width: float, size: float) -> None:
        """A text of several lines from a point on."""
        self._pdf.set_xy(left, top)
        self._write(text, width, size)

    def finished(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def _load_font(self) -> TTFFont:
        hint = "Set VISITS_FONT to a whole .ttf, .otf or .ttc file."
        unusable = MissingResource(f"The font {self._font.path.name} cannot be used.", hint=hint)
        try:
            with self._font.path.open("rb") as file:
                if file.read(4) not in _FONT_BEGINNINGS:
                    raise unusable
            self._pdf.add_font(_FAMILY, fname=self._font.path, collection_font_number=self._font.number)
        except MissingResource:
            raise
        except Exception as error:  # whatever a library says of a font that is cut off
            raise unusable from error
        loaded = self._pdf.fonts[_FAMILY]
        if not isinstance(loaded, TTFFont):
            raise unusable
        return loaded

    def _write(self, text: str, width: float, size: float, *, align: str = "L", below: bool = True) -> None:
        self._pdf.set_font(_FAMILY, size=size)
        self._pdf.multi_cell(
            width,
            size * _POINT_MM * _LINE_HEIGHT,
            self._broken(text, width),
            align=align,
            new_x=XPos.LMARGIN if below else XPos.RIGHT,
            new_y=YPos.NEXT if below else YPos.TOP,
        )

    def _broken(self, text: str, width: float) -> str:
        """What is printed of a text in a cell of this width, in the font's size of the moment."""
        return broken(self._shown(text), width - 2 * self._pdf.c_margin - _SLACK_MM, self._pdf.get_string_width)

    def _shown(self, text: str) -> str:
        """A text as it is printed: without signs that nobody sees, which could turn it around or hide a part of it."""
        shown = "".join(
            sign
            for sign in text.replace("\r\n", "\n")
            if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cf"}
        )
        missing = sorted({sign for sign in shown if sign != "\n" and ord(sign) not in self._loaded.cmap})
        if missing:
            named = ", ".join(f"U+{ord(sign):04X}" for sign in missing[:5])
            raise MissingResource(
                f"The font {self._font.path.name} has no sign for {named}.",
                hint="Set VISITS_FONT to a font that has it.",
            )
        return shown
