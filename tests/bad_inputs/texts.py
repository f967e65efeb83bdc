"""33 to 49: ids and texts."""

from tests.bad_inputs.item import HEADER, OFFICES, ROW, Item, accepted, cell, offices
from tests.sheets import a_case_row, sheets


def _second(identifier: str) -> str:
    return OFFICES + ROW.replace("W1", identifier) + "\n"


def _named(name: str) -> dict[str, list[dict[str, str]]]:
    return sheets(cases=[a_case_row("C1", 姓名=name), a_case_row("C2")])


TEXTS: tuple[Item, ...] = (
    offices(33, "an id twice", _second("W1"), "id_duplicate", row=3, field="网点"),
    offices(
        34,
        "an id that is kept",
        f"{HEADER}\n" + ROW.replace("W1", "W0") + "\n",
        "id_exists",
        row=2,
        field="网点",
        status=409,
    ),
    offices(35, "another case", _second("w1"), "id_confusable", row=3, field="网点"),
    offices(35, "full width", _second("Ｗ１"), "id_confusable", row=3, field="网点"),
    offices(35, "a space", _second("W1 "), "id_confusable", row=3, field="网点"),
    *(offices(36, f"id {value!r}", _second(value), "id_missing", row=3, field="网点") for value in ("", "null", "NaN")),
    *(
        offices(36, f"id {value!r}", _second(value), "excel_error_value", row=3, field="网点")
        for value in ("#N/A", "#REF!")
    ),
    offices(37, "long number", _second("1.10101E+17"), "excel_scientific", row=3, field="网点"),
    offices(38, "long id", _second("W" * 1_000), "too_long", row=3, field="网点"),
    *(
        accepted(39, name, _named(name))
        for name in ("<script>alert(1)</script>", "<img onerror=x>", "${alert(1)}", "`x`")
    ),
    *(accepted(40, name, _named(name)) for name in ('=HYPERLINK("http://x")', "+86 1", "-1", "@x", "\t=1")),
    cell(41, "cases", "姓名", "沈" * 10_000, "too_long"),
    *(
        cell(43, "cases", "姓名", f"沈{sign}行", "control_char", what=f"U+{ord(sign):04X}")
        for sign in "\u202e\u200b\x01\x1f"
    ),
    *(accepted(44, name, _named(name)) for name in ("👨\u200d👩\u200d👧", "𠮷野", "㛃")),
    accepted(45, "decomposed name", _named("Andre\u0301")),
    *(accepted(46, name, _named(name)) for name in ("Null", "True", "1e5", "00123")),
    cell(47, "cases", "姓名", "   ", "required_blank"),
    accepted(49, "sql", _named("'; DROP TABLE cases; --")),
)
