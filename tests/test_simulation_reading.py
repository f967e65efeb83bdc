"""Experiment documents: read as written, refused with all faults at once."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import fixtures
from scheduler.domain.errors import InvalidInput
from scheduler.domain.visit import PlaceKind
from scheduler.simulation.behaviour import Behaviour, Distribution
from scheduler.simulation.calibration import PastVisit, WarningCode, calibrated
from scheduler.simulation.change_reader import KINDS
from scheduler.simulation.changes import BehaviourChange, ContactHours, Crews
from scheduler.simulation.draws import Draws, Purpose, lognormal
from scheduler.simulation.reading import named_file, read_experiment

EXPERIMENTS = sorted((Path(fixtures.__file__).parent / "experiments").glob("*.toml"))
SMALL = 'format = "visits-experiment/1"\nname = "small"\n'


def faults_of(text: str) -> dict[str, str]:
    """Where -> code of each fault."""
    with pytest.raises(InvalidInput) as refused:
        read_experiment(text.encode())
    return {fault.where: fault.code for fault in refused.value.faults}


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_every_experiment_of_the_fixtures_is_read(path: Path) -> None:
    experiment = read_experiment(path.read_bytes())

    assert experiment.scenarios[0].name == "base"
    assert len(experiment.scenarios) > 2
    assert experiment.questions
    assert named_file(path.read_bytes(), "problem") == "../../out/city.json"


def test_json_says_the_same_as_toml() -> None:
    toml = SMALL + 'seed = 4\n[[scenarios]]\nname = "few"\nchanges = [{ kind = "crews", count = 2 }]\n'
    document = {
        "format": "visits-experiment/1",
        "name": "small",
        "seed": 4,
        "scenarios": [{"name": "few", "changes": [{"kind": "crews", "count": 2}]}],
    }

    assert read_experiment(json.dumps(document).encode()) == read_experiment(toml.encode())


def test_a_grid_has_a_scenario_for_each_combination() -> None:
    grid = (
        '[[grid]]\nkind = "crews"\nvary = "count"\nvalues = [2, 3]\n'
        '[[grid]]\nkind = "frequency_cap"\nvary = "most"\nvalues = [1, 2]\ndays = 7\n'
    )
    experiment = read_experiment((SMALL + grid).encode())

    assert [one.name for one in experiment.scenarios[1:]] == [
        "crews 2, frequency_cap 1",
        "crews 2, frequency_cap 2",
        "crews 3, frequency_cap 1",
        "crews 3, frequency_cap 2",
    ]
    assert experiment.scenarios[1].changes[0] == Crews(count=2)


def test_the_one_axis_of_a_grid_is_the_amount_of_its_curve() -> None:
    grid = '[[grid]]\nkind = "crews"\nvary = "count"\nvalues = [2, 3]\n'

    assert [one.amount for one in read_experiment((SMALL + grid).encode()).scenarios] == [None, 2.0, 3.0]


def test_the_experiments_own_changes_come_before_those_of_every_scenario() -> None:
    text = SMALL + (
        'changes = [{ kind = "contact_hours", latest = "19:00" }]\n'
        '[[scenarios]]\nname = "few"\nchanges = [{ kind = "crews", count = 2 }]\n'
    )
    base, few = read_experiment(text.encode()).scenarios

    assert [type(one) for one in base.changes] == [ContactHours]
    assert [type(one) for one in few.changes] == [ContactHours, Crews]
    assert base.inputs == ()


def test_a_behaviour_of_a_scenario_changes_what_it_names_and_nothing_else() -> None:
    text = SMALL + (
        '[behaviour]\nrefusal = 0.2\n[[scenarios]]\nname = "rude"\nchanges = [{ kind = "behaviour", no_show = 0.5 }]\n'
    )
    experiment = read_experiment(text.encode())

    assert experiment.behaviour.refusal == 0.2
    assert experiment.scenarios[1].changes == (BehaviourChange(values={"no_show": 0.5}),)


def test_all_faults_are_told_at_once_with_their_places() -> None:
    text = SMALL.replace("/1", "/9") + (
        'seed = -1\nsped = 2\n[replications]\nmost = 0\nfigure = "atempted"\nhalf_width = 1\n'
        '[behaviour]\nrefusal = 2.0\n[[scenarios]]\nname = "a"\nchanges = [{ kind = "crew", count = 1 }]\n'
        '[[scenarios]]\nname = "a"\nchanges = [{ kind = "crews", count = 0, number = 1 }]\n'
        '[[questions]]\nkind = "effect"\nscenario = "b"\n'
    )

    assert faults_of(text) == {
        "/format": "unknown_format",
        "/seed": "wrong_value",
        "/sped": "unknown_key",
        "/replications/most": "wrong_value",
        "/replications/figure": "unknown_value",
        "/behaviour/refusal": "wrong_value",
        "/scenarios/0/changes/0/kind": "unknown_value",
        "/scenarios/1/changes/0/count": "wrong_value",
        "/scenarios/1/changes/0/number": "unknown_key",
        "/scenarios": "duplicate_name",
        "/questions/0/scenario": "unknown_id",
    }


@pytest.mark.parametrize("text", ["format = ", "{", "\udc80"])
def test_what_is_neither_toml_nor_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_experiment(text.encode("utf-8", "surrogateescape"))


def test_a_grid_that_is_too_large_is_refused_before_it_is_built() -> None:
    values = list(range(1, 100))
    axis = f'[[grid]]\nkind = "crews"\nvary = "count"\nvalues = {values}\n'

    assert faults_of(SMALL + axis * 4)["/grid"] == "too_many"


def test_every_kind_of_change_is_documented() -> None:
    page = (Path(__file__).parent.parent / "docs" / "simulation.md").read_text(encoding="utf-8")

    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []


def past(count: int, *, hour: int = 9, found: bool = True, kind: PlaceKind = PlaceKind.HOME) -> list[PastVisit]:
    """So many visits whose times at the door are lognormal around 1.2 times what was planned."""
    draws = Draws(1, 0, count)
    return [
        PastVisit(
            at=datetime(2026, 11, 2, hour, tzinfo=UTC) + timedelta(days=number % 20),
            place_kind=kind,
            found=found,
            planned_seconds=1800,
            served_seconds=1800 * lognormal(draws.uniform(Purpose.SERVICE, str(hour), number), 1.2, 1.8),
        )
        for number in range(count)
    ]


def test_service_times_and_rates_are_fitted_to_history() -> None:
    history = past(300) + past(100, found=False) + past(100, hour=12, found=False)
    fitted = calibrated(history, ZoneInfo("UTC"))
    times, found = fitted.behaviour.service_times, fitted.behaviour.found

    assert times.distribution is Distribution.LOGNORMAL
    assert times.median == pytest.approx(1.2, rel=0.05)
    assert times.high == pytest.approx(1.5, rel=0.05)
    assert found.by_kind[PlaceKind.HOME] == pytest.approx(0.6)
    assert found.chance(PlaceKind.HOME, 9, 0) > 0.7
    assert found.chance(PlaceKind.HOME, 12, 0) < 0.2
    assert fitted.distance is not None
    assert fitted.distance < 0.1
    assert {one.subject for one in fitted.warnings} == {"workplace", "other"}


def test_too_little_history_leaves_the_defaults_with_a_warning() -> None:
    fitted = calibrated(past(5), ZoneInfo("UTC"))

    assert fitted.behaviour == Behaviour()
    assert {one.code for one in fitted.warnings} == {WarningCode.FEW_TIMES, WarningCode.FEW_DOORS}


def test_a_grid_without_axes_adds_no_scenario_and_an_amount_puts_one_on_the_curve() -> None:
    document = {
        "format": "visits-experiment/1",
        "name": "small",
        "grid": [],
        "scenarios": [{"name": "three", "amount": 3, "changes": [{"kind": "crews", "count": 3}]}],
    }
    experiment = read_experiment(json.dumps(document).encode())

    assert [(one.name, one.amount) for one in experiment.scenarios] == [("base", None), ("three", 3.0)]
