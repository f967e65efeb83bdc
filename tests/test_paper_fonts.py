"""Finding a font with Chinese signs."""

from pathlib import Path

import pytest

from api.papers import paper_font
from api.papers.sheet import Sheet
from scheduler.domain.errors import MissingResource


def a_font_file(folder: Path, name: str) -> Path:
    path = folder / "fonts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"no font")
    return path


def test_without_a_font_the_error_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(MissingResource, match="fonts-noto-cjk"):
        paper_font(None, [tmp_path, tmp_path / "not-there"])


def test_the_best_known_font_of_the_system_is_taken_wherever_it_lies(tmp_path: Path) -> None:
    a_font_file(tmp_path, "DroidSansFallback.ttf")
    best = a_font_file(tmp_path, "deep/er/NotoSansCJK-Regular.ttc")
    a_font_file(tmp_path, "Unknown.ttf")
    assert paper_font(None, [tmp_path]).path == best


def test_a_collection_by_country_gives_the_forms_of_simplified_chinese(tmp_path: Path) -> None:
    assert paper_font(a_font_file(tmp_path, "NotoSansCJK-Regular.ttc")).number == 2
    assert paper_font(a_font_file(tmp_path, "wqy-zenhei.ttc")).number == 0


def test_the_operators_font_wins(tmp_path: Path) -> None:
    a_font_file(tmp_path, "NotoSansCJK-Regular.ttc")
    own = a_font_file(tmp_path, "own.ttf")
    assert paper_font(own, [tmp_path]).path == own


def test_a_file_that_is_no_font_is_named(tmp_path: Path) -> None:
    font = paper_font(a_font_file(tmp_path, "own.ttf"))
    with pytest.raises(MissingResource, match=r"own\.ttf cannot be used"):
        Sheet(font, title="x", language="en")
