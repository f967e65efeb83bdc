import csv
import io
import re
from collections.abc import Iterable
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pytest

import api.web
from api.access import Role
from api.desk.eligibility import Standing
from api.desk.revealing import RevealReason
from api.importing.columns import COLLECTORS, SHIFTS, TABLE_KINDS
from api.route_files import CONTENT_TYPES
from api.store import PlanState
from api.store.case_blocks import BlockSource
from api.store.imports import ImportMode
from api.store.jobs import WORKER_DIED, JobState
from api.store.wishes import WishKind
from api.visiting.verifying import LetterState
from api.web.case_ladder import LANES
from api.web.catalogue import texts_in
from api.web.menu import ENTRIES
from api.web.outcome_fields import GROUPS, asked_keys
from api.web.theme import THEMES
from scheduler.documents import plan_sha256, problem_sha256
from scheduler.domain.plan import Certificate, Cost, PackVersion, Plan, ReasonCode
from scheduler.domain.plan_difference import ChangeKind
from tests.builders import ZONE
from tests.parts import require_paper_font
from tests.service import TEXTS, a_client, a_day, a_service, its_plan, settings_in

WORDS_OF_DEBT = (
    "欠",
    "债",
    "贷",
    "逾期",
    "催",
    "还款",
    "借款",
    "debt",
    "loan",
    "overdue",
    "borrower",
    "repay",
    "collect",
)


