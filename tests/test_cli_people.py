"""`visits import`, `visits map`, `visits export` and `visits rules`: what people hand in and take away."""

import json
import stat
from pathlib import Path

import pytest

import fixtures
from tests.command import plan_file, problem_file, texts_file, visits
from tests.parts import require_paper_font
from tests.pdf_text import pages_of
from tests.service import NAMES_AND_ADDRESSES, its_plan
from tests.sheets import SECRETS, a_case_row, a_place_row, sheets, write_files

CITY = sorted((Path(fixtures.__file__).parent / "city").glob("*.csv"))


def a_plan_on_disk(folder: Path) -> tuple[Path, Path, Path]:
    """Plan, problem and texts of `tests.service.a_day`."""
    return plan_file(folder, its_plan()), problem_file(folder), texts_file(folder)


def test_an_import_keeps_names_and_addresses_out_of_everything_but_the_texts(tmp_path: Path) -> None:
    problem, texts = tmp_path / "problem.json", tmp_path / "texts.json"
    tables = write_files(tmp_path, sheets())
    answer = visits("import", *tables, "--date", "2026-12-01", "-o", problem, "--texts", texts)

    assert answer.code == 0
    shown = answer.out + answer.err + problem.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in shown]
    assert SECRETS[0] in texts.read_text(encoding="utf-8")
    assert stat.S_IMODE(texts.stat().st_mode) == 0o600


def test_an_import_without_a_texts_file_says_that_names_are_dropped(tmp_path: Path) -> None:
    answer = visits("import", *write_files(tmp_path, sheets()), "--date", "2026-12-01", "-o", tmp_path / "p.json")

    assert answer.code == 0
    assert "Names and addresses were not kept" in answer.out


@pytest.mark.parametrize(("language", "why"), [("en", "is not known"), ("zh-CN", "未核实")])
def test_an_import_of_the_city_names_who_may_not_be_visited_and_why(tmp_path: Path, language: str, why: str) -> None:
    problem = tmp_path / "problem.json"
    answer = visits("import", *CITY, "--date", "2026-12-01", "-o", problem, "--language", language)

    assert answer.code == 0
    assert {"CN-CARD-69", "CN-LADDER-1", "CN-3P-1", "CN-PLACE-1"} <= set(answer.out.split())
    assert why in answer.out
    assert "80 visits" in answer.out
    assert len(json.loads(problem.read_bytes())["visits"]) == 80


def test_an_import_with_faults_names_every_row_and_writes_nothing(tmp_path: Path) -> None:
    tables = sheets(cases=[a_case_row("C1", 逾期天数="many")], places=[a_place_row("C1", 纬度="91"), a_place_row("C9")])
    problem = tmp_path / "problem.json"
    answer = visits("import", *write_files(tmp_path, tables), "--date", "2026-12-01", "-o", problem)

    assert answer.code == 2
    where = [line.split(": ")[0] for line in answer.err.splitlines()]
    assert where == ["cases.csv:2:逾期天数", "places.csv:2:纬度", "places.csv:3:案件编号"]
    assert not problem.exists()


def test_an_import_refuses_to_write_over_its_tables(tmp_path: Path) -> None:
    tables = write_files(tmp_path, sheets())
    answer = visits("import", *tables, "--date", "2026-12-01", "-o", tables[0])

    assert answer.code == 2
    assert "would_overwrite" in answer.err


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_map_of_all_crews_and_one_of_a_crew_are_single_pages(tmp_path: Path, language: str) -> None:
    plan, problem, texts = a_plan_on_disk(tmp_path)
    page = tmp_path / "map.html"
    for words in ((), ("--shift", "s1")):
        answer = visits("map", plan, "--problem", problem, "--texts", texts, "--language", language, "-o", page, *words)
        assert answer.code == 0
        assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
        assert stat.S_IMODE(page.stat().st_mode) == 0o600


