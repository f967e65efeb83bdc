"""The plan board without a browser: what each role may do, and what each state of a plan allows."""

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.access import Role
from api.store import PlanState, plans
from tests.boards import a_board
from tests.people import House
from tests.visiting import PUBLISHED_AT, TEXTS

LATE = {"act": "move", "visit": "c1", "crew": "s2", "position": "1", "time": "21:00"}
TO_OTHER_CREW = {"act": "move", "visit": "c1", "crew": "s2", "position": "1"}


@pytest.fixture
def board(house: House) -> str:
    house.clock.now = PUBLISHED_AT
    return a_board(house)


@pytest.fixture
def dispatcher(house: House, board: str) -> FlaskClient:
    return house.browser(house.user(Role.DISPATCHER))


def csrf(client: FlaskClient, path: str) -> dict[str, str]:
    """The hidden fields that every form of a page carries."""
    page = client.get(path).text
    found = re.search(r'name="csrf_token" value="(\w+)"', page)
    rev = re.search(r'name="rev" value="(\d+)"', page)
    assert found is not None
    return {"csrf_token": found[1], **({"rev": rev[1]} if rev else {})}


def moved(client: FlaskClient, board: str, **fields: str) -> Any:
    """The answer to a move."""
    path = f"/plans/{board}/board"
    return client.post(path, data={**csrf(client, path), **fields})


def draft_in(page: str) -> list[dict[str, Any]]:
    found = re.search(r'name="edits" value="([^"]*)"', page)
    assert found is not None
    edits: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return edits


def test_a_dispatcher_is_led_from_the_plan_to_its_board_and_others_read_the_plan(house: House, board: str) -> None:
    answer = house.browser(house.user(Role.DISPATCHER)).get(f"/plans/{board}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/plans/{board}/board")
    for role in (Role.PLANNER, Role.COMPLIANCE, Role.ADMINISTRATOR):
        client = house.browser(house.user(role))
        assert client.get(f"/plans/{board}").status_code == 200
        assert client.get(f"/plans/{board}/board").status_code == 403


def test_the_board_names_every_visit_with_its_times_for_who_does_not_see_it(
    dispatcher: FlaskClient, board: str
) -> None:
    page = dispatcher.get(f"/plans/{board}/board?lang=en").text

    assert re.search(r'aria-label="Stop 1, 李借1, \d\d:\d\d to \d\d:\d\d, Home, allowed 09:00–20:00"', page)
    assert page.count('class="visit"') == 3
    assert [text.address for text in TEXTS.values() if text.address and text.address in page] == []


def test_a_lawful_move_joins_the_draft_and_is_not_kept(house: House, dispatcher: FlaskClient, board: str) -> None:
    answer = moved(dispatcher, board, **TO_OTHER_CREW)

    assert answer.status_code == 200
    (edit,) = draft_in(answer.text)
    assert (edit["kind"], edit["shift_id"], edit["position"]) == ("place", "s2", 1)
    assert "符合全部规则" in answer.text
    assert 'class="lane changed" id="lane-s2"' in answer.text
    with house.writing() as unit:
        assert len(plans.listed(unit)) == 1


def test_an_unlawful_move_is_refused_in_words_and_the_draft_stays(dispatcher: FlaskClient, board: str) -> None:
    kept = json.dumps(draft_in(moved(dispatcher, board, **TO_OTHER_CREW).text))

    for language, words in (("zh-CN", "不能这样移动"), ("en", "This may not be done")):
        dispatcher.get(f"/?lang={language}")
        answer = moved(dispatcher, board, **LATE, edits=kept)

        assert answer.status_code == 200
        assert words in answer.text
        assert "CN-HRS" in answer.text
        assert json.dumps(draft_in(answer.text)) == kept


