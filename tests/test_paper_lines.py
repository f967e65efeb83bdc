"""Where lines end."""

import pytest

from api.papers.lines import broken


def width_of(text: str) -> float:
    """Latin signs are half as wide as Chinese ones."""
    return sum(0.5 if sign.isascii() or sign == "–" else 1.0 for sign in text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("云川市青石区柳荫路", ["云川市青石", "区柳荫路"]),
        ("云川市青路382室", ["云川市青路", "382室"]),
        ("电话19900000022号", ["电话", "19900000022", "号"]),
        ("一二三四五，六七", ["一二三四", "五，六七"]),
        ("一二三四（五六）七", ["一二三四", "（五六）七"]),
        ("a word or another", ["a word or", "another"]),
        ("一二三四五 六七", ["一二三四五", "六七"]),
        ("一\n\n二", ["一", "", "二"]),
        ("", [""]),
        ("09:03–09:33", ["09:03–09:33"]),
    ],
)
def test_lines_end_between_chinese_signs_or_words_and_never_within_a_number_or_before_a_comma(
    text: str, lines: list[str]
) -> None:
    assert broken(text, 5, width_of).split("\n") == lines


def test_no_sign_is_lost_but_the_spaces_at_line_ends() -> None:
    text = "（《【，。、）云川　市 12号 (A) é“引”–…— 한국 ، x"
    assert "".join(broken(text, 3, width_of).split()) == "".join(text.split())
