"""What the checker says of each broken plan, word for word: `violations.txt` is written for people, who read it here.

Each line gives the kind of a violation, the shift, visit and rule that it names, and its sentence.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from scheduler.checker import certificate_violations, violations
from scheduler.domain.plan import Plan, PlanStatus
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.domain.visit import Pin
from scheduler.rules.load import load_rule_set
from tests import test_checker_certificate as certificates
from tests import test_checker_cost as costs
from tests import test_checker_duties as duties
from tests import test_checker_structure as structure
from tests import test_checker_times as times
from tests.builders import a_break, a_collector, a_place, a_problem, a_shift, a_visit, time
from tests.plans import REST, a_plan, line_matrix

SHEET = Path(__file__).parent / "violations.txt"


def told(problem: Problem, plan: Plan, *, closed: int | None = None, packs: tuple[str, ...] = ()) -> list[Violation]:
    travel = line_matrix(closed=frozenset() if closed is None else frozenset({closed}))
    return list(violations(problem, plan, travel=travel, rules=load_rule_set(packs)))


def broken_crews() -> list[Violation]:
    visits = [
        a_visit("skills", 1, skills={"yue", "mandarin"}),
        a_visit("needed", 2, required={"s9-b", "s9-a"}),
        a_visit("barred", 3, prohibited={"s1-b", "s1-a"}),
        a_visit("large", 4, crew_size=3),
    ]
    shifts = [a_shift("s1", max_visits=3), a_shift("s2", "s1-a", "s2-b")]
    problem = a_problem([*visits, a_visit("other", 5)], shifts, [a_collector("s1-a", max_visits=2)])
    return told(problem, a_plan(problem, {"s1": [visit.id for visit in visits], "s2": ["other"]}))


def broken_pins() -> list[Violation]:
    pin = Pin(shift_id="s2", place_id="work", service_start_time=time("09:33"), position=1)
    visits = [a_visit("v1", 1), a_visit("v2", places=(a_place("home", 2), a_place("work", 4)), pinned=pin)]
    problem = a_problem(visits, [a_shift("s1"), a_shift("s2")])
    return told(problem, a_plan(problem, {"s1": ["v1", "v2"]}))


def broken_breaks() -> list[Violation]:
    breaks = (a_break("10:00", "12:00", 30), a_break("10:00", "12:00", 20))
    problem = a_problem([a_visit("v1", 3)], [a_shift("s1", breaks=breaks)])
    other = replace(problem, shifts=(a_shift("s1", breaks=breaks[::-1]),))
    return told(problem, a_plan(other, {"s1": ["v1", REST, REST]}))


def broken_law() -> list[Violation]:
    problem = a_problem([a_visit("v1")], [a_shift("s1", "solo")], rule_packs=("cn-base",))
    return told(problem, a_plan(problem, {"s1": ["v1"]}), packs=("cn-base",))


def broken_costs() -> list[Violation]:
    plan = costs.a_sound_plan()
    parts = [name for name in plan.cost.__dataclass_fields__ if name.endswith("_seconds")]
    cost = replace(plan.cost, **{name: getattr(plan.cost, name) + 1 for name in parts})
    return told(costs.PROBLEM, replace(plan, cost=cost))


def broken_bounds() -> list[Violation]:
    plan = costs.a_sound_plan()
    above = replace(plan, engine=replace(plan.engine, lower_bound_seconds=plan.cost.total_seconds + 1))
    return [*told(costs.PROBLEM, above), *told(costs.PROBLEM, replace(plan, status=PlanStatus.OPTIMAL))]


def broken_certificates() -> list[Violation]:
    spoiled = certificates.a_certificate(
        scope="planning rules", rule_packs=(), checker_version="0", problem_sha256="c" * 64, plan_sha256="d" * 64
    )
    return [
        violation
        for certificate in (None, spoiled)
        for violation in certificate_violations(
            certificates.a_plan_with(certificate),
            rules=certificates.RULES,
            problem_sha256="a" * 64,
            plan_sha256="b" * 64,
            scope="all rules",
        )
    ]


def other_decisions() -> list[Violation]:
    told = certificates.a_certificate(decisions=(replace(certificates.DECISION, crew_minimum=1),))
    return [
        violation
        for derived in ((certificates.DECISION,), ())
        for violation in certificate_violations(
            certificates.a_plan_with(told),
            rules=certificates.RULES,
            problem_sha256="a" * 64,
            plan_sha256="b" * 64,
            scope="all rules",
            decisions=derived,
        )
    ]


def broken_duties() -> list[Violation]:
    return [violation for _, formed in duties.BAD.values() for violation in duties.told(*formed)]


def no_way() -> list[Violation]:
    return told(times.PROBLEM, times.a_sound_plan(), closed=10)


def no_visits() -> list[Violation]:
    problem = a_problem()
    return told(problem, replace(a_plan(problem, {}), status=PlanStatus.FEASIBLE))


OTHERS: tuple[Callable[[], list[Violation]], ...] = (
    broken_crews,
    broken_pins,
    broken_breaks,
    broken_law,
    broken_costs,
    broken_bounds,
    broken_certificates,
    other_decisions,
    broken_duties,
    no_way,
    no_visits,
)


def everything_told() -> Iterator[tuple[str, list[Violation]]]:
    """What is broken, and what the checker says."""
    for name, (breaking, _) in structure.BROKEN.items():
        yield name, told(structure.PROBLEM, breaking(structure.a_sound_plan()))
    for name, (breaking, _) in times.BROKEN.items():
        yield name, told(times.PROBLEM, breaking(times.a_sound_plan()))
    for broken in OTHERS:
        yield broken.__name__.replace("_", " "), broken()


def line_of(violation: Violation) -> str:
    named = (violation.code, violation.shift_id, violation.visit_id, violation.rule_id)
    return f"    {' '.join(str(name or '-') for name in named)}: {violation.message}"


def sheet() -> str:
    lines: list[str] = []
    for name, found in everything_told():
        lines += [name, *map(line_of, found)]
    return "\n".join(lines) + "\n"


def test_the_checker_says_of_each_broken_plan_what_the_sheet_says() -> None:
    assert sheet().splitlines() == SHEET.read_text(encoding="utf-8").splitlines()
