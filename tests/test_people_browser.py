"""Signing in and out in a real browser."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from api import current
from api.app import create_app
from api.store import PlanStore, sessions
from tests.map_viewer import PATIENCE_MS
from tests.parts import require_chromium
from tests.service import TEXTS, a_day, a_user, its_plan, served, settings_in


def test_an_address_signs_in_by_a_tap_leaves_no_secret_and_after_signing_out_back_shows_nobody(tmp_path: Path) -> None:
    chromium = require_chromium()
    settings = settings_in(tmp_path)
    store = PlanStore(settings)
    plan_id = store.save(a_day(), its_plan(), TEXTS)
    store.close()
    app = create_app(settings)
    kept = current.kept_by(app)
    with kept.plans.database.writing(kept.plans.scope, kept.clock()) as unit:
        secret = sessions.add_sign_in(unit, a_user(unit), life=timedelta(minutes=15))
    said: list[str] = []
    asked: list[str] = []
    with served(app) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))

        page.goto(f"{origin}/sign-in/once#{secret}")
        page.get_by_role("button", name="登录").wait_for()
        assert secret not in page.url
        page.get_by_role("link", name="English").click()
        page.get_by_role("button", name="Sign in").wait_for()
        assert secret not in page.url
        page.get_by_role("link", name="中文").click()
        page.get_by_role("button", name="登录").click()
        page.get_by_role("link", name="2026年12月1日").wait_for()
        page.goto(f"{origin}/plans/{plan_id}/crews/s1")
        page.get_by_role("heading", name="王小明").wait_for()
        page.get_by_role("button", name="退出登录").click()
        page.get_by_label("密码").wait_for()
        page.go_back()
        page.get_by_label("密码").wait_for()

        assert "王小明" not in page.content()
        assert kept_by_the_browser(page) == [0, 0]
        browser.close()

    assert said == []
    assert not any(secret in one for one in asked)


def kept_by_the_browser(page: Page) -> list[int]:
    """How much stands in the browser's own stores."""
    found: list[int] = page.evaluate("[localStorage.length, sessionStorage.length]")
    return found
