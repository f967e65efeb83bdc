"""What the charts of an experiment mark."""

import pytest

from api.what_if.charts import capacity_curve
from api.what_if.svg import BLUE, ORANGE
from scheduler.simulation.results import ScenarioResult

LUCK = (-0.5, 0.0, 0.5)


def a_result(amount: float, visits: float) -> ScenarioResult:
    return ScenarioResult(
        name=f"{amount:g} crews",
        amount=amount,
        inputs=(),
        by_seed=({"planned": tuple(visits + luck for luck in LUCK)},),
        backlogs=((0,),) * len(LUCK),
        finishes={},
        ends={},
        reasons={},
        shortages={},
    )


@pytest.mark.parametrize(
    ("visits", "marked"),
    [
        pytest.param((20.0, 28.0, 30.0, 30.5), ["6:"], id="one more crew brings less and less"),
        pytest.param((20.0, 20.5, 22.0, 30.0), [], id="one more crew brings more and more"),
        pytest.param((20.0, 21.0, 22.0, 23.0), [], id="each crew brings as much"),
        pytest.param((20.0, 22.0), [], id="two points"),
    ],
)
def test_the_curve_marks_the_point_farthest_above_the_line_between_its_ends_and_none_where_none_is_above_it(
    visits: tuple[float, ...], marked: list[str]
) -> None:
    results = [a_result(5.0 + number, value) for number, value in enumerate(visits)]
    picture = capacity_curve(results, "planned", "en")
    dots = picture.split("<circle")[1:]
    assert len(dots) == len(visits)
    assert [part.split("<title>")[1].split(" ")[0] for part in dots if ORANGE in part] == marked
    assert sum(BLUE in part for part in dots) == len(visits) - len(marked)
