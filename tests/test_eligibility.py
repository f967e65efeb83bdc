"""Every visit of a problem is judged at each of its places, on the days of the shifts."""

from datetime import date, timedelta

from scheduler.domain.case import Block
from scheduler.domain.visit import PlaceKind
from scheduler.eligibility import asked_days, decide
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import load_rule_set
from tests.builders import DAY, ZONE, a_case, a_place, a_problem, a_shift, a_visit, window

RULES = load_rule_set(("cn-base", "cn-house"))
TOMORROW = DAY + timedelta(days=1)


def test_each_place_gets_the_answer_of_the_rules() -> None:
    places = (a_place("v-home", 1), a_place("v-work", 2, kind=PlaceKind.WORKPLACE))
    case = a_case(consents=())
    problem = a_problem([a_visit("v", places=places, case=case)])
    decisions = decide(problem, RULES)["v"]
    for place in places:
        question = Question(
            place_kind=place.kind,
            place_id=place.id,
            time_zone=ZONE,
            days=(DAY,),
            case=case,
            notices_from=problem.notices_from(ZONE),
        )
        assert decisions[place.id] == evaluate(RULES, question)
    assert decisions["v-home"].allowed
    assert not decisions["v-work"].allowed


def test_the_days_asked_about_are_those_that_the_shifts_touch() -> None:
    shifts = [a_shift("s1", day=TOMORROW), a_shift("s2"), a_shift("s3", "x", end="23:30")]
    assert asked_days(a_problem([], shifts), ZONE) == (DAY, TOMORROW)


def test_without_shifts_the_windows_of_the_visits_name_the_days() -> None:
    visit = a_visit("v", 1, window("10:00", "12:00", date(2026, 12, 9)))
    assert asked_days(a_problem([visit], []), ZONE) == (date(2026, 12, 9),)


def test_a_block_that_ends_in_between_leaves_the_later_day() -> None:
    case = a_case(blocks=(Block(code="disputed", until=DAY),))
    problem = a_problem([a_visit("v", case=case)], [a_shift("s1"), a_shift("s2", day=TOMORROW)])
    decision = decide(problem, RULES)["v"]["v-home"]
    assert decision.allowed
    assert decision.windows == (window("09:00", "20:00", TOMORROW),)


def test_visits_without_a_case_share_one_decision() -> None:
    decisions = decide(a_problem([a_visit(f"v{i}") for i in range(2_000)]), RULES)
    assert len({id(decision) for places in decisions.values() for decision in places.values()}) == 1