def test_a_script_is_answered_with_the_parts_that_changed_alone(dispatcher: FlaskClient, board: str) -> None:
    chosen = moved(dispatcher, board, visit="c1", part="1").text
    assert 'id="lane-' not in chosen
    assert "<h1" not in chosen

    page = moved(dispatcher, board, **TO_OTHER_CREW, part="1").text
    assert ('id="lane-s1"' in page, 'id="lane-s2"' in page) == (True, True)

    back = moved(dispatcher, board, edits=json.dumps(draft_in(page)), changed="s1", act="undo", part="1").text
    assert draft_in(back) == []
    assert 'class="lane" id="lane-s1"' in back


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("position", "9", "no position"), ("position", "x", "is a number"), ("crew", "s9", "no shift"), ("time", "9", "")],
)
def test_a_move_that_makes_no_sense_says_so(
    dispatcher: FlaskClient, board: str, field: str, value: str, words: str
) -> None:
    dispatcher.get("/?lang=en")
    answer = moved(dispatcher, board, **{**TO_OTHER_CREW, field: value})

    assert answer.status_code == 200
    assert "This change makes no sense" in answer.text
    assert words in answer.text
    assert draft_in(answer.text) == []


def test_visits_are_pinned_left_out_and_put_back(dispatcher: FlaskClient, board: str) -> None:
    pinned = moved(dispatcher, board, act="pin", visit="c1")
    assert "已固定" in pinned.text
    assert draft_in(pinned.text)[0]["service_start_time"] is not None

    out = moved(dispatcher, board, act="leave_out", visit="c1")
    assert draft_in(out.text) == [{"kind": "exclude", "visit_id": "c1"}]
    assert "未安排的外访 (1)" in out.text

    edits = json.dumps(draft_in(out.text))
    back = moved(dispatcher, board, act="move", chosen="c1", crew="s2", edits=edits)
    assert "未安排的外访 (0)" in back.text


def test_saving_makes_a_new_draft_and_leaves_the_plan_as_it_was(
    house: House, dispatcher: FlaskClient, board: str
) -> None:
    page = moved(dispatcher, board, **TO_OTHER_CREW).text
    fields = csrf(dispatcher, f"/plans/{board}/board") | {"edits": json.dumps(draft_in(page))}

    answer = dispatcher.post(f"/plans/{board}/board/save", data=fields)

    assert answer.status_code == 303
    with house.writing() as unit:
        newest, before = plans.listed(unit)
    assert (newest.based_on, before.id, before.next_id) == (board, board, newest.id)
    assert newest.id in answer.headers["Location"]
    difference = dispatcher.get(f"/plans/{newest.id}/difference?against={board}").text
    assert "换小组或地点" in difference
    assert "s2 第 1 站" in difference


def test_a_plan_that_somebody_else_changed_meanwhile_is_not_saved_and_the_draft_is_not_lost(
    dispatcher: FlaskClient, board: str
) -> None:
    fields = csrf(dispatcher, f"/plans/{board}/board")
    page = moved(dispatcher, board, **TO_OTHER_CREW).text
    assert dispatcher.post(f"/plans/{board}/publish", data=fields).status_code == 303

    answer = dispatcher.post(f"/plans/{board}/board/save", data={**fields, "edits": json.dumps(draft_in(page))})

    assert answer.status_code == 412
    assert "计划：发布" in answer.text
    assert draft_in(answer.text) == draft_in(page)


@pytest.mark.parametrize("edits", ["[{]", '[{"kind": "place"}]', '["x"]', "{}", "null"])
def test_a_draft_that_the_board_did_not_write_is_refused(dispatcher: FlaskClient, board: str, edits: str) -> None:
    assert moved(dispatcher, board, edits=edits).status_code == 400


def test_publishing_says_what_was_issued_and_twice_is_once(dispatcher: FlaskClient, board: str) -> None:
    fields = csrf(dispatcher, f"/plans/{board}/publish")

    answer = dispatcher.post(f"/plans/{board}/publish", data=fields, follow_redirects=True)

    assert re.findall(r"<dt>(\w+)</dt><dd>(\d+)</dd>", answer.text)[:4] == [
        ("路线", "2"),
        ("上门", "3"),
        ("授权书", "3"),
        ("上门通知", "3"),
    ]
    assert dispatcher.get(f"/plans/{board}/publish").status_code == 302
    assert dispatcher.post(f"/plans/{board}/publish", data=fields).status_code == 412


def test_a_plan_that_breaks_a_rule_now_is_not_published_and_the_page_says_which(
    house: House, dispatcher: FlaskClient, board: str
) -> None:
    house.clock.forward(days=30)
    dispatcher = house.browser(house.user(Role.DISPATCHER))

    answer = dispatcher.post(f"/plans/{board}/publish", data=csrf(dispatcher, f"/plans/{board}/publish"))

    assert answer.status_code == 422
    assert "没有发布" in answer.text
    with house.writing() as unit:
        found = plans.entry(unit, board)
    assert found is not None
    assert found.state is PlanState.DRAFT


