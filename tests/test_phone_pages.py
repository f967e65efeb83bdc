"""A crew's phone without a browser: what its one page holds, asks, keeps and refuses."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.store import alarms, events, records
from api.store.events import EventKind
from api.visiting import visits
from api.web.outcome_fields import asked_after, label_of
from scheduler.rules.kinds.outcome import Met
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes
from tests.databases import sqlite_settings
from tests.phone_days import EVERYTHING, a_day_at_doors, a_phone, begun, keys_of, record_of, records_of
from tests.visiting import DAY, PACKS, at_the_door
from tests.visiting_service import VisitingService, a_visiting_service

KILOBYTE = 1000


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_day_at_doors(tmp_path) as made:
        yield made


def current_stop(page: str) -> str:
    return page.split('<section class="current"')[1].split("</section>\n\n")[0]


def test_the_page_comes_with_one_request_and_is_small_even_at_the_door_of_a_full_day(tmp_path: Path) -> None:
    codes = [f"c{number}" for number in range(1, 13)]
    with a_visiting_service(sqlite_settings(tmp_path), {"s1": codes[:8], "s2": codes[8:]}) as service:
        phone = a_phone(service)
        before = phone.get("/crew").get_data()
        begun(service, phone)
        during = phone.get("/crew").get_data()

    for page in (before, during):
        assert len(page) < 60 * KILOBYTE
        assert not re.search(rb'<(script|img|iframe)[^>]+src=|<link[^>]+href="(?!data:,)', page)


def test_nothing_of_the_page_stays_on_the_phone_after_the_day(service: VisitingService) -> None:
    phone = a_phone(service)

    page = phone.get("/crew")

    assert page.headers["Cache-Control"] == "no-store"
    assert "localStorage" not in page.text
    assert "sessionStorage" not in page.text
    assert "indexedDB" not in page.text
    service.now = at_the_door("20:00")
    over = phone.get("/crew")
    assert (over.status_code, "李借1" in over.text) == (410, False)


def test_the_next_stop_stands_first_and_another_one_can_be_taken_before_it(service: VisitingService) -> None:
    phone = a_phone(service)

    assert "李借1" in current_stop(phone.get("/crew").text)
    assert "李借2" in current_stop(phone.get("/crew?visit=c2").text)
    assert "李借1" in current_stop(phone.get("/crew?visit=c3").text)  # another crew's
    begun(service, phone)
    assert "李借1" in current_stop(phone.get("/crew?visit=c2").text)


def test_a_visit_that_can_no_longer_end_lawfully_says_do_not_start_and_is_refused(service: VisitingService) -> None:
    phone = a_phone(service, "19:30")
    in_time = phone.get("/crew").text
    assert "最晚 19:30 开始" in in_time
    assert re.search(r"data-too-late hidden", in_time)

    service.now = at_the_door("19:30") + timedelta(seconds=1)
    late = phone.get("/crew").text

    assert "不要开始。" in late
    assert "data-too-late>" in late
    assert "data-in-time hidden" in late
    assert phone.post("/crew/visits/c1/check-in", data=EVERYTHING).status_code == 422
    assert record_of(service) is None


def test_a_visit_that_cannot_begin_yet_says_why(service: VisitingService) -> None:
    phone = a_phone(service, "08:30")

    page = phone.get("/crew").text

    assert "现在还不能开始" in page
    assert "不在该地点允许的时段内" in page


def test_what_a_crew_switched_on_and_showed_is_kept(service: VisitingService) -> None:
    phone = a_phone(service)
    record_id = begun(service, phone)
    shown = {"outcome": "REFUSED_TALK", "shown": ["identity-shown", "letter-shown", "something"]}

    assert phone.post(f"/crew/records/{record_id}/outcome", data=shown).status_code == 303

    record = record_of(service)
    assert record is not None
    assert set(record.checklist) >= {"work-badge", "identity-card", *visits.CHECK_LIST}
    assert "something" not in record.checklist


def test_where_nobody_was_met_nothing_was_shown(service: VisitingService) -> None:
    phone = a_phone(service)
    record_id = begun(service, phone)
    phone.post(f"/crew/records/{record_id}/outcome", data={"outcome": "NOT_HOME", "shown": ["identity-shown"]})

    record = record_of(service)
    assert record is not None
    assert not set(visits.SHOWN) & set(record.checklist)


def test_a_recorder_cannot_be_switched_on_by_naming_it_a_paper(service: VisitingService) -> None:
    phone = a_phone(service)
    phone.post(
        "/crew/visits/c1/check-in",
        data=EVERYTHING | {"carried": [*EVERYTHING["carried"], "recording-on"], "checked": []},
    )

    record = record_of(service)
    assert record is not None
    assert "recording-on" not in record.checklist


def test_an_outcome_keeps_the_day_and_the_words_that_it_asks_for_and_no_others(service: VisitingService) -> None:
    phone = a_phone(service)
    record_id = begun(service, phone)
    typed = {
        "outcome": "VULNERABLE",
        "note-VULNERABLE": "胃病",
        "note-PTP": "下周",
        "until-PTP": "2026-12-10",
    }

    assert phone.post(f"/crew/records/{record_id}/outcome", data=typed).status_code == 303

    record = record_of(service)
    assert record is not None
    assert (record.outcome, record.until) == ("VULNERABLE", None)
    with service.database.reading(service.scope, service.now) as unit:
        assert records.note_of(unit, record_id) == ""


def test_a_promise_without_its_day_is_refused_and_what_was_typed_stays(service: VisitingService) -> None:
    phone = a_phone(service)
    record_id = begun(service, phone)

    for day, told in (("", "需要填写日期"), ("2026-02-30", "日期不存在"), ("2026-12-03", "早于上门当天")):
        typed = {"outcome": "PTP", "until-PTP": day, "note-PTP": "打电话约"}
        refused = phone.post(f"/crew/records/{record_id}/outcome", data=typed)
        assert refused.status_code == 422
        assert told in refused.text
        assert "打电话约</textarea>" in refused.text
    assert phone.post(f"/crew/records/{record_id}/outcome?lang=en", data={"outcome": ""}).status_code == 422

    kept = phone.post(f"/crew/records/{record_id}/outcome", data={"outcome": "PTP", "until-PTP": "2026-12-10"})
    assert kept.status_code == 303
    assert "李借2" in current_stop(phone.get("/crew").text)


def test_every_outcome_asks_for_the_day_that_its_rule_needs_and_names_no_matter() -> None:
    codes = outcome_codes(load_rule_set(PACKS), DAY)
    for code in codes.values():
        asked = asked_after(code)
        assert (asked.day is not None) >= (code.days_after_date is not None), code.code
        if code.met is Met.NOBODY and code.code in {"NOT_HOME", "NO_ACCESS"}:
            assert asked.note is None
        for language, words in (("zh-CN", "债|欠|还款|催"), ("en", "debt|owe|pay|paid|collect")):
            assert not re.search(words, label_of(code, language), re.IGNORECASE), code.code


def test_another_outcome_than_the_one_that_was_kept_is_refused_in_words(service: VisitingService) -> None:
    phone = a_phone(service)
    record_id = begun(service, phone)
    phone.post(f"/crew/records/{record_id}/outcome", data={"outcome": "NOT_HOME"})

    again = phone.post(f"/crew/records/{record_id}/outcome", data={"outcome": "NOT_HOME"})
    other = phone.post(f"/crew/records/{record_id}/outcome", data={"outcome": "REFUSED_TALK"})

    assert (again.status_code, other.status_code) == (303, 409)
    assert "要更正请联系办公室" in other.text
    assert len(records_of(service)) == 1


def test_a_script_gets_what_stands_now_in_the_same_answer(service: VisitingService) -> None:
    phone = a_phone(service)
    key = keys_of(phone.get("/crew").text)[0]
    headers = {"Idempotency-Key": key}

    answers = [phone.post("/crew/visits/c1/check-in", data=EVERYTHING, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("10:00 开始" in answer.text for answer in answers)
    assert len(records_of(service)) == 1


def test_an_alarm_reaches_the_office_once_for_each_time_that_it_was_sent(service: VisitingService) -> None:
    phone = a_phone(service)
    first, second = "a" * 32, "b" * 32
    for key in (first, first, second):
        sent = phone.post("/crew/alarm", data={"visit": "c1"}, headers={"Idempotency-Key": key})
        assert "调度员已收到求助" in sent.text
    assert phone.post("/crew/alarm", data={"visit": "c3", "key": first}).status_code == 303  # as a plain form

    with service.database.reading(service.scope, service.now) as unit:
        found = alarms.lately(unit)
        told = [one for one in events.after(unit, 0, 500) if one.kind == EventKind.CREW_ALARM]
    assert [(one.shift_code, one.visit_code, one.handled_at) for one in found] == [("s1", "c1", None)] * 2
    assert [one.facts["visit"] for one in told] == ["c1", "c1"]
    assert phone.post("/crew/alarm", headers={"Origin": "https://evil.example"}).status_code == 403


def test_an_alarm_names_no_visit_of_another_crew(service: VisitingService) -> None:
    phone = a_phone(service)
    phone.post("/crew/alarm", data={"visit": "c3"})

    with service.database.reading(service.scope, service.now) as unit:
        (found,) = alarms.lately(unit)
    assert found.visit_code is None


def test_the_office_is_a_tap_away_and_no_number_is_shown_where_none_is_set(tmp_path: Path) -> None:
    with a_day_at_doors(tmp_path / "a") as service:
        assert 'href="tel:4000000000"' in a_phone(service).get("/crew").text
    with a_day_at_doors(tmp_path / "b", hotline=None) as service:
        assert "tel:" not in a_phone(service).get("/crew").text


def test_the_map_and_the_route_sheet_are_of_the_own_crew_alone(service: VisitingService) -> None:
    phone = a_phone(service)

    frame = phone.get("/crew/route")
    assert 'src="/crew/map"' in frame.text
    assert frame.headers["Permissions-Policy"].startswith("camera=(), geolocation=(self)")
    assert "李借1" in phone.get("/crew/map").text
    assert "李借3" not in phone.get("/crew/map").text
    sheet = phone.get("/crew/route.pdf")
    assert (sheet.status_code, sheet.data[:5]) == (200, b"%PDF-")
    for path in ("/crew/route", "/crew/map", "/crew/route.pdf"):
        assert service.client().get(path).status_code == 410


def test_the_letter_on_the_phone_tells_nobody_whom_it_is_about(service: VisitingService) -> None:
    letter = a_phone(service).get("/crew").text.split("出示授权书")[1].split("</details>")[0]

    assert "员s1-a" in letter
    assert "<path d=" in letter
    assert not any(word in letter for word in ("李借", "柳荫路"))


def test_when_all_is_done_the_page_says_so_and_what_to_do(service: VisitingService) -> None:
    phone = a_phone(service)
    for visit in ("c1", "c2"):
        record_id = begun(service, phone, visit)
        phone.post(f"/crew/records/{record_id}/outcome", data={"outcome": "NOT_HOME"})

    page = phone.get("/crew").text

    assert "今天全部完成" in page
    assert "请回办公室" in page
