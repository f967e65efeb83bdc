"""Which rule packs are refused, and what the committed ones say of themselves."""

import re
from datetime import date
from importlib.resources import files

import pytest

from scheduler.domain.errors import InvalidInput
from scheduler.rules.calendar import Calendar, Schedule, read_calendar
from scheduler.rules.describe import check_packs, describe_pack
from scheduler.rules.load import available_packs, combine, load_rule_set
from scheduler.rules.make_calendar import FIRST_YEAR, calendar_text
from scheduler.rules.pack_reader import read_pack
from scheduler.rules.rule_pack import RulePack

PACK = """
pack = "xx"
version = "1"
jurisdiction = "XX"
time_zone = "Asia/Shanghai"
status = "draft"
effective_from = 2026-01-01

[[rules]]
id = "XX-HRS"
kind = "time_window"
strength = "hard"
basis = "policy"
title = { zh = "时段", en = "Hours" }
effective_from = 2026-01-01
examples = [
    { given = { arrive = "07:59", service_minutes = 30 }, expect = "deny" },
    { given = { arrive = "08:00", service_minutes = 30 }, expect = "allow" },
]
[rules.params]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
start = "08:00"
end = "22:00"
holiday = "allow"
must_contain = "whole_visit"
[rules.source]
title = "An invented act"
locator = "section 1"
url = "https://law.example/1"
seen = "text"
checked_on = 2026-11-01
"""


def no_calendar(_: str) -> Calendar | None:
    return None


def read(text: str, name: str = "xx") -> RulePack:
    return read_pack(name, text.encode(), no_calendar)


def faults_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        read(text)
    return [(fault.where, fault.code) for fault in refused.value.faults]


def test_the_pack_of_these_tests_is_good() -> None:
    assert [rule.id for rule in read(PACK).rules] == ["XX-HRS"]


@pytest.mark.parametrize(
    ("old", "new", "where", "code"),
    [
        ('expect = "deny"', 'expect = "allow"', "", "one_sided_examples"),
        ('arrive = "07:59"', 'arrive = "08:01"', "examples", "example_failed"),
        ('locator = "section 1"', "", "source/locator", "missing"),
        ("checked_on = 2026-11-01", 'checked_on = "soon"', "source/checked_on", "wrong_value"),
        ("https://law.example/1", "ftp://law.example/1", "source/url", "wrong_value"),
        ('seen = "text"', 'seen = "hearsay"', "source/seen", "wrong_value"),
        ('kind = "time_window"', 'kind = "witchcraft"', "kind", "wrong_value"),
        ('kind = "time_window"', 'kind = "retention"', "params/keep_min_years", "missing"),
        ('strength = "hard"', 'strength = "soft"', "strength", "strength_not_judged"),
        ('basis = "policy"', 'basis = "custom"', "basis", "wrong_value"),
        ('end = "22:00"', 'end = "25:00"', "params/end", "wrong_value"),
        ('end = "22:00"', 'finish = "22:00"', "params/end", "missing"),
        ('start = "08:00"', 'start = "08:00"\nstart_minutes = 5', "params/start_minutes", "unknown_key"),
        ('title = { zh = "时段", en = "Hours" }', 'title = { en = "Hours" }', "title/zh", "missing"),
        ('id = "XX-HRS"', "", "", "missing"),
        ("effective_from = 2026-01-01\nexamples", "examples", "effective_from", "missing"),
        ("\nexamples", "\neffective_to = 2025-01-01\nexamples", "effective_to", "reversed_dates"),
    ],
)  # fmt: skip
def test_a_faulty_rule_is_refused_where_the_fault_is(old: str, new: str, where: str, code: str) -> None:
    assert old in PACK
    found = faults_of(PACK.replace(old, new, 1))
    assert any(code == one_code and where in one_where for one_where, one_code in found), found


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('pack = "xx"', 'pack = "yy"', ("xx/pack", "name_mismatch")),
        ("Asia/Shanghai", "Asia/Atlantis", ("xx/time_zone", "tz_unknown")),
        ("[[rules]]", 'calendar = "moon"\ncalendar_sha256 = "0"\n[[rules]]', ("xx/calendar", "unknown_calendar")),
        ('status = "draft"', 'status = "retired"', ("xx/effective_to", "missing")),
        ('version = "1"', "version = 1", ("xx/version", "wrong_value")),
        ("[[rules]]", "surprise = 1\n[[rules]]", ("xx/surprise", "unknown_key")),
        ("[[rules]]", "[[rules", ("xx", "invalid_toml")),
    ],
)  # fmt: skip
def test_a_faulty_pack_is_refused_where_the_fault_is(old: str, new: str, fault: tuple[str, str]) -> None:
    assert fault in faults_of(PACK.replace(old, new, 1))


def test_all_faults_of_a_pack_come_at_once() -> None:
    found = faults_of(
        PACK.replace('"22:00"', '"25:00"').replace('"text"', '"hearsay"').replace("Asia/Shanghai", "No/Where")
    )
    assert {where for where, _ in found} == {
        "xx/time_zone",
        "xx/rules/XX-HRS/params/end",
        "xx/rules/XX-HRS/source/seen",
    }


@pytest.mark.parametrize("basis", ["statute", "regulation"])
def test_what_rests_on_statute_or_regulation_cannot_be_softened(basis: str) -> None:
    softened = PACK.replace('basis = "policy"', f'basis = "{basis}"').replace('"hard"', '"soft"')
    assert ("xx/rules/XX-HRS/strength", "cannot_be_softened") in faults_of(softened)


def codes_of_combining(*packs: RulePack) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        combine(packs)
    return [fault.code for fault in refused.value.faults]


