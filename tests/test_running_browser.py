"""A collector's day on a phone, and the dispatcher who sees it on a desk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from api.access import Role
from scheduler.domain.texts import Text
from tests.hostile_names import HOSTILE_NAMES
from tests.phone_days import a_day_at_doors, a_phone, a_phone_screen, record_of
from tests.screens import DESK, PHONE, a_screen_on, faults_of_access
from tests.test_phone_browser import begin, choose
from tests.visiting import DAY, TEXTS, at_the_door
from tests.visiting_service import VisitingService


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_day_at_doors(tmp_path) as made:
        yield made


def figure(desk: Any, state: str) -> Any:
    return desk.page.locator(f".states .{state} dd")


def test_the_dispatcher_sees_a_refused_check_in_a_no_show_and_a_reschedule_as_they_happen(
    service: VisitingService, browser: Any
) -> None:
    office = service.session(Role.DISPATCHER)
    with a_phone_screen(service, browser, "08:30") as phone, a_screen_on(service.app, browser, office) as desk:
        desk.open(f"/plans/{service.plan_id}/running")
        expect(figure(desk, "open")).to_have_text("3")

        page = phone.page
        page.get_by_text("到了，开始上门").click()
        page.get_by_role("button", name="全部符合").click()
        page.get_by_role("button", name="开始", exact=True).click()
        page.locator(".refused[role=alert]").wait_for()
        expect(figure(desk, "refused")).to_have_text("1")
        expect(desk.page.get_by_text("CN-HRS-3")).to_be_visible()

        service.now = at_the_door("09:05")
        page.reload()
        begin(page)
        expect(figure(desk, "running")).to_have_text("1")
        choose(page, "没有见到人", "无人应答")
        page.get_by_role("button", name="保存结果").click()
        page.get_by_text("结果已保存").wait_for()
        expect(figure(desk, "done")).to_have_text("1")

        begin(page)
        choose(page, "见到本人", "改约")
        page.get_by_role("button", name="保存结果").click()
        page.get_by_text("结果已保存").wait_for()
        expect(figure(desk, "done")).to_have_text("2")
        phone.troubles = [one for one in phone.troubles if "422" not in one]  # the refusal, as the console says it
    record = record_of(service, "c2")
    assert record is not None
    assert record.outcome == "RESCHEDULE"


def test_what_the_dispatcher_tells_is_seen_at_once_and_what_is_typed_stays(
    service: VisitingService, browser: Any
) -> None:
    service.now = at_the_door("09:00")
    with a_screen_on(service.app, browser, service.session(Role.DISPATCHER)) as desk:
        desk.open(f"/plans/{service.plan_id}/running")
        page = desk.page
        page.get_by_label("案件编号").fill("c7")
        page.get_by_role("combobox", name="人员", exact=True).select_option("s1-a")
        page.get_by_role("button", name="不能继续").click()
        page.get_by_text("已登记，立即生效").wait_for()
        expect(figure(desk, "at_risk")).to_have_text("2")
        expect(page.get_by_text("小组人员不齐").first).to_be_visible()
        page.get_by_label("案件编号").fill("c9")
        a_phone(service, "09:00").post("/crew/alarm", data={"key": "k"})
        expect(page.locator(".alarm.open")).to_be_visible()
        assert page.get_by_label("案件编号").input_value() == "c9"


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_of_a_running_day_are_open_to_everybody(
    service: VisitingService, browser: Any, viewport: dict[str, int]
) -> None:
    phone = a_phone(service, "09:40")
    assert phone.post("/crew/visits/c1/not-begun", data={"reason": "weather"}).status_code == 303
    assert phone.post("/crew/late", data={"minutes": "60"}).status_code == 303
    with a_screen_on(service.app, browser, service.session(Role.DISPATCHER), viewport) as screen:
        for path in (f"/plans/{service.plan_id}/running", f"/days/{DAY}/report"):
            assert faults_of_access(screen, path) == []


def test_hostile_names_on_the_running_day_are_nothing_but_words(
    service: VisitingService, browser: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for code, name in zip(("c1", "c2", "c3"), HOSTILE_NAMES, strict=False):
        monkeypatch.setitem(TEXTS, code, Text(name=name))
    with a_day_at_doors(tmp_path / "hostile") as hostile:
        hostile.now = at_the_door("11:00")
        with a_screen_on(hostile.app, browser, hostile.session(Role.DISPATCHER)) as screen:
            screen.open(f"/plans/{hostile.plan_id}/running")
            shown = screen.page.locator("#running").inner_text()
            assert HOSTILE_NAMES[0].split()[0] in shown
