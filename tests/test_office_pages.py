"""The office's pages for what comes back: who sees them, what they show, and what a tap there does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.access import Role
from api.settings import Settings
from api.store import alarms, letters, wishes
from api.store.tables.organisation import BranchRow
from api.store.tables.service import AuditRow
from api.store.wishes import Wanted
from tests.hostile_names import HOSTILE_NAMES
from tests.phone_days import a_day_at_doors, a_phone
from tests.screens import DESK, PHONE, Screen, a_screen_on, faults_of_access, faults_shown
from tests.test_doors import a_number, notice_secret, shown_code
from tests.visiting_service import VisitingService, a_visiting_service

SEE_WISHES = (Role.DISPATCHER, Role.COMPLIANCE)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_day_at_doors(tmp_path) as made:
        yield made


def asked(service: VisitingService, kind: str = "another_time", text: str = "请在周末来", visit: str = "c1") -> None:
    given = {"token": notice_secret(service, visit), "kind": kind, "text": text}
    assert service.client().post("/n/wishes", data=given).status_code == 200


def test_who_may_see_to_wishes_and_ask_for_letters(service: VisitingService) -> None:
    for role in Role:
        client = service.client(role)
        assert client.get("/wishes").status_code == (200 if role in SEE_WISHES else 403), role
        assert client.get("/hotline").status_code == (403 if role is Role.COLLECTOR else 200), role
    menu = service.client(Role.PLANNER).get("/hotline").text
    assert 'href="/hotline"' in menu
    assert 'href="/wishes"' not in menu


def test_a_wish_is_shown_with_its_words_and_what_follows_until_somebody_saw_to_it(service: VisitingService) -> None:
    asked(service)
    asked(service, "dispute", "", "c3")
    client = service.client(Role.DISPATCHER)

    page = client.get("/wishes").text

    assert "请在周末来" in page
    assert "请与本人约定时间 · 2026年12月4日 星期五 的上门已取消" in page
    assert "异议解决之前不上门" in page
    assert "请在周末来" not in client.get("/wishes?kind=dispute").text
    assert "请在周末来" not in client.get("/wishes?state=handled").text
    assert not any(word in page for word in ("李借", "柳荫路"))


def test_an_office_of_all_branches_reads_the_wishes_of_one(service: VisitingService) -> None:
    asked(service)
    with service.database.writing(replace(service.scope, branch_id=None), service.now) as unit:
        unit.session.add(BranchRow(tenant_id=service.scope.tenant_id, code="north", name="北区"))
    everywhere = service.client_of_all_branches(Role.COMPLIANCE)

    assert 'name="branch"' in everywhere.get("/wishes").text
    assert 'name="branch"' not in service.client(Role.DISPATCHER).get("/wishes").text
    assert "请在周末来" in everywhere.get("/wishes").text
    assert "请在周末来" in everywhere.get("/wishes?branch=main").text
    assert "请在周末来" not in everywhere.get("/wishes?branch=north").text


def test_marking_a_wish_and_a_report_names_who_did_and_when_and_lifts_nothing(database_settings: Settings) -> None:
    with a_visiting_service(database_settings) as service:
        asked(service, "stop")
        service.client().post("/verify/report", data={"number": a_number(service, "c2"), "text": "照片不像"})
        with service.database.reading(service.scope, service.now) as unit:
            (wish,) = wishes.listed(unit, Wanted())
            (report,) = wishes.reports(unit, Wanted())
        client = service.client_of_all_branches(Role.COMPLIANCE)

        for path in (f"/wishes/{wish.id}/handled", f"/wishes/reports/{report.id}/handled"):
            answer = client.post(path)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/wishes?said=handled")
            assert client.post(path.replace(wish.id, "0" * 32).replace(report.id, "0" * 32)).status_code == 404

        assert "请在周末来" not in client.get("/wishes").text
        page = client.get("/wishes?state=all").text
        assert page.count("2026年11月27日 星期五 10:00 由 x 处理") == 2
        assert "不再上门，只用信件 · 2026年12月4日 星期五 的上门已取消" in page


def test_an_alarm_stands_on_top_until_somebody_saw_to_it(database_settings: Settings) -> None:
    with a_visiting_service(database_settings) as service:
        a_phone(service).post("/crew/alarm", data={"visit": "c1"})
        client = service.client_of_all_branches(Role.DISPATCHER)
        page = client.get("/wishes").text
        assert "小组 s1 求助" in page
        assert "手机上显示的外访：c1" in page
        (sequence,) = [one.sequence for one in all_alarms(service)]

        assert client.post(f"/wishes/alarms/{sequence}/handled").status_code == 303
        assert client.post(f"/wishes/alarms/{sequence}/handled").status_code == 303
        assert client.post(f"/wishes/alarms/{sequence + 99}/handled").status_code == 404

        assert "由 x 处理" in client.get("/wishes").text
        (found,) = all_alarms(service)
        assert found.handled_at == service.now


def all_alarms(service: VisitingService) -> tuple[alarms.Alarm, ...]:
    with service.database.reading(service.scope, service.now) as unit:
        return alarms.lately(unit)


def test_the_page_is_told_of_alarms_that_it_does_not_show_yet(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    assert client.get("/wishes/alarms?seen=").status_code == 204

    a_phone(service).post("/crew/alarm", data={})

    assert "小组 s1 求助" in client.get("/wishes/alarms?seen=").text
    (one,) = all_alarms(service)
    assert client.get(f"/wishes/alarms?seen={one.sequence}").status_code == 204


def test_the_hotline_reads_what_may_be_said_and_each_look_up_is_noted(service: VisitingService) -> None:
    number = a_number(service)
    digits = shown_code(a_phone(service).post("/crew/visits/c1/code").text)
    client = service.client(Role.PLANNER)
    answers = [client.post("/hotline", data={"number": typed}).text for typed in (number.lower(), digits, digits, "x")]

    for valid in answers[:2]:
        assert "这份授权书有效" in valid
        assert "员s1-a" in valid
    for invalid in answers[2:]:
        assert "现在没有有效的授权与此对应" in invalid
        assert "查不到" in invalid
        assert "员s1-a" not in invalid
    assert not any(word in page for page in answers for word in ("李借", "柳荫路"))
    with service.database.reading(service.scope, service.now) as unit:
        query = select(AuditRow).where(AuditRow.action == "hotline.asked").order_by(AuditRow.sequence)
        noted = [dict(row.facts)["state"] for row in unit.session.scalars(query)]
    assert noted == ["valid", "valid", "unknown", "unknown"]


def test_the_hotline_learns_why_a_letter_is_not_valid_and_tells_nobody(service: VisitingService) -> None:
    number = a_number(service)
    with service.database.writing(service.scope, service.now) as unit:
        letters.revoke(unit, service.plan_id, "c1")

    page = service.client(Role.DISPATCHER).post("/hotline", data={"number": number}).text

    told, for_you = page.split("只供您参考")
    assert "请不要开门" in told
    assert "已收回" not in told
    assert "已收回" in for_you


def test_hostile_words_of_borrowers_and_strangers_are_nothing_but_words(service: VisitingService, browser: Any) -> None:
    asked(service, text=" ".join(HOSTILE_NAMES[:20]))
    asked(service, "stop", " ".join(HOSTILE_NAMES[20:]), "c2")
    service.client().post("/verify/report", data={"number": HOSTILE_NAMES[0], "text": " ".join(HOSTILE_NAMES)})
    with an_office(service, browser, Role.DISPATCHER) as screen:
        screen.page.on("dialog", lambda dialog: screen.troubles.append(dialog.message))
        screen.open("/wishes")
        shown = " ".join(screen.page.locator("blockquote").all_inner_texts())
    assert "<script>alert(1)</script>" in shown
    assert "{{ 7*7 }}" in shown


def an_office(service: VisitingService, browser: Any, role: Role, viewport: dict[str, int] = DESK) -> Any:
    return a_screen_on(service.app, browser, service.session(role), viewport)


def test_a_dispatcher_sees_an_alarm_come_in_and_sees_to_it_and_to_a_wish(
    service: VisitingService, browser: Any
) -> None:
    asked(service)
    phone = a_phone(service)
    with an_office(service, browser, Role.DISPATCHER) as screen:
        page = screen.page
        screen.open("/")
        page.get_by_role("link", name="诉求和报告").click()
        page.get_by_text("目前没有求助").wait_for()

        phone.post("/crew/alarm", data={"visit": "c1"})
        page.get_by_text("小组 s1 求助").wait_for(timeout=20_000)
        page.locator(".alarm").get_by_role("button", name="标记为已处理").click()
        page.get_by_text("已标记为处理").wait_for()
        page.get_by_text("由 何值班 处理").wait_for()
        page.locator(".returns").get_by_role("button", name="标记为已处理").click()
        page.get_by_text("这里没有诉求").wait_for()
    assert all_alarms(service)[0].handled_at is not None


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_offices_pages_are_open_to_everybody(
    service: VisitingService, browser: Any, viewport: dict[str, int]
) -> None:
    asked(service)
    asked(service, "stop", "", "c3")
    service.client().post("/verify/report", data={"number": a_number(service, "c2"), "text": "照片不像"})
    a_phone(service).post("/crew/alarm", data={"visit": "c1"})
    with an_office(service, browser, Role.DISPATCHER, viewport) as screen:
        assert faults_of_access(screen, "/wishes?state=all") == []
        assert faults_of_access(screen, "/hotline") == []
        assert look_ups(screen, [a_number(service, "c2"), "x"]) == []


def look_ups(screen: Screen, numbers: list[str]) -> list[str]:
    found = []
    for number in numbers:
        screen.page.locator("[name=number]").fill(number)
        screen.page.locator("main form button").click()
        screen.page.locator(".verdict").wait_for()
        found += faults_shown(screen, number)
    return found