def test_two_rules_without_a_common_hour_are_refused_naming_both() -> None:
    night = (
        PACK.replace('"xx"', '"yy"')
        .replace("XX-HRS", "YY-HRS")
        .replace('"08:00"', '"22:30"')
        .replace('"22:00"', '"23:30"')
    ).replace('arrive = "22:30"', 'arrive = "22:31"')
    with pytest.raises(InvalidInput) as refused:
        combine([read(PACK), read(night, "yy")])
    (fault,) = refused.value.faults
    assert fault.code == "empty_intersection"
    assert "XX-HRS" in fault.message
    assert "YY-HRS" in fault.message


def test_a_rule_cannot_be_replaced_by_another_pack() -> None:
    assert codes_of_combining(read(PACK), read(PACK.replace('"xx"', '"yy"'), "yy")) == ["duplicate_rule"]


def test_two_versions_in_force_on_one_day_are_refused() -> None:
    later = PACK.replace('version = "1"', 'version = "2"').replace("2026-01-01", "2026-06-01")
    assert "overlapping_versions" in codes_of_combining(read(PACK), read(later))


def test_an_overlay_without_its_base_is_refused() -> None:
    overlay = PACK.replace('version = "1"', 'version = "1"\nextends = ["base"]')
    assert codes_of_combining(read(overlay)) == ["base_missing"]


def test_an_overlay_named_alone_brings_its_base() -> None:
    assert [pack.name for pack in load_rule_set(("cn-house",)).packs] == ["cn-base", "cn-house"]
    assert load_rule_set(("cn-house",)).versions == load_rule_set(("cn-base", "cn-house")).versions


def test_an_unknown_pack_is_named_with_its_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        load_rule_set(("cn-base", "nowhere"))
    assert [(fault.where, fault.code) for fault in refused.value.faults] == [("/rule_packs/1", "unknown_rule_pack")]


def test_the_committed_packs_are_without_fault() -> None:
    assert {"cn-base", "cn-house", "us-federal", "us-ma", "in-rbi", "uk-fca-conc", "ru-base"} <= set(available_packs())
    assert check_packs() == ()


def test_base_packs_hold_no_house_policy_and_overlays_hold_nothing_else() -> None:
    bases = {pack.name: {rule.basis for rule in pack.rules} for pack in load_rule_set(("cn-house",)).packs}
    assert "policy" not in bases["cn-base"]
    assert bases["cn-house"] == {"policy"}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("name", ["cn-base", "cn-house"])
def test_a_pack_in_words_names_every_rule_its_source_and_how_sure_it_is(name: str, language: str) -> None:
    (pack,) = [pack for pack in load_rule_set((name,)).packs if pack.name == name]
    words = describe_pack(pack, language)
    for rule in pack.rules:
        assert rule.id in words
        assert rule.source.title in words
        assert (rule.title_en if language == "en" else rule.title_zh) in words
    assert pack.sha256 in words


def test_no_number_of_the_law_stands_in_code() -> None:
    folder = files("scheduler.rules")
    for name in ("evaluate.py", "hours.py"):
        assert not re.search(r"\b(8|9|20|22)\b", (folder / name).read_text(encoding="utf-8")), name


@pytest.mark.parametrize("name", ["au", "cn", "id", "ru"])
def test_a_calendar_made_anew_is_the_same_but_for_its_day(name: str) -> None:
    text = (files("scheduler.rules") / "calendars" / f"{name}.toml").read_text(encoding="utf-8")
    made_on = date.fromisoformat(re.findall(r"^made_on = (\S+)$", text, re.MULTILINE)[0])
    assert calendar_text(name, made_on, range(FIRST_YEAR, made_on.year + 2)) == text


@pytest.mark.parametrize("name", ["au", "id", "ru"])
def test_a_calendar_that_nobody_has_compared_with_its_source_says_so_and_stops_with_the_year_of_its_making(
    name: str,
) -> None:
    calendar = read_calendar(name, (files("scheduler.rules") / "calendars" / f"{name}.toml").read_bytes())
    assert {year.schedule for year in calendar.years} == {Schedule.REPORTED}
    assert max(year.year for year in calendar.years) == calendar.made_on.year
    assert all("not read" in year.source for year in calendar.years)
    assert calendar.is_holiday(date(calendar.made_on.year + 1, 1, 1)) is None
    assert not any(year.joined_rest_days for year in calendar.years)


def test_a_calendar_tells_workdays_from_days_of_rest() -> None:
    calendar = read_calendar("cn", (files("scheduler.rules") / "calendars" / "cn.toml").read_bytes())
    known = {
        date(2026, 10, 1): False,
        date(2026, 10, 9): True,
        # a Saturday on which people make up for a day off, and one like others
        date(2026, 10, 10): True,
        date(2026, 10, 17): False,
        date(2027, 10, 1): None,
    }
    assert {day: calendar.is_workday(day) for day in known} == known


def test_hours_of_workdays_alone_need_a_calendar() -> None:
    words = 'holiday = "allow"\non = "workdays"'
    assert ("xx/rules/XX-HRS/params/on", "calendar_missing") in faults_of(PACK.replace('holiday = "allow"', words))


def test_the_calendar_says_where_it_comes_from_and_knows_only_official_years() -> None:
    (pack,) = [pack for pack in load_rule_set(("cn-house",)).packs if pack.name == "cn-house"]
    assert pack.calendar is not None
    text = (files("scheduler.rules") / "calendars" / "cn.toml").read_text(encoding="utf-8")
    assert "source" in text
    assert re.findall(r"^\[years?\.?\"?(\d{4})", text, re.MULTILINE) or "2026" in text
    assert date(2026, 10, 1).isoformat() in text
    assert "2027-10-01" not in text