def test_links_are_shown_once_ended_and_let_go(dispatcher: FlaskClient, board: str) -> None:
    path = f"/plans/{board}/links"
    assert "发布后才能" in dispatcher.get(path).text
    dispatcher.post(f"/plans/{board}/publish", data=csrf(dispatcher, f"/plans/{board}/publish"))

    made = dispatcher.post(path, data=csrf(dispatcher, path)).text
    assert len(set(re.findall(r"http://localhost/go#[\w-]{43}", made))) == 2
    assert "/go#" not in dispatcher.get(path).text

    link_id = re.findall(r"/links/(\w+)/revoke", dispatcher.get(path).text)[0]
    assert dispatcher.post(f"{path}/{link_id}/release", data=csrf(dispatcher, path)).status_code == 303
    assert dispatcher.post(f"{path}/{link_id}/revoke", data=csrf(dispatcher, path)).status_code == 303
    assert "还没有链接" in dispatcher.get(path).text
    assert dispatcher.post(f"{path}/{'0' * 32}/revoke", data=csrf(dispatcher, path)).status_code == 404
    assert dispatcher.post(path, data={**csrf(dispatcher, path), "shift_id": "s9"}).status_code == 404


def test_a_day_is_closed_once_people_followed_it(dispatcher: FlaskClient, board: str) -> None:
    path = f"/plans/{board}/close"
    assert dispatcher.post(path, data=csrf(dispatcher, path)).status_code == 409
    dispatcher.post(f"/plans/{board}/publish", data=csrf(dispatcher, f"/plans/{board}/publish"))

    answer = dispatcher.post(path, data=csrf(dispatcher, path), follow_redirects=True)

    assert "这一天已结束" in answer.text
    assert "这份计划已结束，不能再改" in answer.text


def test_what_would_make_a_visit_fit_is_told_on_request(dispatcher: FlaskClient, board: str) -> None:
    page = moved(dispatcher, board, act="leave_out", visit="c3").text
    fields = csrf(dispatcher, f"/plans/{board}/board") | {"edits": json.dumps(draft_in(page))}
    saved = dispatcher.post(f"/plans/{board}/board/save", data=fields).headers["Location"]
    plan_id = saved.split("/")[2]

    part = dispatcher.get(f"/plans/{plan_id}/visits/c3/fit?part=1&lang=en").text
    assert re.search(r"<li>Put it on the route of s\d: there is room.</li>", part)
    assert "<h1" not in part
    assert "<h1" in dispatcher.get(f"/plans/{plan_id}/visits/c3/fit").text
    assert dispatcher.get(f"/plans/{plan_id}/visits/c9/fit").status_code == 404


def test_programs_have_changes_judged_with_times_and_nothing_is_kept(house: House, board: str) -> None:
    client = house.program(house.user(Role.DISPATCHER))
    path = f"/api/v1/plans/{board}/edits/judge"
    lawful = {"kind": "place", "visit_id": "c1", "shift_id": "s2", "position": 1}
    late = {**lawful, "service_start_time": "2026-12-04T21:00:00+08:00"}

    good = client.post(path, json={"edits": [lawful]}).json
    bad = client.post(path, json={"edits": [late]}).json

    assert good is not None
    assert bad is not None
    assert (good["lawful"], good["violations"]) == (True, [])
    assert [route["shift_id"] for route in good["routes"]] == ["s1", "s2"]
    assert [stop["visit_id"] for stop in good["routes"][1]["stops"] if stop["type"] == "visit"] == ["c1", "c3"]
    assert [change["kind"] for change in good["difference"]["changes"] if change["visit_id"] == "c1"] == ["moved"]
    assert bad["lawful"] is False
    rules = {one["rule_id"]: one for one in bad["violations"] if one["rule_id"]}
    assert all(one["message"] and one["message_zh"] for one in bad["violations"])
    assert any(rule.startswith("CN-HRS") for rule in rules)
    with house.writing() as unit:
        assert len(plans.listed(unit)) == 1
