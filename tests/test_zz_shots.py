import sys
from pathlib import Path
from typing import Any
import pytest
from api.access import Role
from tests.people import House
from tests.screens import DESK, PHONE, a_screen_of
from tests.what_if import *


def test_shots(house, browser, monkeypatch):
    keep_the_city(house)
    eid = a_done_experiment(house, monkeypatch)
    for vn, v in (("desk", DESK), ("phone", PHONE)):
        with a_screen_of(house, browser, Role.PLANNER, viewport=v) as s:
            for pn, path in (("list", ""), ("new", "/new"), ("one", f"/{eid}"), ("cmp", f"/{eid}/compare")):
                for lang, theme in (("en", "light"), ("zh-CN", "dark")):
                    s.open(f"/what-if{path}?lang={lang}&theme={theme}")
                    s.page.screenshot(path=f"/tmp/sim/{vn}-{pn}-{theme}.png", full_page=True)
