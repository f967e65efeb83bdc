"""The pages of collectors and shifts: certificates, photos, who left, who is absent, crews of a day."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.access import Role
from tests.desk import DAY, PNG, collector_id, hidden_of, keep_sheets, send_form, shift_id, words_of
from tests.people import House

SHIFT: dict[str, Any] = {
    "date": DAY,
    "start": "18:30",
    "end": "20:00",
    "start_office": "W1",
    "end_office": "W1",
    "collector_ids": ["K1", "K2"],
}


@pytest.fixture
def lender(house: House) -> House:
    """Two collectors who are in one shift."""
    keep_sheets(house)
    return house


@pytest.fixture
def client(lender: House) -> FlaskClient:
    """A dispatcher of theirs."""
    return lender.program(lender.user())


@pytest.mark.parametrize(
    ("until", "said"),
    [("2026-11-30", "ended 2026-11-30"), ("2026-12-31", "ends soon"), ("2027-01-01", "valid until")],
)
def test_certificates_that_end_soon_or_ended_are_marked(
    lender: House, client: FlaskClient, until: str, said: str
) -> None:
    page = f"/collectors/{collector_id(lender)}"

    send_form(client, page, page, qualifications=f"pre-job-training:{until}")

    assert f"pre-job-training {said}" in words_of(client.get(f"{page}?lang=en").text)
    assert f"pre-job-training {said}" in words_of(client.get("/collectors?lang=en").text)


def test_badge_and_employer_are_kept_and_a_name_that_is_left_empty_stays(lender: House, client: FlaskClient) -> None:
    page = f"/collectors/{collector_id(lender)}"

    answer = send_form(client, page, page, name="", badge_number="B-77", employer="某某服务公司")

    words = words_of(client.get(page).text)
    assert answer.status_code == 303
    assert "B-77" in words
    assert "某某服务公司" in words
    assert "穆怀瑾" in words


def test_a_photo_is_kept_and_shown_and_what_is_none_is_refused(lender: House, client: FlaskClient) -> None:
    page = f"/collectors/{collector_id(lender)}"

    refused = send_form(client, page, f"{page}/photo", photo=(io.BytesIO(b"GIF89a"), "me.png"))
    kept = send_form(client, page, f"{page}/photo", photo=(io.BytesIO(PNG), "me.png"))

    assert (refused.status_code, kept.status_code) == (422, 303)
    assert f"/api/v1{page}/photo" in client.get(page).text
    assert client.get(f"/api/v1{page}/photo").data == PNG


def test_who_left_stands_in_a_list_of_their_own_and_can_come_back(lender: House, client: FlaskClient) -> None:
    page = f"/collectors/{collector_id(lender)}"

    def listed(state: str) -> bool:
        return f'href="{page}"' in client.get(f"/collectors?state={state}").text

    send_form(client, page, f"{page}/state", state="left")
    assert (listed("here"), listed("left")) == (False, True)
    send_form(client, page, f"{page}/state", state="here")
    assert (listed("here"), listed("left")) == (True, False)


def test_absence_takes_one_person_out_of_a_shift_and_the_last_one_takes_it_back(
    lender: House, client: FlaskClient
) -> None:
    first, second = (f"/collectors/{collector_id(lender, code)}" for code in ("K1", "K2"))
    shift = shift_id(lender)

    one = send_form(client, first, f"{first}/absent", shift=shift)
    crew = client.get(f"/shifts/{shift}").text
    other = send_form(client, second, f"{second}/absent", shift=shift)

    assert (one.status_code, other.status_code) == (303, 303)
    assert 'value="K1" checked' not in crew
    assert 'value="K2" checked' in crew
    assert client.get(f"/shifts/{shift}").status_code == 404


def test_a_collector_is_added_once(lender: House, client: FlaskClient) -> None:
    first = client.post("/collectors", data={"collector_id": "K9", "name": "陆青禾"})
    again = client.post("/collectors?lang=en", data={"collector_id": "K9", "name": "陆青禾"})

    assert (first.status_code, again.status_code) == (303, 422)
    assert collector_id(lender, "K9") in first.headers["Location"]
    assert 'value="K9"' in again.text


def test_two_people_change_a_collector_and_the_second_is_told(lender: House, client: FlaskClient) -> None:
    page = f"/collectors/{collector_id(lender)}"
    old = hidden_of(client.get(f"{page}?lang=en").text)
    send_form(client, page, page, badge_number="B-77")

    answer = client.post(f"{page}?lang=en", data={**old, "badge_number": "B-78"})

    assert answer.status_code == 412
    assert "<ins>Badge: B-77</ins>" in answer.text
    assert 'value="B-78"' in answer.text
    assert "B-78" not in client.get(page).text


def test_crews_of_a_day_stand_with_their_people_and_who_has_no_duty(lender: House, client: FlaskClient) -> None:
    client.post("/collectors", data={"collector_id": "K9", "name": "陆青禾"})

    today, tomorrow = (words_of(client.get(f"/shifts?lang=en&day={day}").text) for day in (DAY, "2026-12-02"))

    assert "B1 穆怀瑾, 穆怀瑾 09:00–18:00 望川网点" in today
    assert "Not on duty (1): 陆青禾" in today
    assert "No crew is on duty on this day." in tomorrow


def test_a_shift_is_added_changed_and_taken_back(lender: House, client: FlaskClient) -> None:
    added = client.post("/shifts", data={**SHIFT, "shift_id": "B2"})
    page = f"/shifts/{shift_id(lender, 'B2')}"
    changed = send_form(client, page, page, **(SHIFT | {"end": "21:00"}), step="keep")
    after = client.get(page).text
    removed = send_form(client, page, page, step="remove")

    assert [one.status_code for one in (added, changed, removed)] == [303, 303, 303]
    assert "18:30–21:00" in after
    assert client.get(page).status_code == 404


def test_a_shift_in_which_somebody_works_twice_is_refused_with_what_was_typed(client: FlaskClient) -> None:
    answer = client.post("/shifts", data={**SHIFT, "shift_id": "B2", "start": "10:00"})

    assert answer.status_code == 422
    assert "没有保存" in answer.text
    assert 'value="10:00"' in answer.text
    assert 'value="B2"' in answer.text


def test_two_people_change_a_shift_and_the_second_is_told(lender: House, client: FlaskClient) -> None:
    page = f"/shifts/{shift_id(lender)}"
    old = hidden_of(client.get(f"{page}?lang=en").text)
    send_form(client, page, page, **(SHIFT | {"start": "08:00"}), step="keep")

    answer = client.post(f"{page}?lang=en", data={**old, **SHIFT, "step": "remove"})

    assert answer.status_code == 412
    assert "<del>Starts" not in answer.text
    assert "<ins>Start: 08:00</ins>" in answer.text
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("role", [Role.PLANNER, Role.COMPLIANCE])
def test_who_may_only_read_is_offered_no_form_and_refused(lender: House, role: Role) -> None:
    client = lender.program(lender.user(role))
    person, shift = f"/collectors/{collector_id(lender)}", f"/shifts/{shift_id(lender)}"

    for page in (person, shift, "/collectors", "/shifts"):
        assert 'method="post" action="/co' not in client.get(page).text
        assert 'method="post" action="/sh' not in client.get(page).text
        assert client.post(page).status_code == 403
