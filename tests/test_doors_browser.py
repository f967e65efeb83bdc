"""The borrower's page and the verification page in a browser, on a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.store import wishes
from api.store.wishes import Wanted
from tests.phone_days import a_day_at_doors, a_phone
from tests.screens import DESK, PHONE, a_screen_on, faults_shown
from tests.test_doors import a_number, notice_secret, shown_code
from tests.visiting_service import VisitingService


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_day_at_doors(tmp_path) as made:
        yield made


def wishes_kept(service: VisitingService) -> list[tuple[str, str]]:
    with service.database.reading(service.scope, service.now) as unit:
        return [(one.kind.value, one.text) for one in wishes.listed(unit, Wanted())]


def test_a_borrower_asks_for_another_time_and_reads_what_happens_next(service: VisitingService, browser: Any) -> None:
    secret = notice_secret(service)
    with a_screen_on(service.app, browser, None, PHONE) as screen:
        page = screen.page
        screen.open(f"/n#{secret}")
        assert secret not in page.url
        page.get_by_role("button", name="继续").click()
        page.get_by_text("来访时间：2026年12月4日").wait_for()
        page.get_by_label("请换个时间").check()
        page.get_by_label("想说的话").fill("周末更方便")
        page.get_by_role("button", name="发送").click()

        page.get_by_text("已立即生效").wait_for()
        said = page.locator(".said").inner_text()
        assert "我们另外与您约时间" in said
        page.get_by_text("这次来访已取消").first.wait_for()
        shown = page.locator("body").inner_text()
    assert not any(word in shown for word in ("李借", "柳荫路", "债", "欠", "还款"))
    assert wishes_kept(service) == [("another_time", "周末更方便")]


def test_the_other_language_keeps_the_secret_out_of_what_is_sent_and_opens_the_same_notice(
    service: VisitingService, browser: Any
) -> None:
    secret = notice_secret(service)
    with a_screen_on(service.app, browser, None, PHONE) as screen:
        page, asked = screen.page, []
        page.on("request", lambda request: asked.append(request.url))
        screen.open(f"/n#{secret}")
        page.get_by_role("button", name="继续").click()
        page.get_by_text("来访时间").wait_for()

        page.get_by_role("link", name="English").click()
        page.get_by_role("button", name="Continue").click()
        page.get_by_text("The visit is planned for Friday 4 December 2026").wait_for()
        page.get_by_label("Please do not come at all").check()
        page.get_by_role("button", name="Send").click()
        page.get_by_text("We write to you instead").first.wait_for()
    # Playwright tells the fragment too, which no browser sends.
    assert not any(secret in address.partition("#")[0] for address in asked)


def test_a_borrower_can_ask_without_scripts(service: VisitingService, browser: Any) -> None:
    secret = notice_secret(service)
    with a_screen_on(service.app, browser, None, PHONE, java_script_enabled=False) as screen:
        page = screen.page
        screen.open("/n?lang=en")
        page.get_by_label("What stands behind #").fill(f"https://visits.example/n#{secret}")
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("I am in difficulty and need help").check()
        page.get_by_role("button", name="Send").click()
        page.get_by_text("We have it").wait_for()
    assert wishes_kept(service) == [("need_help", "")]


def test_a_scanned_letter_shows_its_people_and_a_wrong_one_says_what_to_do(
    service: VisitingService, browser: Any
) -> None:
    number = a_number(service)
    with a_screen_on(service.app, browser, None, PHONE) as screen:
        page = screen.page
        screen.open(f"/verify#{number}")
        page.get_by_role("button", name="核实").first.click()
        page.get_by_text("授权有效").wait_for()
        assert page.locator(".people strong").all_inner_texts() == ["员s1-a", "员s1-b"]

        page.get_by_label("授权书编号").first.fill("0000-0000")
        page.get_by_role("button", name="核实").first.click()
        page.get_by_text("查不到有效的授权").wait_for()
        page.get_by_label("发生了什么").fill("没有工作证")
        page.get_by_role("button", name="报告").click()
        page.get_by_text("已收到，谢谢").wait_for()
    with service.database.reading(service.scope, service.now) as unit:
        assert [one.text for one in wishes.reports(unit, Wanted())] == ["没有工作证"]


def test_the_code_of_a_phone_is_typed_on_the_page(service: VisitingService, browser: Any) -> None:
    digits = shown_code(a_phone(service).post("/crew/visits/c1/code").text)
    with a_screen_on(service.app, browser, None, PHONE) as screen:
        page = screen.page
        for told in ("授权有效", "查不到有效的授权"):  # it is good once
            screen.open("/verify")
            page.get_by_label("8 位核验码").fill(digits)
            page.get_by_role("button", name="核实").nth(1).click()
            page.get_by_text(told).wait_for()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_what_links_open_and_what_is_verified_is_open_to_everybody(
    service: VisitingService, browser: Any, viewport: dict[str, int]
) -> None:
    # Its photo is no picture; the browser shows what stands in for it.
    secret, number, found = notice_secret(service), a_number(service), []
    with a_screen_on(service.app, browser, None, viewport) as screen:
        page = screen.page
        for language in ("zh-CN", "en"):
            for theme in ("light", "dark"):
                where = f"?lang={language}&theme={theme}"
                page.goto("about:blank")
                screen.open(f"/n{where}#{secret}")
                page.locator("main button").first.click()
                page.locator("[name=kind]").first.wait_for()
                found += faults_shown(screen, f"/n {where}")
                page.goto("about:blank")
                screen.open(f"/verify{where}#{number}")
                page.locator("main form button").first.click()
                page.locator(".verdict.good").wait_for()
                found += faults_shown(screen, f"/verify {where}")
                page.locator("[name=number]").first.fill("x")
                page.locator("main form button").first.click()
                page.locator(".verdict.bad").wait_for()
                found += faults_shown(screen, f"/verify bad {where}")
    assert found == []
