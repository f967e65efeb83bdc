"""A crew's day on a phone's browser: on a good network, on a broken one, and without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.store import alarms
from scheduler.domain.texts import Text
from tests.hostile_names import HOSTILE_NAMES
from tests.phone_days import a_day_at_doors, a_phone_screen, record_of, records_of
from tests.screens import PHONE, Screen, a_screen_on, faults_shown
from tests.visiting import TEXTS, at_the_door
from tests.visiting_service import VisitingService

SMALLEST_TARGET = 44  # CSS pixels, as fingers need
STORED = "[localStorage.length, sessionStorage.length, document.cookie]"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_day_at_doors(tmp_path) as made:
        yield made


def begin(page: Any) -> None:
    page.get_by_text("到了，开始上门").click()
    page.get_by_role("button", name="全部符合").click()
    page.get_by_role("button", name="开始", exact=True).click()
    page.get_by_text("已记录：上门开始").wait_for()


def choose(page: Any, group: str, outcome: str) -> None:
    page.get_by_text(group).click()
    page.get_by_label(outcome).check()


def without_failures(screen: Screen) -> None:
    """A test that takes the network away is told of it by the browser."""
    screen.troubles = [one for one in screen.troubles if "failed" not in one and "ERR_" not in one]


def test_a_crew_opens_its_link_begins_ends_and_goes_on_to_the_next_stop(service: VisitingService, browser: Any) -> None:
    with a_phone_screen(service, browser) as screen:
        page = screen.page
        assert page.locator(".current .name").inner_text() == "李借1"
        assert "#" not in page.url

        begin(page)
        choose(page, "见到本人", "约定了日期")
        page.get_by_label("约定的日期").fill("2026-12-10")
        page.locator("[name=note-PTP]").fill("月底前")
        page.get_by_label("工作证和身份证件").check()
        page.get_by_role("button", name="保存结果").click()

        page.get_by_text("结果已保存").wait_for()
        assert page.locator(".current .name").inner_text() == "李借2"
        assert page.locator(".stops .badge.good").inner_text() == "约定了日期"
        assert page.evaluate(STORED) == [0, 0, ""]
    record = record_of(service)
    assert record is not None
    assert (record.outcome, str(record.until)) == ("PTP", "2026-12-10")
    assert {"identity-shown", "recording-on"} <= set(record.checklist)


def test_the_whole_page_comes_with_one_request_and_each_form_with_one_more(
    service: VisitingService, browser: Any
) -> None:
    with a_phone_screen(service, browser) as screen:
        page, asked = screen.page, []
        page.on("request", lambda request: asked.append((request.method, request.url.removeprefix(screen.origin))))

        page.reload()
        begin(page)

    documents = [one for one in asked if not one[1].startswith("data:")]
    assert documents == [("GET", "/crew"), ("POST", "/crew/visits/c1/check-in")]


def test_an_outcome_that_is_sent_without_a_network_waits_in_the_page_and_is_kept_once(
    service: VisitingService, browser: Any
) -> None:
    with a_phone_screen(service, browser) as screen:
        page = screen.page
        begin(page)
        choose(page, "没有见到人", "无人应答")
        page.context.set_offline(True)
        page.get_by_role("button", name="保存结果").click()

        page.get_by_text("内容保留在本页").wait_for()
        assert page.get_by_role("button", name="保存结果").is_disabled()
        assert record_of(service).outcome is None  # type: ignore[union-attr]  # it was begun
        assert page.evaluate(STORED) == [0, 0, ""]
        page.context.set_offline(False)

        page.get_by_text("结果已保存").wait_for()
        assert page.locator("#net > p").is_hidden()
        without_failures(screen)
    assert [one.outcome for one in records_of(service)] == ["NOT_HOME"]


def test_what_was_kept_but_not_answered_is_sent_again_and_kept_once(service: VisitingService, browser: Any) -> None:
    keys: list[str] = []

    def lose_the_first_answer(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # the service does it, and the phone never hears
            route.abort()
        else:
            route.continue_()

    with a_phone_screen(service, browser) as screen:
        page = screen.page
        for address in ("**/check-in", "**/alarm"):
            keys.clear()
            page.route(address, lose_the_first_answer)
            if address == "**/alarm":
                page.get_by_text("安全求助").click()
                page.get_by_role("button", name="马上通知调度员").click()
            else:
                page.get_by_text("到了，开始上门").click()
                page.get_by_role("button", name="全部符合").click()
                page.get_by_role("button", name="开始", exact=True).click()
            page.get_by_role("button", name="再试一次").click()
            page.get_by_text("已记录：上门开始" if address == "**/check-in" else "调度员已收到求助").wait_for()
            assert len(set(keys)) == 1
            assert len(keys) == 2
        without_failures(screen)
    assert len(records_of(service)) == 1
    with service.database.reading(service.scope, service.now) as unit:
        assert len(alarms.lately(unit)) == 1


def test_an_alarm_leaves_what_is_typed_and_goes_before_what_waits(service: VisitingService, browser: Any) -> None:
    with a_phone_screen(service, browser) as screen:
        page = screen.page
        begin(page)
        choose(page, "见到本人", "有异议")
        page.get_by_label("异议的内容").fill("金额不对")
        page.get_by_text("安全求助").click()
        page.get_by_role("button", name="马上通知调度员").click()
        page.get_by_text("调度员已收到求助").wait_for()

        assert page.get_by_label("异议的内容").input_value() == "金额不对"


def test_a_refusal_is_said_and_what_was_ticked_stays(service: VisitingService, browser: Any) -> None:
    with a_phone_screen(service, browser) as screen:
        page = screen.page
        page.get_by_text("到了，开始上门").click()
        page.get_by_label("员s1-a").check()
        page.get_by_role("button", name="开始", exact=True).click()

        page.get_by_text("小组人员未到齐").wait_for()
        assert page.get_by_label("员s1-a").is_checked()
        screen.troubles = [one for one in screen.troubles if "422" not in one]


def test_the_app_that_was_chosen_leads_the_way_at_every_stop(service: VisitingService, browser: Any) -> None:
    with a_phone_screen(service, browser) as screen:
        page = screen.page
        stay = "document.addEventListener('click', (event) => event.target.closest('a') && event.preventDefault())"
        page.evaluate(stay)
        assert page.locator(".chosen").count() == 0

        page.locator(".current [data-app]").nth(1).click()
        begin(page)
        choose(page, "没有见到人", "无人应答")
        page.get_by_role("button", name="保存结果").click()
        page.get_by_text("结果已保存").wait_for()

        assert page.locator(".current .chosen").inner_text() == "用高德地图导航"
        assert page.evaluate(STORED) == [0, 0, ""]


def test_a_page_that_lies_open_says_do_not_start_and_shows_nobody_when_the_link_is_over(
    service: VisitingService, browser: Any
) -> None:
    with a_phone_screen(service, browser) as screen:
        page = screen.page
        page.clock.install()
        page.reload()
        assert page.get_by_text("不要开始。").is_hidden()

        page.clock.fast_forward("09:31:00")
        page.get_by_text("不要开始。").wait_for()
        assert page.get_by_text("到了，开始上门").is_hidden()

        page.clock.fast_forward("01:00:00")
        page.get_by_text("这个链接打不开").wait_for()
        assert not any(word in page.locator("body").inner_text() for word in ("李借", "柳荫路"))


def test_a_crew_can_do_everything_without_scripts(service: VisitingService, browser: Any) -> None:
    secret = service.crew_link()
    service.now = at_the_door("10:00")
    with a_screen_on(service.app, browser, None, PHONE, java_script_enabled=False) as screen:
        page = screen.page
        screen.open("/go")
        page.get_by_label("链接里 # 后面的字符").fill(f"https://visits.example/go#{secret}")
        page.get_by_role("button", name="打开").click()
        page.get_by_text("到了，开始上门").click()
        for label in ("员s1-a", "员s1-b", "工作证", "身份证件"):
            page.get_by_label(label, exact=True).check()
        page.get_by_role("button", name="开始", exact=True).click()
        page.get_by_text("已记录：上门开始").wait_for()
        choose(page, "见到本人", "约定了日期")
        page.get_by_label("约定的日期").fill("2026-12-10")
        page.get_by_role("button", name="保存结果").click()
        page.get_by_text("结果已保存").wait_for()
    record = record_of(service)
    assert record is not None
    assert record.outcome == "PTP"


def test_hostile_names_and_notes_are_nothing_but_words(
    tmp_path: Path, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TEXTS, "c1", Text(name=" ".join(HOSTILE_NAMES[:20]), note="\n".join(HOSTILE_NAMES)))
    monkeypatch.setitem(TEXTS, "c1-home", Text(address=" ".join(HOSTILE_NAMES[20:])))
    monkeypatch.setitem(TEXTS, "s1-a", Text(name=HOSTILE_NAMES[0], identity_number="110101199001010000"))
    with a_day_at_doors(tmp_path) as service, a_phone_screen(service, browser) as screen:
        page = screen.page
        page.on("dialog", lambda dialog: screen.troubles.append(dialog.message))
        begin(page)  # the page is put in by the script, too
        shown = page.locator(".current").inner_text()
    assert HOSTILE_NAMES[0] in shown
    assert "{{ 7*7 }}" in shown


def test_everything_that_is_tapped_is_large_enough(service: VisitingService, browser: Any) -> None:
    with a_phone_screen(service, browser) as screen:
        page = screen.page
        begin(page)
        for summary in page.locator("summary").all():
            summary.click()
        tapped = ("a", "button", "summary", "label.tick")
        targets = page.locator(", ".join(f"main {one}:visible" for one in tapped)).all()
        sizes = {target.inner_text(): target.bounding_box() for target in targets}

    assert len(sizes) > 15
    assert [words for words, box in sizes.items() if min(box["height"], box["width"]) < SMALLEST_TARGET] == []


def test_the_phone_is_open_to_everybody_before_during_and_after_a_visit(service: VisitingService, browser: Any) -> None:
    found = []
    for language in ("zh-CN", "en"):
        for theme in ("light", "dark"):
            with a_phone_screen(service, browser) as screen:
                page, where = screen.page, f"{language} {theme}"
                screen.open(f"/crew?lang={language}&theme={theme}")
                for summary in page.locator("summary").all():
                    summary.click()
                found += faults_shown(screen, where)
                if page.locator(".ending").count():
                    continue
                page.locator("[data-tick-all]").click()
                page.locator("form[action$=check-in] [type=submit]").click()
                page.locator(".ending").wait_for()
                page.locator(".met.debtor summary").click()
                page.locator("[value=PTP]").check()
                found += faults_shown(screen, f"{where} begun")
            service.now = at_the_door("06:00")
    assert found == []
