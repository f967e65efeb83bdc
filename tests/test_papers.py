"""Letters, notices, cards and route sheets: what stands on them, and what must not."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.papers import PaperKind, route_sheets, visit_papers
from api.papers.discretion import telling_words
from api.papers.verification import letter_number, qr_modules, verification_address
from api.papers.words import words_in
from api.setting_values import LANGUAGES
from api.settings import Settings
from maps.exports import route_csv
from maps.preview import crew_map, overview_map
from scheduler.documents import plan_sha256
from scheduler.domain.errors import InvalidInput, MissingResource
from scheduler.domain.location import Location
from scheduler.domain.plan import Certificate, Plan, StopDecision
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.wording import reason_title
from tests.builders import at, time
from tests.parts import require_paper_font
from tests.pdf_text import pages_of, picture_texts_of, qr_matrix_of
from tests.service import TEXTS, a_day, as_on_roads, its_plan, settings_in

KEY = b"k" * 32
HOTLINE = "010-5550100"
SITE = "https://visits.example.org"
IDENTITY_NUMBERS = {"s1-a": "000000199001010017", "s1-b": "000000199002020028"}
FULL_TEXTS = TEXTS | {key: replace(TEXTS[key], identity_number=number) for key, number in IDENTITY_NUMBERS.items()}
ISSUER = "云川惠民服务有限公司"


@pytest.fixture(autouse=True)
def _a_font() -> None:
    require_paper_font()


def settings(folder: Path, **changes: object) -> Settings:
    given: dict[str, object] = {
        "given_secret_key": KEY,
        "issuer": ISSUER,
        "hotline": HOTLINE,
        "public_url": SITE,
    }
    return settings_in(folder, **(given | changes))


def printed(
    folder: Path,
    kind: PaperKind,
    visit_id: str = "v1",
    *,
    language: str = "zh-CN",
    plan: Plan | None = None,
    problem: Problem | None = None,
    texts: dict[str, Text] = FULL_TEXTS,
    **changes: object,
) -> bytes:
    return visit_papers(
        kind,
        plan or its_plan(),
        problem or a_day(),
        texts=texts,
        visit_ids=[visit_id],
        settings=settings(folder, **changes),
        language=language,
    )


def sheets(language: str = "zh-CN", *, plan: Plan | None = None, texts: dict[str, Text] = FULL_TEXTS) -> bytes:
    return route_sheets(plan or its_plan(), a_day(), texts=texts, font=require_paper_font(), language=language)


def run_on(text: str) -> str:
    """Without the places where lines end, which depend on the font."""
    return "".join(text.split())


def faults_of(folder: Path, kind: PaperKind, **changes: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        printed(folder, kind, **changes)  # type: ignore[arg-type]  # a test names what it changes
    return [(fault.where, fault.code) for fault in refused.value.faults]


def its_number(visit_id: str = "v1") -> str:
    return letter_number(KEY, plan_sha256(its_plan(), a_day().time_zone), visit_id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_names_number_people_issuer_scope_validity_and_hotline(tmp_path: Path, language: str) -> None:
    (page,) = pages_of(printed(tmp_path, PaperKind.LETTER, language=language))
    words = words_in(language)
    day = "2026年12月1日 星期二" if language == "zh-CN" else "Tuesday 1 December 2026"
    for expected in (
        its_number(),
        ISSUER,
        words["seal_place"],
        *("周敏", "s1-a", IDENTITY_NUMBERS["s1-a"]),
        *("孙强", "s1-b", IDENTITY_NUMBERS["s1-b"]),
        HOTLINE,
        "王小明",
        "云川市青石区柳荫路12号3单元501室",
        day,
        "08:00–22:00",
        *(words[key] for key in words if key.startswith("scope")),
    ):
        assert run_on(expected) in run_on(page)


def test_the_qr_code_of_a_letter_leads_to_the_verification_page_of_its_number(tmp_path: Path) -> None:
    drawn = qr_matrix_of(printed(tmp_path, PaperKind.LETTER))
    address = f"{SITE}/verify#{its_number()}"
    assert verification_address(SITE, its_number()) == address
    assert drawn == [list(row) for row in qr_modules(address)]
    assert drawn != [list(row) for row in qr_modules(address[:-1] + "0")]


def test_a_workplace_visit_is_announced_for_the_workplace_and_its_window(tmp_path: Path) -> None:
    _, inside = pages_of(printed(tmp_path, PaperKind.NOTICE, "v2"))
    assert "云川市东湖区创业大道88号" in run_on(inside)
    assert "预计2026年12月1日星期二11:00到达" in run_on(inside)
    assert "不早于11:00，不晚于12:00" in run_on(inside)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_says_who_comes_when_where_and_how_to_verify_or_change_it(tmp_path: Path, language: str) -> None:
    pdf = printed(tmp_path, PaperKind.NOTICE, language=language)
    _, inside = pages_of(pdf)
    words = words_in(language)
    expected = ["周敏", "s1-a", "孙强", "s1-b", "09:03", its_number(), "云川市青石区柳荫路12号3单元501室", ISSUER]
    expected += [words[key].format(hotline=HOTLINE) for key in ("verify_how", "change_how", "complaints")]
    assert all(run_on(text) in run_on(inside) for text in expected)
    assert qr_matrix_of(pdf, page=1) == [list(row) for row in qr_modules(f"{SITE}/verify#{its_number()}")]


@pytest.mark.parametrize("kind", [PaperKind.NOTICE, PaperKind.CARD])
def test_identity_numbers_stand_on_letters_alone(tmp_path: Path, kind: PaperKind) -> None:
    shown = run_on("".join(pages_of(printed(tmp_path, kind)) + pages_of(sheets())))
    assert not [number for number in IDENTITY_NUMBERS.values() if number in shown]


@pytest.mark.parametrize("language", LANGUAGES)
def test_outside_a_notice_stand_name_and_address_and_nothing_else(tmp_path: Path, language: str) -> None:
    outside, _ = pages_of(printed(tmp_path, PaperKind.NOTICE, language=language))
    assert run_on(outside) == "王小明云川市青石区柳荫路12号3单元501室"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_names_nobody_and_gives_a_number_to_ring_and_a_reference(tmp_path: Path, language: str) -> None:
    (page,) = pages_of(printed(tmp_path, PaperKind.CARD, language=language, texts={}, issuer=None, public_url=None))
    named = [word for text in FULL_TEXTS.values() for word in (text.name, text.address) if word]
    assert HOTLINE in page
    assert its_number()[:9] in page
    assert its_number()[:14] not in page
    assert not [word for word in (*named, "v1", "s1-a", ISSUER, SITE) if word in page]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(PaperKind))
def test_no_paper_about_a_visit_speaks_of_money_or_of_a_debt(tmp_path: Path, kind: PaperKind, language: str) -> None:
    for page in pages_of(printed(tmp_path, kind, language=language)):
        assert telling_words(" ".join(page.splitlines())) == ()
        assert telling_words("".join(page.splitlines())) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_ours_on_any_paper_speaks_of_money_or_of_a_debt(language: str) -> None:
    assert {key: telling_words(text) for key, text in words_in(language).items() if telling_words(text)} == {}


@pytest.mark.parametrize(
    "text",
    [
        "请尽快还款",
        "您的欠款",
        "逾期30天",
        "债务",
        "催收通知",
        "XX小额贷款公司",
        "应付 1,200.50 元",
        "3万元",
        "￥500",
        "消费金融",
        "your debt",
        "Loan centre",
        "OVERDUE",
        "you owe us",
        "debt-collection",
        "repayment plan",
        "$20",
        "CNY 300",
        "300 yuan",
    ],
)
def test_words_and_sums_that_tell_are_found(text: str) -> None:
    assert telling_words(text)


@pytest.mark.parametrize(
    "text", ["12号3单元501室", "2026年元旦", "欢迎来访", "However, we called", "the pursuit of a meeting"]
)
def test_harmless_words_are_let_through(text: str) -> None:
    assert telling_words(text) == ()


def test_a_hotline_that_names_a_lender_is_refused_on_a_card(tmp_path: Path) -> None:
    found = faults_of(tmp_path, PaperKind.CARD, hotline="惠民贷款服务 010-5550100")
    assert found == [("VISITS_HOTLINE", "not_discreet")]


def test_everything_that_a_letter_lacks_is_named_at_once(tmp_path: Path) -> None:
    found = faults_of(tmp_path, PaperKind.LETTER, texts={}, issuer=None, hotline=None, public_url=None)
    assert found == [
        *(("VISITS_ISSUER", "missing_setting"), ("VISITS_HOTLINE", "missing_setting")),
        ("VISITS_PUBLIC_URL", "missing_setting"),
        *(("/texts/v1/name", "missing_text"), ("/texts/v1/address", "missing_text")),
        *(("/texts/s1-a/name", "missing_text"), ("/texts/s1-a/identity_number", "missing_text")),
        *(("/texts/s1-b/name", "missing_text"), ("/texts/s1-b/identity_number", "missing_text")),
    ]


@pytest.mark.parametrize("visit_id", ["v4", "v9"])
def test_a_visit_that_is_on_no_route_has_no_papers(tmp_path: Path, visit_id: str) -> None:
    assert faults_of(tmp_path, PaperKind.CARD, visit_id=visit_id) == [("/visit_ids/0", "not_planned")]


def test_all_planned_visits_get_papers_unless_some_are_named(tmp_path: Path) -> None:
    given = settings(tmp_path)
    pdf = visit_papers(PaperKind.CARD, its_plan(), a_day(), texts={}, settings=given, language="en")
    references = [re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", page) for page in pages_of(pdf)]
    assert references == [[its_number(visit_id)[:9]] for visit_id in ("v1", "v2", "v3")]


def test_a_letter_is_valid_in_lawful_hours_alone(tmp_path: Path) -> None:
    decision = StopDecision(
        visit_id="v1",
        place_id="v1-home",
        rule_ids=(),
        lawful_from=time("08:30"),
        lawful_until=time("19:30"),
        crew_minimum=2,
    )
    certificate = Certificate(
        scope="all rules",
        rule_packs=(),
        checker_version="1",
        problem_sha256="",
        plan_sha256="",
        decisions=(decision,),
    )
    (page,) = pages_of(printed(tmp_path, PaperKind.LETTER, plan=replace(its_plan(), certificate=certificate)))
    assert "08:30–19:30" in page


def test_times_on_papers_are_those_of_the_clocks_at_the_place(tmp_path: Path) -> None:
    tokyo = Location(id=at(3), coordinates=None, time_zone=ZoneInfo("Asia/Tokyo"))
    day = a_day()
    problem = replace(day, locations=tuple(tokyo if one.id == at(3) else one for one in day.locations))
    _, inside = pages_of(printed(tmp_path, PaperKind.NOTICE, problem=problem))
    assert "10:03" in inside
    assert "不早于09:00，不晚于23:00" in run_on(inside)


def test_a_letters_number_is_the_same_each_time_and_another_for_each_visit_plan_and_key() -> None:
    number = letter_number(KEY, "p1", "v1")
    others = {letter_number(KEY, "p1", "v2"), letter_number(KEY, "p2", "v1"), letter_number(b"x" * 32, "p1", "v1")}
    assert letter_number(KEY, "p1", "v1") == number
    assert len(others | {number}) == 4
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}", number)


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    assert printed(tmp_path, PaperKind.LETTER) == printed(tmp_path, PaperKind.LETTER)
    assert sheets() == sheets()


def test_a_sign_that_the_font_lacks_is_named_and_never_printed_as_a_box(tmp_path: Path) -> None:
    texts = FULL_TEXTS | {"v1": Text(name="王\U0001f600")}
    with pytest.raises(MissingResource, match=r"U\+1F600"):
        printed(tmp_path, PaperKind.NOTICE, texts=texts)


def test_signs_that_turn_a_text_around_are_not_printed(tmp_path: Path) -> None:
    texts = FULL_TEXTS | {"v1": Text(name="王\u202e小\u200b明\x07")}
    outside, _ = pages_of(printed(tmp_path, PaperKind.NOTICE, texts=texts))
    assert outside.splitlines()[0] == "王小明"


def test_a_very_long_name_without_spaces_does_not_leave_the_page(tmp_path: Path) -> None:
    texts = FULL_TEXTS | {"v1": Text(name="W" * 400)}
    text = "\n".join(pages_of(printed(tmp_path, PaperKind.LETTER, language="en", texts=texts)))
    assert "W" * 400 in run_on(text)
    assert max(len(line) for line in text.splitlines()) < 110


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_route_sheet_has_every_stop_with_its_times_and_texts(language: str) -> None:
    (page,) = pages_of(sheets(language))
    order = [page.index(word) for word in ("青石办公室", "王小明", "赵丽", "12:00–12:45", "陈建国")]
    assert order == sorted(order)
    expected = ("s1", "周敏", "孙强", "09:03–09:33", "请先按门铃", words_in(language)["workplace"])
    assert all(text in page for text in expected)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("source", "estimated"), [("great_circle", True), ("matrix", False), ("osrm:city", False)])
def test_a_route_sheet_says_when_travel_is_estimated(language: str, source: str, estimated: bool) -> None:
    (page,) = pages_of(sheets(language, plan=replace(its_plan(), travel_source=source)))
    word = {"zh-CN": "估算", "en": "Estimated"}[language]
    assert (word in page) == estimated


def test_a_route_sheet_has_a_picture_with_numbers_and_says_when_its_lines_are_no_roads() -> None:
    day, plan = a_day(), its_plan()
    ways = as_on_roads(plan)

    def sheet(**more: object) -> bytes:
        return route_sheets(plan, day, texts=FULL_TEXTS, font=require_paper_font(), language="en", **more)  # type: ignore[arg-type]

    straight, by_road = sheet(), sheet(geometry=ways, road_attribution="© X")
    for pdf in (straight, by_road):
        (drawn,) = picture_texts_of(pdf)
        assert sorted(text for text in drawn if text.isdigit()) == ["1", "2", "3"]
        assert not [text for text in drawn if not text.isdigit() and not text.endswith((" m", " km"))]
    words = words_in("en")["straight_lines"]
    assert (words in pages_of(straight)[0], "© X" in pages_of(straight)[0]) == (True, False)
    assert (words in pages_of(by_road)[0], "© X" in pages_of(by_road)[0]) == (False, True)
    assert sheet() == straight


def test_a_long_route_goes_on_on_the_next_page_with_its_header() -> None:
    note = "\n".join(f"第{line}行" for line in range(18))
    texts = FULL_TEXTS | {f"v{number}": Text(name=f"访客{number}", note=note) for number in (1, 2, 3)}
    pages = pages_of(sheets(texts=texts))
    assert len(pages) > 1
    assert all(words_in("zh-CN")["whom_and_where"] in page for page in pages)
    assert all(f"s1 · {words_in('zh-CN')['private']}" in page for page in pages)


def test_a_window_that_ends_with_the_day_ends_at_twenty_four(tmp_path: Path) -> None:
    day = a_day()
    visits = tuple(
        replace(
            visit,
            places=tuple(
                replace(
                    place,
                    time_windows=tuple(
                        replace(window, latest_end=window.latest_end + timedelta(hours=10))
                        for window in place.time_windows
                    ),
                )
                for place in visit.places
            ),
        )
        for visit in day.visits
    )
    (page,) = pages_of(printed(tmp_path, PaperKind.LETTER, problem=replace(day, visits=visits)))
    assert "08:00–24:00" in page


def test_identity_numbers_stand_on_no_map_and_in_no_export() -> None:
    day, plan = a_day(), its_plan()
    shown = [
        overview_map(plan, day, texts=FULL_TEXTS, language="zh-CN", providers=(), reason_title=reason_title).encode(),
        crew_map(plan, day, "s1", texts=FULL_TEXTS, language="zh-CN", providers=()).encode(),
        route_csv(plan, day, texts=FULL_TEXTS),
    ]
    assert all("周敏".encode() in content for content in shown)
    assert not [number for number in IDENTITY_NUMBERS.values() for content in shown if number.encode() in content]
