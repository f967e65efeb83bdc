"""The pages of cases: who sees what, what changes at once, and what happens when two change the same."""

import pytest
from sqlalchemy import select

from api.access import Role
from api.store.audit import entries_about
from api.store.tables.visiting import WishRow
from tests.desk import case_id, hidden_of, keep_sheets, place_id, send_form, words_of
from tests.people import House
from tests.sheets import SECRETS, a_case_row, a_place_row
from tests.walks_of_routes import every_address


@pytest.fixture
def lender(house: House) -> House:
    """Two cases at home; nobody was announced to either."""
    keep_sheets(house)
    return house


def test_the_list_says_which_rules_forbid_a_visit_and_shows_no_name(lender: House) -> None:
    page = lender.program(lender.user()).get("/cases?lang=en").text

    assert "CN-NOTE-2" in page
    assert "CN-LADDER-1" in page
    assert not [secret for secret in SECRETS if secret in page]


def test_the_list_is_narrowed_to_a_standing_and_to_a_rule(lender: House) -> None:
    client = lender.program(lender.user())
    identifier = case_id(lender)
    send_form(client, f"/cases/{identifier}", f"/cases/{identifier}/blocks", code="disputed")

    def shown(query: str) -> set[str]:
        page = client.get(f"/cases?{query}").text
        return {code for code in ("C1", "C2") if f">{code}</a>" in page}

    assert shown("fits=CN-CARD-69") == {"C1"}
    assert shown("fits=blocked") == {"C1", "C2"}
    assert shown("fits=allowed") == set()
    assert shown("state=closed") == set()


def test_a_case_without_a_point_has_no_place_to_go_to(house: House) -> None:
    keep_sheets(house, places=[a_place_row("C1", 纬度="", 经度="", 坐标系=""), a_place_row("C2")])

    page = house.program(house.user()).get(f"/cases/{case_id(house)}?lang=en").text

    assert "Nobody knows where it is on the ground" in page


@pytest.mark.parametrize("words", ["C2", "陆晚晴"])
def test_a_case_is_found_by_number_or_whole_name_and_neither_stands_in_an_address(lender: House, words: str) -> None:
    answer = lender.program(lender.user()).post("/cases", data={"words": words})

    assert (answer.status_code, answer.request.query_string) == (200, b"")
    assert ">C2</a>" in answer.text
    assert ">C1</a>" not in answer.text


def test_a_search_for_half_a_name_finds_nothing_and_says_what_to_type(lender: House) -> None:
    answer = lender.program(lender.user()).post("/cases?lang=en", data={"words": "陆"})

    assert "Please type the whole number, name or phone." in answer.text


def test_every_rule_stands_with_its_source_and_confidence(lender: House) -> None:
    words = words_of(lender.program(lender.user()).get(f"/cases/{case_id(lender)}?lang=en").text)

    assert "House policy" in words
    assert "confidence: reported by others, the source's own words were not read" in words
    assert "At least two collectors visit together CN-CREW-1" in words


def test_a_block_forbids_at_once_and_a_lifted_one_to_the_end_of_the_day(lender: House) -> None:
    client, page = lender.program(lender.user()), f"/cases/{case_id(lender)}"

    added = send_form(client, page, f"{page}/blocks", code="disputed", until="2026-12-31")
    with_block = client.get(added.headers["Location"]).text
    block = with_block.split('name="block" value="')[1].split('"')[0]
    lifted = send_form(client, page, f"{page}/blocks/lift", block=block)

    assert (added.status_code, lifted.status_code) == (303, 303)
    assert "已记录，立即生效。" in with_block
    assert "记录有不得上门的情形disputed" in with_block
    assert "记录有不得上门的情形disputed" not in client.get(f"{page}?day=2026-12-02").text


def test_a_day_that_is_none_is_told_beside_what_was_typed(lender: House) -> None:
    client, page = lender.program(lender.user()), f"/cases/{case_id(lender)}"

    answer = send_form(client, f"{page}?lang=en", f"{page}/blocks", code="minor", until="2026-13-01")

    assert answer.status_code == 422
    assert "Nothing was saved." in answer.text
    assert "Circumstance" in words_of(answer.text.split('role="alert"')[1].split("</section>")[0])
    assert '<option value="minor" selected>' in answer.text


def test_who_changes_an_older_revision_is_told_what_changed_and_nothing_is_written(lender: House) -> None:
    client, page = lender.program(lender.user()), f"/cases/{case_id(lender)}"
    old = hidden_of(client.get(f"{page}?lang=en").text)
    send_form(client, page, f"{page}/blocks", code="minor")

    answer = client.post(f"{page}/blocks?lang=en", data={**old, "code": "hardship"})

    assert answer.status_code == 412
    assert "<ins>Circumstance: minor</ins>" in answer.text
    assert "Your change was not kept" in answer.text
    assert "Circumstance: hardship" not in client.get(f"{page}?lang=en").text
    assert hidden_of(answer.text)["rev"] != old["rev"]


def test_a_refusal_closes_a_kind_of_place_and_a_time_to_come_is_refused(lender: House) -> None:
    client, page = lender.program(lender.user()), f"/cases/{case_id(lender)}"
    said = {"place_kind": "home", "given": "no"}

    tomorrow = send_form(client, page, f"{page}/consents", **said, at="2026-12-02T09:00")
    today = send_form(client, page, f"{page}/consents", **said, at="2026-12-01T09:00")

    assert (tomorrow.status_code, today.status_code) == (422, 303)
    assert "CN-PLACE-1" in client.get("/cases?fits=CN-PLACE-1").text.split("<tbody>")[1]


