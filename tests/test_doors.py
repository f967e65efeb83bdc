"""Pages that open without signing in: what they show, and what they never show."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from api.access import Role
from api.access.passwords import hashed
from api.settings import Settings
from api.store import letters, links, notices, stops, users, wishes
from api.store.links import LinkKind
from api.store.tables.organisation import UserRow
from api.store.tables.people import CollectorRow
from api.store.tables.service import InstallationRow
from api.store.tables.visiting import LetterRow, LinkRow
from api.store.wishes import Wanted
from tests.databases import sqlite_settings
from tests.visiting import CARRIED, CREWS, PERSONAL, PUBLISHED_AT, at_the_door
from tests.visiting_service import VisitingService, a_visiting_service

BOTS = (
    "facebookexternalhit/1.1",
    "WhatsApp/2.24",
    "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0",
    "Discordbot/2.0",
    "LinkedInBot/1.0",
    "SkypeUriPreview",
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
    "Baiduspider/2.0",
    "MicroMessenger/8.0 WeChat-LinkPreview",
    "SafeLinks/1.0 (Microsoft Outlook)",
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_visiting_service(sqlite_settings(tmp_path, hotline="400-000-0000")) as made:
        yield made


def a_number(service: VisitingService, visit: str = "c1") -> str:
    with service.database.reading(service.scope, service.now) as unit:
        letter = letters.of_visit(unit, service.plan_id, visit)
        assert letter is not None
        return letter.number


def notice_secret(service: VisitingService, visit: str = "c1") -> str:
    """What the message to the borrower carries."""
    with service.database.reading(service.scope, service.now) as unit:
        (notice,) = [one for one in notices.of_plan(unit, service.plan_id) if one.case_code == visit]
        row = unit.session.scalars(select(LinkRow).where(LinkRow.notice_id == notice.id)).one()
        assert row.sealed_secret is not None
        return unit.opened(row.sealed_secret)


def shown_code(page: str) -> str:
    return page.split('<p class="digits">')[1][:9]


def is_about(html: str, *words: str) -> bool:
    """Tells whether a page says one of the words; what secrets and pictures spell by chance does not count."""
    said = re.sub(r"data:[^\"]*|[A-Za-z0-9_=-]{20,}", "", html)
    return any(word in said for word in words)


def opened(service: VisitingService, secret: str) -> FlaskClient:
    client = service.client()
    assert client.post("/go", data={"token": secret}).status_code == 303
    return client


def test_programs_that_preview_links_change_nothing_and_see_nothing(service: VisitingService) -> None:
    secret = service.crew_link()
    service.now = at_the_door("09:00")
    for agent in BOTS:
        for path in ("/go", "/n", "/verify"):
            for method in ("GET", "HEAD", "GET"):
                answer = service.client().open(path, method=method, headers={"User-Agent": agent})
                assert answer.status_code == 200
                assert "Set-Cookie" not in answer.headers
                assert not any(word in answer.text for word in PERSONAL)
    opened(service, secret)


def test_the_first_browser_sees_the_route_and_another_one_needs_a_pin_or_a_release(service: VisitingService) -> None:
    secret = service.crew_link()
    with service.database.writing(service.scope, service.now) as unit:
        person = unit.session.scalars(select(CollectorRow.id).where(CollectorRow.code == "s1-a")).one()
        user_id = users.add(unit, login="ann", role=Role.COLLECTOR, name="x", collector_id=person)
        unit.session.execute(update(UserRow).where(UserRow.id == user_id).values(pin_hash=hashed("4711")))
    service.now = at_the_door("09:00")
    first, second = opened(service, secret), service.client()
    assert "李借1" in first.get("/crew").text
    assert "李借3" not in first.get("/crew").text

    assert second.post("/go", data={"token": secret}).status_code == 403
    assert second.post("/go", data={"token": secret, "pin": "0000"}).status_code == 403
    assert second.get("/crew").status_code == 410
    assert second.post("/go", data={"token": secret, "pin": "4711"}).status_code == 303
    assert (second.get("/crew").status_code, first.get("/crew").status_code) == (200, 410)

    with service.database.reading(service.scope, service.now) as unit:
        (link,) = [one for one in links.of_plan(unit, service.plan_id) if one.kind is LinkKind.ROUTE]
    service.client(Role.DISPATCHER).post(f"/api/v1/links/{link.id}/release")
    assert second.get("/crew").status_code == 410
    opened(service, secret)


def test_a_link_lives_on_its_day_alone_and_dies_at_once(service: VisitingService) -> None:
    secret = service.crew_link()
    assert service.client().post("/go", data={"token": secret}).status_code == 410
    service.now = at_the_door("09:00")
    phone = opened(service, secret)
    service.now = at_the_door("20:00")
    assert phone.get("/crew").status_code == 410
    service.now = at_the_door("10:00")
    assert phone.get("/crew").status_code == 200
    with service.database.reading(service.scope, service.now) as unit:
        (link,) = [one for one in links.of_plan(unit, service.plan_id) if one.kind is LinkKind.ROUTE]
    assert service.client(Role.DISPATCHER).post(f"/api/v1/links/{link.id}/revoke").status_code == 204
    for path in ("/crew", "/crew/map"):
        assert phone.get(path).status_code == 410


def test_links_of_before_a_restore_stay_dead(service: VisitingService) -> None:
    secret, borrower = service.crew_link(), notice_secret(service)
    service.now = at_the_door("09:00")
    phone = opened(service, secret)
    with service.database.writing(None, service.now) as unit:
        unit.session.execute(update(InstallationRow).values(epoch=InstallationRow.epoch + 1))
    assert phone.get("/crew").status_code == 410
    assert service.client().post("/go", data={"token": secret}).status_code == 410
    assert service.client().post("/n", data={"token": borrower}).status_code == 410


def test_the_cookie_of_a_phone_is_for_this_site_and_no_script(service: VisitingService) -> None:
    secret = service.crew_link()
    service.now = at_the_door("09:00")
    plain = service.client().post("/go", data={"token": secret}).headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Strict" in plain
    other = service.crew_link("s2")
    secure = {"base_url": "https://localhost", "headers": {"Origin": "https://localhost"}}
    safe = service.client().post("/go", data={"token": other}, **secure).headers["Set-Cookie"]
    assert safe.startswith("__Host-crew=")
    assert "Secure" in safe


def test_a_crew_begins_and_ends_a_visit_on_its_phone(service: VisitingService) -> None:
    secret = service.crew_link()
    service.now = at_the_door("10:00")
    phone = opened(service, secret)
    refused = phone.post("/crew/visits/c1/check-in", data={"present": ["s1-a"], "carried": list(CARRIED)})
    assert refused.status_code == 422
    assert "小组人员未到齐" in refused.text
    assert phone.post("/crew/visits/c3/check-in", data={"present": list(CREWS["s2"])}).status_code == 404
    begun = phone.post("/crew/visits/c1/check-in", data={"present": list(CREWS["s1"]), "carried": list(CARRIED)})
    assert begun.status_code == 303
    with service.database.reading(service.scope, service.now) as unit:
        stop = stops.one(unit, service.plan_id, "c1")
        assert stop is not None
        record = stop.record_id
    ended = phone.post(f"/crew/records/{record}/outcome", data={"outcome": "NOT_HOME"})
    assert ended.status_code == 303
    assert "无人应答" in phone.get("/crew").text
    foreign = phone.post("/crew/visits/c2/code", headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_a_valid_letter_shows_who_may_come_and_nothing_else(service: VisitingService) -> None:
    number = a_number(service)
    typed = number.lower().replace("-", " ").replace("0", "o")
    for given in (number, typed):
        page = service.client().post("/verify", data={"number": given})
        assert "员s1-a" in page.text
        assert "B-s1-a" in page.text
        assert "示例银行" in page.text
        assert "2026年12月4日" in page.text
        assert "data:image/png;base64," in page.text
        assert not is_about(page.text, "李借", "柳荫路", "c1")
        assert "Set-Cookie" not in page.headers


def test_wrong_early_old_and_void_numbers_look_exactly_alike(service: VisitingService) -> None:
    number = a_number(service, "c3")
    service.now = at_the_door("21:00")
    old = service.client().post("/verify?lang=en", data={"number": number})
    service.now = PUBLISHED_AT
    with service.database.writing(service.scope, service.now) as unit:
        later = service.now + timedelta(hours=1)
        unit.session.execute(update(LetterRow).where(LetterRow.visit_code == "c2").values(valid_from=later))
        early_number = unit.session.scalars(select(LetterRow.number).where(LetterRow.visit_code == "c2")).one()
        letters.revoke(unit, service.plan_id, "c3")
    early = service.client().post("/verify?lang=en", data={"number": early_number})
    void = service.client().post("/verify?lang=en", data={"number": number})
    wrong = service.client().post("/verify?lang=en", data={"number": "0000-0000-0000-0000-0000-0000-0000"})
    silly = service.client().post("/verify?lang=en", data={"number": "' OR 1=1"})

    def shown(answer: object) -> tuple[int, str, int]:
        status, text = answer.status_code, answer.text  # type: ignore[attr-defined]
        nonce = answer.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]  # type: ignore[attr-defined]
        return status, text.replace(nonce, ""), len(text)

    assert len({shown(one) for one in (old, early, void, wrong, silly)}) == 1
    assert "400-000-0000" in wrong.text


def test_the_database_is_asked_the_same_for_every_number_that_is_not_valid(service: VisitingService) -> None:
    numbers = [a_number(service, "c2"), a_number(service, "c3"), "0000-0000-0000-0000-0000-0000-0000", "x"]
    with service.database.writing(service.scope, service.now) as unit:
        letters.revoke(unit, service.plan_id, "c3")
        early = service.now + timedelta(hours=1)
        unit.session.execute(update(LetterRow).where(LetterRow.visit_code == "c2").values(valid_from=early))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement.partition("WHERE")[0])

    event.listen(service.database.engine, "before_cursor_execute", note)
    found = []
    for number in numbers:
        asked.clear()
        service.client().post("/verify", data={"number": number})
        found.append(tuple(asked))
    event.remove(service.database.engine, "before_cursor_execute", note)
    assert len(set(found)) == 1
    assert len(found[0]) >= 3


def test_a_code_on_the_phone_is_good_once_and_for_ten_minutes(service: VisitingService) -> None:
    secret = service.crew_link()
    service.now = at_the_door("10:00")
    phone = opened(service, secret)

    def code() -> str:
        return shown_code(phone.post("/crew/visits/c1/code").text)

    def check(digits: str) -> bool:
        answer = service.client().post("/api/v1/verifications/by-code", json={"code": digits})
        assert answer.json is not None
        return bool(answer.json["valid"])

    first = code()
    assert check(first)
    assert not check(first)
    second = code()
    third = code()
    assert not check(second)
    service.now += timedelta(minutes=10)
    assert not check(third)


def test_the_sixth_try_of_a_code_is_refused_even_if_it_is_right(service: VisitingService) -> None:
    secret = service.crew_link()
    service.now = at_the_door("10:00")
    phone = opened(service, secret)
    digits = shown_code(phone.post("/crew/visits/c1/code").text)
    wrong = f"{(int(digits.replace(' ', '')) + 1) % 10**8:08}"
    for _ in range(5):
        assert service.client().post("/verify/code", data={"code": wrong}).status_code == 200
    answer = service.client().post("/api/v1/verifications/by-code", json={"code": digits})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.mimetype == "application/problem+json"


def test_a_borrower_asks_and_it_holds_at_once(service: VisitingService) -> None:
    secret = notice_secret(service)
    page = service.client().post("/n", data={"token": secret})
    assert page.status_code == 200
    assert "2026年12月4日" in page.text
    assert not is_about(page.text, "李借", "柳荫路", "c1")

    kept = service.client().post("/n/wishes", data={"token": secret, "kind": "stop", "text": "请不要再来"})
    assert "已立即生效" in kept.text
    assert "已取消" in kept.text
    with service.database.reading(service.scope, service.now) as unit:
        (wish,) = wishes.listed(unit, Wanted())
        assert (wish.case_code, wish.text) == ("c1", "请不要再来")
        stop = stops.one(unit, service.plan_id, "c1")
        assert stop is not None
        assert stop.cancelled_for == "CN-BLK-1"
    service.now = at_the_door("20:01")
    for answer in (
        service.client().post("/n", data={"token": secret}),
        service.client().post("/n/wishes", data={"token": secret, "kind": "stop"}),
        service.client().post("/n", data={"token": "nothing"}),
    ):
        assert answer.status_code == 410


def test_a_report_reaches_the_lender_and_the_hotline_sees_why_a_letter_is_void(service: VisitingService) -> None:
    number = a_number(service)
    assert service.client().post("/verify/report", data={"number": number, "text": "照片不符"}).status_code == 200
    staff = service.client(Role.COMPLIANCE)
    (report,) = (staff.get("/api/v1/reports").json or {})["reports"]
    assert (report["reference"], report["text"]) == (number[:9], "照片不符")
    assert staff.post(f"/api/v1/reports/{report['id']}/handled").status_code == 204
    assert staff.get("/api/v1/reports").json == {"reports": [], "next_cursor": None}
    assert (staff.post("/api/v1/hotline-answers", json={"number": number}).json or {})["state"] == "valid"
    with service.database.writing(service.scope, service.now) as unit:
        letters.revoke(unit, service.plan_id, "c1")
    told = staff.post("/api/v1/hotline-answers", json={"number": number}).json
    assert told is not None
    assert (told["state"], told["day"]) == ("revoked", "2026-12-04")
    assert (staff.post("/api/v1/hotline-answers", json={"number": "x"}).json or {})["state"] == "unknown"


def test_the_same_holds_on_both_databases(database_settings: Settings) -> None:
    with a_visiting_service(database_settings) as service:
        secret = service.crew_link()
        number = a_number(service)
        assert "员s1-a" in service.client().post("/verify", data={"number": number}).text
        service.now = at_the_door("10:00")
        phone = opened(service, secret)
        assert phone.get("/crew/map").status_code == 200
        begun = phone.post("/crew/visits/c1/check-in", data={"present": list(CREWS["s1"]), "carried": list(CARRIED)})
        assert begun.status_code == 303