def words_of(html: str) -> str:
    """What a person reads: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "path", ["/", "/days/2026-12-01", "/plans/{id}/board", "/plans/{id}/crews/s1", "/no-such-page"]
)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_has_its_language_a_title_and_one_heading(tmp_path: Path, path: str, language: str) -> None:
    client, plan_id = a_service(tmp_path)

    html = client.get(f"{path.format(id=plan_id)}?lang={language}").text

    assert f'<html lang="{language}"' in html
    assert re.search(r"<title>[^<]+</title>", html)
    assert html.count("<h1") == 1
    assert '<meta name="robots" content="noindex, nofollow">' in html


def test_the_list_leads_to_the_day_and_the_day_to_the_plan(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    html = client.get("/").text

    assert 'href="/days/2026-12-01"' in html
    assert "2026年12月1日 星期二" in html
    assert f'href="/plans/{plan_id}"' in client.get("/days/2026-12-01").text


def test_a_service_without_plans_says_how_to_get_one(tmp_path: Path) -> None:
    client = a_client(settings_in(tmp_path))

    assert "visits demo" in client.get("/").text


def test_the_plan_shows_its_figures_crews_and_the_visits_left_out_with_reasons(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    words = words_of(client.get(f"/plans/{plan_id}/board?lang=en").text)

    assert "Tuesday 1 December 2026" in words
    assert "Crews 1 of 2 shifts" in words
    assert "Stops 3 of 4 visits" in words
    assert "Travel 28 min 9 min per stop" in words
    assert "Unassigned 1 of 4 visits" in words
    assert "s1 周敏, 孙强 3 09:03 13:15 28 min" in words
    assert "刘* v4" in words
    assert "CN-BLK-1" in words
    assert "1 more reason " in words


def test_a_day_with_two_plans_leads_to_both_and_so_does_each_of_them(tmp_path: Path) -> None:
    client, older = a_service(tmp_path, its_plan())
    _, newer = a_service(tmp_path, replace(its_plan(), travel_source="great_circle"))

    day = client.get("/days/2026-12-01").text
    html = client.get(f"/plans/{newer}/board").text

    assert day.index(f'href="/plans/{newer}"') < day.index(f'href="/plans/{older}"')
    assert f'src="/plans/{newer}/map"' in html
    assert f'href="/plans/{older}"' in html
    assert f'href="/plans/{newer}" aria-current="page"' in html


def certified() -> Plan:
    certificate = Certificate(
        scope="planning rules",
        rule_packs=(PackVersion(name="cn-base", version="2026.11", sha256="ab" * 32),),
        checker_version="1.2.3",
        problem_sha256=problem_sha256(a_day()),
        plan_sha256=plan_sha256(its_plan(), ZONE),
    )
    return replace(its_plan(), certificate=certificate)


def test_the_certificate_is_shown_in_words(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path, certified())

    words = words_of(client.get(f"/plans/{plan_id}/board?lang=en").text)

    assert "An independent checker" in words
    assert "Planning rules only" in words
    assert "cn-base 2026.11 abababababab" in words
    assert "1.2.3" in words
    assert plan_sha256(its_plan(), ZONE) in words


def test_the_certificate_of_another_plan_is_none(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path, replace(certified(), travel_source="great_circle"))

    words = words_of(client.get(f"/plans/{plan_id}/board?lang=en").text)

    assert "carries no certificate" in words
    assert "An independent checker" not in words


def test_a_plan_without_certificate_is_not_passed_off_as_checked(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    words = words_of(client.get(f"/plans/{plan_id}/board?lang=en").text)

    assert "carries no certificate" in words
    assert "An independent checker" not in words


@pytest.mark.parametrize("path", ["/", "/plans/{id}/board", "/plans/{id}/crews/s1"])
def test_a_plan_on_straight_lines_is_labelled_estimated_on_every_page(tmp_path: Path, path: str) -> None:
    estimated, plan_id = a_service(tmp_path / "a", replace(its_plan(), travel_source="great_circle"))
    exact, other_id = a_service(tmp_path / "b")

    assert "估算" in words_of(estimated.get(path.format(id=plan_id)).text)
    assert "估算" not in words_of(exact.get(path.format(id=other_id)).text)


def test_the_language_asked_for_is_remembered_and_an_unknown_one_is_passed_over(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    assert '<html lang="zh-CN"' in client.get("/").text
    assert '<html lang="en"' in client.get("/?lang=en").text
    assert '<html lang="en"' in client.get("/").text
    assert '<html lang="en"' in client.get("/?lang=<script>").text
    assert '<html lang="zh-CN"' in client.get("/?lang=zh-CN").text


def test_the_operator_chooses_the_first_language(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path, language="en")

    assert '<html lang="en"' in client.get("/").text


def test_the_phone_page_shows_each_stop_in_order_with_what_the_crew_needs(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    words = words_of(client.get(f"/plans/{plan_id}/crews/s1").text)

    order = [
        "09:00 出发",
        "09:03–09:33",
        "王小明",
        "柳荫路12号3单元501室",
        "请先按门铃",
        "11:00–11:30",
        "赵丽",
        "12:",
        "休息",
    ]
    places = [words.index(part) for part in order]
    assert places == sorted(places)
    assert "住所" in words
    assert "工作单位" in words
    assert "等候 1 小时 21 分" in words
    assert "周敏、孙强" in words


def test_the_phone_page_navigates_along_the_whole_route_in_parts_that_the_app_takes(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    html = client.get(f"/plans/{plan_id}/crews/s1?lang=en").text

    _, whole_route = html.split("Navigate the whole route")
    assert re.findall(r">(Amap [^<]*)<", whole_route) == ["Amap 1–2", "Amap 3–End"]


def test_the_phone_page_navigates_by_coordinates_alone(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    html = client.get(f"/plans/{plan_id}/crews/s1").text

    links = re.findall(r'href="((?:geo:|https:)[^"]+)"', html)
    assert any(link.startswith("geo:31.200000,112.803000") for link in links)
    assert any(link.startswith("https://uri.amap.com/navigation?to=112.8") for link in links)
    assert not any(text.name and text.name in link for link in links for text in TEXTS.values())
    assert html.count('target="_blank"') == html.count('rel="noopener noreferrer" target="_blank"') > 0


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_phone_page_has_no_word_of_debt(tmp_path: Path, language: str) -> None:
    client, plan_id = a_service(tmp_path)

    html = client.get(f"/plans/{plan_id}/crews/s1?lang={language}").text.lower()

    assert [word for word in WORDS_OF_DEBT if word in html] == []


def test_a_crew_without_visits_is_told_so(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    assert "no stops on this day" in client.get(f"/plans/{plan_id}/crews/s2?lang=en").text


def test_the_files_of_a_crew_come_as_attachments(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    table = client.get(f"/plans/{plan_id}/crews/s1.csv")
    calendar = client.get(f"/plans/{plan_id}/crews/s1.ics")

    assert table.headers["Content-Disposition"] == "attachment; filename=2026-12-01-s1.csv"
    assert table.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert any("王小明" in cell for row in rows for cell in row)
    assert calendar.mimetype == "text/calendar"
    assert calendar.data.startswith(b"BEGIN:VCALENDAR")
    assert "王小明" not in calendar.text


def test_the_crews_page_leads_to_each_kind_of_file(tmp_path: Path) -> None:
    require_paper_font()
    client, plan_id = a_service(tmp_path)
    page = client.get(f"/plans/{plan_id}/crews/s1").text
    beginnings = {"pdf": b"%PDF", "xlsx": b"PK", "gpx": b"<?xml", "csv": b"\xef\xbb\xbf", "ics": b"BEGIN:VCALENDAR"}

    for kind, beginning in beginnings.items():
        address = f"/plans/{plan_id}/crews/s1.{kind}"
        assert f'href="{address}"' in page
        file = client.get(address)
        assert file.headers["Content-Disposition"] == f"attachment; filename=2026-12-01-s1.{kind}"
        assert file.data.startswith(beginning)
    assert "王小明" not in client.get(f"/plans/{plan_id}/crews/s1.gpx").text


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "字体"), ("en", "font")])
def test_without_a_font_the_route_sheet_is_a_page_that_says_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, language: str, word: str
) -> None:
    client, plan_id = a_service(tmp_path, font=tmp_path / "gone.ttf")
    answer = client.get(f"/plans/{plan_id}/crews/s1.pdf?lang={language}")

    assert answer.status_code == 503
    assert word in words_of(answer.text)
    assert "VISITS_FONT" in answer.text
    assert "gone.ttf" not in answer.text
    assert "gone.ttf" in caplog.text


def test_the_maps_are_whole_pages(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    for path in (f"/plans/{plan_id}/map", f"/plans/{plan_id}/crews/s1/map"):
        response = client.get(path)
        assert response.mimetype == "text/html"
        assert "</html>" in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/days/2026-12-32",
        "/days/yesterday",
        "/plans/nothing",
        "/plans/nothing/map",
        "/plans/nothing/crews/s1",
        "/plans/nothing/crews/s1.csv",
        "/plans/{id}/crews/s9",
        "/plans/{id}/crews/s9/map",
        "/plans/{id}/crews/s9.csv",
        "/plans/{id}/crews/s2.ics",
        "/plans/{id}/crews/s2.pdf",
        "/plans/{id}/crews/s1.exe",
        "/plans/%00",
        "/static/../settings.py",
        "/no-such-page",
    ],
)
def test_what_does_not_exist_is_answered_in_the_readers_language(tmp_path: Path, path: str) -> None:
    client, plan_id = a_service(tmp_path)

    chinese, english = (client.get(path.format(id=plan_id) + f"?lang={language}") for language in ("zh-CN", "en"))

    assert chinese.status_code == english.status_code == 404
    assert "没有找到这个页面" in chinese.text
    assert "There is no such page" in english.text


def test_another_secret_key_is_explained_and_nothing_is_shown(tmp_path: Path) -> None:
    _, plan_id = a_service(tmp_path)
    client = a_client(settings_in(tmp_path, given_secret_key=b"y" * 32))

    response = client.get(f"/plans/{plan_id}/board?lang=en")

    assert response.status_code == 503
    assert "secret key" in response.text


def test_both_languages_have_every_text_with_the_same_gaps_to_fill() -> None:
    chinese, english = texts_in("zh-CN"), texts_in("en")

    for key in chinese:
        assert chinese[key]
        assert english[key]
        assert set(re.findall(r"{\w+}", chinese[key])) == set(re.findall(r"{\w+}", english[key])), key


def templates() -> str:
    return "".join(path.read_text() for path in (Path(api.web.__file__).parent / "templates").glob("*.html"))


def test_every_text_that_a_page_asks_for_is_in_the_catalogue() -> None:
    asked = set(re.findall(r"\bt\.(\w+)", templates()))
    asked |= {f"said_{key}" for key in re.findall(r'\bdone\(\s*"[\w.]+",\s*"(\w+)"', views())}

    assert asked - texts_in("en").keys() == set()


def is_used(key: str) -> bool:
    """Whether a template shows a text, or a view names it: in what it says after a form by the name without `said_`."""
    named = rf"[\"']{key.removeprefix('said_')}[\"']"
    return bool(re.search(rf"\bt\.{key}\b", templates()) or re.search(named, views()))


@cache
def views() -> str:
    web = Path(api.web.__file__).parent
    return "".join(path.read_text() for path in sorted(web.glob("*.py")))


def families_of_texts() -> set[str]:
    """Texts whose names are made of a code of some closed list."""
    made: dict[str, Iterable[object]] = {
        "block_source_": BlockSource,
        "case_approval_": ("open", "granted", "refused"),
        "certificate_": ("valid", "soon", "over"),
        "collector_": ("badge_number", "employer", *(column.key for column in COLLECTORS.columns)),
        "imports_": ("created", "changed", "unchanged", "ended"),
        "imports_mode_": ImportMode,
        "imports_note_": ImportMode,
        "imports_table_": (kind.name for kind in TABLE_KINDS),
        "lane_": LANES,
        "reveal_": RevealReason,
        "shift_": (column.key for column in SHIFTS.columns),
        "standing_": Standing,
    }
    return {f"{start}{code}" for start, codes in made.items() for code in codes}


def test_no_text_of_the_catalogue_is_left_unused() -> None:
    built = {f"error_{kind}" for kind in ("401", "403", "404", "405", "421", "429", "503", "no_font", "4xx", "5xx")}
    built |= {"home", "workplace", "other", "start", "end", "break"} | set(CONTENT_TYPES)
    built |= {part.name for part in fields(Cost)} | {str(kind) for kind in WishKind}
    built |= {"work-badge", "identity-card", "outsourcing-notice", "agency-evaluation"}

    built |= {key for key, _ in ENTRIES} | {f"theme_{theme}" for theme in THEMES} | asked_keys()
    built |= {f"state_{state}" for state in PlanState} | {f"job_{state}" for state in JobState}
    built |= {f"job_error_{code}" for code in (WORKER_DIED,)} | families_of_texts()
    built |= {f"effect_{kind}" for kind in WishKind} | {f"{kind}_next" for kind in WishKind}
    built |= {f"met_{met}" for met in GROUPS} | {f"letter_{state}" for state in LetterState}
    built |= {f"state_{state}" for state in ("open", "handled", "all")}
    built |= {f"said_{said}" for said in ("visit_begun", "visit_ended", "alarm_sent", "handled")}
    built |= {f"not_now_{code}" for code in ("visit_cancelled", "plan_not_followed", "visit_ended")}
    built |= {"effect_called_off", "effect_stands", "handled_by_at", "somebody"}
    built |= {f"change_{kind}" for kind in ChangeKind}
    built |= {f"legend_{kind}" for kind in ("visit", "travel", "waiting", "break", "window", "shift")}
    built |= {f"way_{code.value.lower()}" for code in ReasonCode} | {"visit_open", "plan_not_published"}
    built |= {f"role_{role}" for role in Role}
    built |= {f"approval_{kind}" for kind in ("override", "rule_packs", "keep_days")}

    unused = [key for key in texts_in("en") if key not in built and not is_used(key)]

    assert unused == []
