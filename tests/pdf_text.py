"""What a PDF of ours says and draws, read from its bytes by a small reader that knows nothing of how it was made."""

import re
import zlib

_OBJECT = re.compile(rb"\d+ 0 obj\s*<<(.*?)>>\s*stream\r?\n", re.DOTALL)
_SHOWN = re.compile(rb"(?<! Tm )\((?P<codes>(?:\\.|[^\\)])*)\) Tj", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_CONTROL_SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_IN_PICTURE = re.compile(rb" Tm \(([^)]*)\) Tj")
_FILLED = re.compile(rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re f\b")


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, one line for each line on paper."""
    streams = list(_streams(pdf))
    (to_unicode,) = [stream for stream in streams if b"/Ordering (UCS)" in stream]
    signs = {
        int(code, 16): bytes.fromhex(sign.decode()).decode("utf-16-be")
        for code, sign in re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", to_unicode, flags=re.MULTILINE)
        if len(sign) % 4 == 0
    }
    return ["\n".join(_lines(stream, signs)) for stream in streams if _is_page(stream)]


def picture_texts_of(pdf: bytes) -> list[list[str]]:
    """What stands in the pictures of each page."""
    return [[found.decode() for found in _IN_PICTURE.findall(stream)] for stream in _streams(pdf) if _is_page(stream)]


def qr_matrix_of(pdf: bytes, page: int = 0) -> list[list[bool]]:
    """The dark modules drawn on a page: its filled squares, by row and column."""
    content = [stream for stream in _streams(pdf) if _is_page(stream)][page]
    boxes = [tuple(map(float, box)) for box in _FILLED.findall(content)]
    squares = [(x, y) for x, y, width, height in boxes if abs(abs(width) - abs(height)) < 0.05]
    step = min(abs(width) for _, _, width, height in boxes if abs(abs(width) - abs(height)) < 0.05)
    left, top = min(x for x, _ in squares), max(y for _, y in squares)
    places = {(round((top - y) / step), round((x - left) / step)) for x, y in squares}
    size = max(column for _, column in places) + 1
    return [[(row, column) in places for column in range(size)] for row in range(size)]


def _streams(pdf: bytes) -> list[bytes]:
    streams = []
    for found in _OBJECT.finditer(pdf):
        length = int(re.search(rb"/Length (\d+)", found[1])[1])  # type: ignore[index]  # every stream has a length
        data = pdf[found.end() : found.end() + length]
        streams.append(zlib.decompress(data) if b"/FlateDecode" in found[1] else data)
    return streams


def _is_page(stream: bytes) -> bool:
    return re.match(rb"\d J\n", stream) is not None


def _lines(content: bytes, signs: dict[int, str]) -> list[str]:
    lines = []
    for shown in _SHOWN.finditer(content):
        codes = _ESCAPED.sub(lambda found: _CONTROL_SIGNS.get(found[1], found[1]), shown["codes"])
        lines.append("".join(signs[int.from_bytes(codes[at : at + 2])] for at in range(0, len(codes), 2)))
    return lines