def test_hours_of_a_place_change_while_its_address_stays_hidden_and_kept(lender: House) -> None:
    client, page = lender.program(lender.user()), f"/cases/{case_id(lender)}"
    place = place_id(lender)

    answer = send_form(client, page, f"{page}/places", place=place, time_windows="10:00-12:00", step="keep")
    shown = client.post(f"{page}/reveal", data={"subject": f"place:{place}", "reason": "visit_preparation"})

    assert answer.status_code == 303
    assert "10:00-12:00" in client.get(page).text
    assert "听雨路" not in client.get(page).text
    assert "听雨路 8 号" in shown.text


def test_places_are_added_and_given_up(lender: House) -> None:
    client, page = lender.program(lender.user()), f"/cases/{case_id(lender)}"
    where = {"address": "云浔市", "latitude": "31.2012", "longitude": "112.8011", "datum": "wgs84"}

    added = send_form(client, page, f"{page}/places", place="", kind="home", **where)
    removed = send_form(client, page, f"{page}/places", place=place_id(lender), step="remove")
    again = send_form(client, page, f"{page}/places", place="", kind="home", **where)
    bad = send_form(client, page, f"{page}/places", place="", kind="home", address="", latitude="91")

    assert [one.status_code for one in (added, removed, again, bad)] == [303, 303, 303, 422]
    assert place_id(lender, "C1-home-2") != place_id(lender, "C1-home-3")


def test_a_reveal_shows_name_and_phone_once_and_leaves_a_line_in_the_trail(lender: House) -> None:
    client, identifier = lender.program(lender.user()), case_id(lender)

    shown = client.post(f"/cases/{identifier}/reveal", data={"subject": f"case:{identifier}", "reason": "contact"})

    assert "沈知行" in shown.text
    assert "沈知行" not in client.get(f"/cases/{identifier}").text
    with lender.writing() as unit:
        assert "person.revealed" in entries_about(unit.session, f"case:{identifier}")


def test_nothing_of_another_case_is_shown_under_this_one(lender: House) -> None:
    client, other = lender.program(lender.user()), case_id(lender, "C2")
    data = {"subject": f"case:{other}", "reason": "contact"}

    assert client.post(f"/cases/{case_id(lender)}/reveal", data=data).status_code == 404


def test_wishes_stand_with_the_case_until_somebody_sees_to_them(lender: House) -> None:
    client, identifier = lender.program(lender.user()), case_id(lender)
    with lender.writing() as unit:
        text = unit.seal("下午五点以后")
        unit.session.add(WishRow(case_id=identifier, kind="another_time", sealed_text=text, asked_at=unit.now))
        unit.session.flush()
        wish = unit.session.scalars(select(WishRow.id)).one()

    before = client.get(f"/cases/{identifier}").text
    handled = client.post(f"/cases/{identifier}/wishes", data={"wish": wish})

    assert "下午五点以后" in before
    assert handled.status_code == 303
    assert "已处理" in client.get(f"/cases/{identifier}").text
    assert "下午五点以后" not in lender.program(lender.user(Role.PLANNER)).get(f"/cases/{identifier}").text


def test_a_closed_case_is_open_again_when_somebody_says_so(lender: House) -> None:
    client, page = lender.program(lender.user()), f"/cases/{case_id(lender)}"

    send_form(client, page, f"{page}/state", state="closed")
    closed = client.get(f"{page}?lang=en").text
    send_form(client, page, f"{page}/state", state="open")

    assert "Open it again" in closed
    assert "Close the case" in client.get(f"{page}?lang=en").text


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.DISPATCHER, {"blocks", "consents", "places", "state", "reveal"}),
        (Role.PLANNER, {"places", "state"}),
        (Role.COMPLIANCE, {"blocks", "consents", "reveal"}),
        (Role.ADMINISTRATOR, {"blocks", "consents", "places", "state"}),
    ],
)
def test_a_page_offers_to_each_role_what_it_may_do_and_no_more(lender: House, role: Role, offered: set[str]) -> None:
    client, identifier = lender.program(lender.user(role)), case_id(lender)

    page = client.get(f"/cases/{identifier}").text
    forms = {"blocks", "consents", "places", "state", "reveal"}

    assert {form for form in forms if f'action="/cases/{identifier}/{form}"' in page} == offered
    for form in forms - offered:
        assert client.post(f"/cases/{identifier}/{form}").status_code == 403


def test_reading_the_pages_changes_nothing(lender: House) -> None:
    client = lender.program(lender.user())
    identifier = case_id(lender)
    rev = hidden_of(client.get(f"/cases/{identifier}").text)["rev"]
    for method, path in every_address(lender.app, "1", {"case_id": identifier}):
        if method == "GET" and path.startswith(("/cases", "/imports", "/collectors", "/shifts")):
            client.get(path)

    assert hidden_of(client.get(f"/cases/{identifier}").text)["rev"] == rev


def test_long_lists_go_on_where_they_stopped(house: House) -> None:
    codes = [f"C{number}" for number in range(1, 31)]
    keep_sheets(house, cases=[a_case_row(code) for code in codes], places=[a_place_row(code) for code in codes])
    client = house.program(house.user())

    first = client.get("/cases").text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(f"/cases{following}").text

    seen = [code for page in (first, second) for code in codes if f">{code}</a>" in page]
    assert seen == codes
    assert 'rel="next"' not in second
