"""The planner's what-if pages: the form, what is refused, notes, repeats and files."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.access import Role
from api.web.what_if_form import FIELDS, USUAL, document_of, usual_crews
from scheduler.domain.errors import InvalidInput
from scheduler.simulation.questions import Kind
from scheduler.simulation.reading import read_experiment
from tests.people import House
from tests.what_if import a_done_experiment, a_kept_experiment, a_planner, keep_the_city

EVERYTHING = {
    "crews": "3, 4，4",
    "crew_size": "3",
    "latest": "19:00",
    "buffer": "10",
    "demand": "1.5",
    "travel": "1.25",
    "service": "1.2",
    "found": "0.9",
    "replan_at": "12:00",
    "replan_late": "30",
    "replan_kept": "30",
    "shift_start": "-30",
    "shift_end": "60",
    "cap_most": "2",
    "cap_days": "30",
    "trained_people": "1",
    "trained_in": "certificate:pre-job-training",
}


def typed(**given: str) -> dict[str, str]:
    """A form in which these fields are filled in."""
    return {**dict.fromkeys(FIELDS, ""), **USUAL, **given}


def a_browser(house: House, role: Role = Role.PLANNER) -> FlaskClient:
    return house.browser(house.user(role))


def sent(client: FlaskClient, path: str, **fields: str) -> Any:
    """A form with the word of its session."""
    page = client.get("/what-if/new").text
    word = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(path, data={"csrf_token": word, **fields})


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_field_becomes_a_scenario_that_can_be_read(language: str) -> None:
    document = document_of(typed(**EVERYTHING), language)
    experiment = read_experiment(json.dumps(document).encode())

    assert len(experiment.scenarios) == 1 + 15
    assert [one.amount for one in experiment.scenarios][:4] == [None, 3.0, 4.0, None]
    assert experiment.questions[0].kind is Kind.LEAST
    assert [question.kind for question in experiment.questions].count(Kind.EFFECT) == 15


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "/crews"),
        ({"crews": "many"}, "/crews"),
        ({"crews": ",".join(map(str, range(1, 20)))}, "/crews"),
        ({"crews": "3", "seed": "x"}, "/seed"),
        ({"latest": "25:00"}, "/latest"),
        ({"cap_most": "2"}, "/cap_most"),
        ({"shift_start": "early"}, "/shift_start"),
        ({"trained_people": "1", "trained_in": "hat:1"}, "/trained_people"),
        ({"crews": "3", "days": "365"}, "/days"),
        ({"travel": "nan"}, "/travel"),
        ({"demand": "-1"}, "/demand"),
    ],
    ids=["nothing", "word", "too-many", "seed", "clock", "half-a-cap", "shift", "training", "days", "nan", "negative"],
)
def test_what_cannot_be_used_is_told_by_its_field(given: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        document_of(typed(**given), "en")

    assert [fault.where for fault in refused.value.faults] == [field]


def test_numbers_of_crews_lie_around_the_real_one() -> None:
    assert usual_crews(1) == "1, 2, 3"
    assert usual_crews(8) == "6, 7, 8, 9, 10"


def test_a_refused_form_keeps_what_was_typed_and_begins_nothing(house: House) -> None:
    keep_the_city(house)
    planner = a_browser(house)
    page = sent(planner, "/what-if?lang=en", **typed(crews="some", name="<b>mine"))

    assert page.status_code == 422
    assert 'value="some"' in page.text
    assert "&lt;b&gt;mine" in page.text
    assert "Number of crews" in page.text.partition('class="faults"')[2][:300]
    assert "No experiment yet" in planner.get("/what-if?lang=en").text


def test_a_branch_without_shifts_is_told_what_to_do_first(house: House) -> None:
    assert "Please import shifts" in a_browser(house).get("/what-if/new?lang=en").text


def test_a_note_is_kept_the_same_is_asked_with_another_seed_and_what_is_deleted_is_gone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_the_city(house)
    experiment_id = a_done_experiment(house, monkeypatch)
    planner, address = a_browser(house), f"/what-if/{experiment_id}"

    sent(planner, f"{address}/note", note="<i>为什么</i>")
    assert "&lt;i&gt;为什么&lt;/i&gt;" in planner.get(address).text
    again = sent(planner, f"{address}/again").headers["Location"].partition("?")[0]
    other = a_planner(house).get(f"/api/v1/experiments/{again.rpartition('/')[2]}").get_json()
    assert (other["experiment"]["seed"], other["note"]) == (2, "<i>为什么</i>")
    sent(planner, f"{again}/stop")
    assert "came to nothing" in planner.get(f"{again}?lang=en").text
    assert planner.get(f"{again}/compare").status_code == 404
    for file_format in ("csv", "xlsx", "html"):
        assert planner.get(f"{address}/files/{file_format}").status_code == 200
    sent(planner, f"{address}/delete")
    assert planner.get(address).status_code == 404


def test_only_planners_see_the_pages(house: House) -> None:
    for role in Role:
        expected = 200 if role is Role.PLANNER else 403
        assert a_browser(house, role).get("/what-if").status_code == expected


def test_scenarios_are_compared_with_inputs_above_outputs_and_what_is_equal_is_hidden(house: House) -> None:
    with house.writing() as unit:
        experiment_id = a_kept_experiment(unit, str(house.own.branch_id))
    planner = a_browser(house)
    page = planner.get(f"/what-if/{experiment_id}/compare?lang=en").text
    shown, _, _ = page.partition("What came out")
    every = planner.get(f"/what-if/{experiment_id}/compare?lang=en&scenario=1").text

    assert "factor = 1.5" in shown
    assert "not allowed by a rule" in planner.get(f"/what-if/{experiment_id}?lang=en").text
    assert "倍数 = 1.5" in planner.get(f"/what-if/{experiment_id}/compare?lang=zh-CN").text
    assert "visits attempted" in page
    assert "slow &lt;b&gt;roads" in page
    assert every.count("<tr>") == page.count("<tr>")