def test_a_map_without_a_texts_file_names_nobody(tmp_path: Path) -> None:
    plan, problem, _ = a_plan_on_disk(tmp_path)
    page = tmp_path / "map.html"
    assert visits("map", plan, "--problem", problem, "-o", page).code == 0

    content = page.read_text(encoding="utf-8")
    assert not [words for words in NAMES_AND_ADDRESSES if words in content]


def test_an_unknown_shift_gets_no_map(tmp_path: Path) -> None:
    plan, problem, _ = a_plan_on_disk(tmp_path)
    answer = visits("map", plan, "--problem", problem, "-o", tmp_path / "map.html", "--shift", "s9")

    assert answer.code == 2
    assert not (tmp_path / "map.html").exists()


def test_an_exported_calendar_names_nobody_and_a_table_does(tmp_path: Path) -> None:
    plan, problem, texts = a_plan_on_disk(tmp_path)
    written = {}
    for kind in ("csv", "gpx", "ics"):
        path = tmp_path / f"routes.{kind}"
        assert visits("export", plan, "--problem", problem, "--texts", texts, "--format", kind, "-o", path).code == 0
        written[kind] = path.read_text(encoding="utf-8-sig")

    assert "王小明" in written["csv"]
    for kind in ("gpx", "ics"):
        assert not [words for words in NAMES_AND_ADDRESSES if words in written[kind].replace("\r\n ", "")]


@pytest.mark.parametrize(("kind", "beginning"), [("xlsx", b"PK"), ("pdf", b"%PDF-")])
def test_an_export_with_names_is_for_its_owner_alone(tmp_path: Path, kind: str, beginning: bytes) -> None:
    require_paper_font()
    plan, problem, texts = a_plan_on_disk(tmp_path)
    path = tmp_path / f"routes.{kind}"
    assert visits("export", plan, "--problem", problem, "--texts", texts, "--format", kind, "-o", path).code == 0

    assert path.read_bytes().startswith(beginning)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("language", "title"), [("en", "Route sheet"), ("zh-CN", "外访路线单")])
def test_route_sheets_are_in_the_language_asked_for(tmp_path: Path, language: str, title: str) -> None:
    require_paper_font()
    plan, problem, _ = a_plan_on_disk(tmp_path)
    path = tmp_path / "routes.pdf"
    words = ("--problem", problem, "--format", "pdf", "--language", language, "-o", path)
    assert visits("export", plan, *words).code == 0

    assert title in pages_of(path.read_bytes())[0]


def test_an_export_of_one_shift_leaves_the_others_out(tmp_path: Path) -> None:
    plan, problem, _ = a_plan_on_disk(tmp_path)
    path = tmp_path / "routes.csv"
    assert visits("export", plan, "--problem", problem, "--format", "csv", "--shift", "s2", "-o", path).code == 0
    assert "s1" not in path.read_text(encoding="utf-8-sig")


def test_the_rule_packs_are_listed_for_people_and_programs() -> None:
    names = [pack["name"] for pack in visits("rules", "list", "--json").document()]
    shown = visits("rules", "list").out

    assert {"cn-base", "cn-house"} <= set(names)
    assert all(name in shown for name in names)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_pack_is_shown_in_words_rule_by_rule(language: str) -> None:
    packs = {pack["name"]: pack for pack in visits("rules", "list", "--json").document()}
    answer = visits("rules", "show", "cn-base", "--language", language)

    assert answer.code == 0
    assert all(rule in answer.out for rule in packs["cn-base"]["rules"])


def test_an_unknown_pack_is_bad_input() -> None:
    answer = visits("rules", "show", "cn-nowhere")

    assert answer.code == 2
    assert "cn-nowhere" in answer.err


def test_the_examples_of_all_packs_hold() -> None:
    answer = visits("rules", "check")

    assert answer.code == 0
    assert "cn-base" in answer.out


@pytest.mark.parametrize("words", [(), ("plan",), ("rules",), ("import",)])
def test_help_answers_at_every_level(words: tuple[str, ...]) -> None:
    answer = visits(*words, "--help")

    assert answer.code == 0
    assert answer.out.startswith("Usage: ")
