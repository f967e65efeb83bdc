"""A day of 120 visits and 60 events, and days of random events: lived through the interface, held against a model."""

import os
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.databases import sqlite_settings
from tests.day_model import LivedDay
from tests.visiting import CREWS, DAY, at_the_door
from tests.visiting_service import VisitingService, a_visiting_service

SEED = 20261204
EXAMPLES = 60 if os.environ.get("VISITS_TEST_EVERYTHING") == "1" else 4
CREW_COUNT, VISITS_EACH = 20, 6
EVENTS: dict[str, int] = {
    **{"late": 9, "person": 9, "vehicle": 6, "closed": 7, "disputed": 5, "cease_request": 4},
    **{"moved": 6, "alone": 6, "given_up": 4, "alarm": 4},
}
OUTCOMES = (("NOT_HOME", None), ("PTP", "2026-12-20"), ("PAID_FULL", None), ("REFUSED_TALK", None), ("NOT_HOME", None))
MANY_CREWS = {f"s{number}": (f"s{number}-a", f"s{number}-b") for number in range(1, CREW_COUNT + 1)}
MANY_ROUTES: dict[str, Sequence[str]] = {
    shift: [f"v{number:03}" for number in range(first, first + VISITS_EACH)]
    for shift, first in zip(MANY_CREWS, range(1, CREW_COUNT * VISITS_EACH + 1, VISITS_EACH), strict=True)
}
STEP_MINUTES = 10


def test_a_day_of_120_visits_and_60_events_ends_as_the_model_says_and_no_start_is_unlawful(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    script = [name for name, count in EVENTS.items() for _ in range(count)]
    chance.shuffle(script)
    assert (len(script), sum(map(len, MANY_ROUTES.values()))) == (60, 120)
    kept = sqlite_settings(tmp_path)
    with a_visiting_service(kept, MANY_ROUTES, at_the_door("08:50"), MANY_CREWS) as service:
        day = LivedDay(service, MANY_CREWS, MANY_ROUTES)
        while script or service.now <= at_the_door("19:50"):
            day.wait(STEP_MINUTES)
            if script:
                happen(day, script.pop(), chance)
                day.agrees()
            go_on(day, chance)
        day.agrees()
        day.nothing_was_unlawful()
        report: Any = day.officer.get(f"/api/v1/day-reports/{DAY}").json
        figures = report["branches"][0]["figures"]
        states = list(day.model.states.values())
        assert figures["planned"] == len(states)
        assert figures["attempted"] == states.count("done") + states.count("running")
        assert figures["refused"] == len(day.model.refusals)
        assert sum(figures["not_attempted"].values()) == len(states) - figures["attempted"]
        assert {"done", "cancelled", "not_begun"} <= set(states)


def go_on(day: LivedDay, chance: random.Random) -> None:
    """Each crew that is at a door for half an hour leaves it; one that is free goes on, most of the time."""
    for shift, visits in MANY_ROUTES.items():
        at_door = next((one for one in visits if day.model.states[one] == "running"), None)
        if at_door is not None:
            if day.service.now - day.started[at_door] >= timedelta(minutes=30):
                day.leave(at_door, *chance.choice(OUTCOMES))
            continue
        following = next((one for one in visits if day.model.states[one] == "waiting"), None)
        is_able = shift not in day.model.stranded and day.model.out.isdisjoint(day.model.crews[shift])
        if following is not None and is_able and chance.random() < 0.35:
            day.arrive(following)


def happen(day: LivedDay, name: str, chance: random.Random) -> None:
    """One of the events, to somebody."""
    shift = chance.choice(sorted(MANY_CREWS))
    waiting = [one for one, state in day.model.states.items() if state == "waiting"]
    visit = chance.choice(waiting or sorted(day.model.states))
    ways: dict[str, Callable[[], object]] = {
        "late": lambda: day.tell(kind="late", shift_id=shift, delay_minutes=chance.choice((15, 45, 90))),
        "person": lambda: day.person(f"{shift}-a", is_out=f"{shift}-a" not in day.model.out),
        "vehicle": lambda: day.vehicle(shift, is_out=shift not in day.model.stranded),
        "moved": lambda: day.move_appointment(visit),
        "alone": lambda: day.arrive(visit, [MANY_CREWS[day.model.crew_of[visit]][0]]),
        "given_up": lambda: day.give_up(visit),
        "alarm": lambda: day.tell(kind="alarm", shift_id=shift),
    }
    ways.get(name, lambda: day.hear(visit, name))()


ROUTES: dict[str, Sequence[str]] = {"s1": ["c1", "c2", "c3"], "s2": ["c4", "c5", "c6"]}
VISITS = st.sampled_from([visit for visits in ROUTES.values() for visit in visits])
PEOPLE = st.sampled_from([person for crew in CREWS.values() for person in crew])


class RunningDay(RuleBasedStateMachine):
    """Events of any kind in any order; after each of them service and model agree."""

    service: VisitingService
    folder: Path
    days = 0

    @initialize()
    def begin(self) -> None:
        type(self).days += 1
        folder = self.folder / str(type(self).days)
        folder.mkdir()
        self.opened = a_visiting_service(sqlite_settings(folder), dict(ROUTES), at_the_door("09:00"))
        self.day = LivedDay(self.opened.__enter__(), CREWS, ROUTES)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)

    @rule(minutes=st.sampled_from((1, 40, 200)))
    @precondition(lambda self: self.day.service.now < at_the_door("21:00"))
    def wait(self, minutes: int) -> None:
        self.day.wait(minutes)

    @rule(visit=VISITS, alone=st.booleans())
    def arrive(self, visit: str, alone: bool) -> None:
        crew = CREWS[self.day.model.crew_of[visit]]
        self.day.arrive(visit, crew[:1] if alone else None)

    @rule(visit=VISITS, outcome=st.sampled_from(OUTCOMES))
    def leave(self, visit: str, outcome: tuple[str, str | None]) -> None:
        self.day.leave(visit, *outcome)

    @rule(visit=VISITS, what=st.sampled_from(("closed", "disputed", "cease_request")))
    def hear(self, visit: str, what: str) -> None:
        if self.day.model.states[visit] == "waiting":
            self.day.hear(visit, what)

    @rule(visit=VISITS)
    def move_appointment(self, visit: str) -> None:
        self.day.move_appointment(visit)

    @rule(visit=VISITS)
    def give_up(self, visit: str) -> None:
        self.day.give_up(visit)

    @rule(who=PEOPLE, is_out=st.booleans())
    def person(self, who: str, is_out: bool) -> None:
        self.day.person(who, is_out=is_out)

    @rule(shift=st.sampled_from(sorted(CREWS)), is_out=st.booleans())
    def vehicle(self, shift: str, is_out: bool) -> None:
        self.day.vehicle(shift, is_out=is_out)

    @rule(shift=st.sampled_from(sorted(CREWS)), minutes=st.sampled_from((0, 20, 500)))
    def late(self, shift: str, minutes: int) -> None:
        self.day.tell(kind="late", shift_id=shift, delay_minutes=minutes)

    @invariant()
    def service_and_model_agree(self) -> None:
        if hasattr(self, "day"):
            self.day.agrees()
            self.day.nothing_was_unlawful()


def test_whatever_happens_on_a_day_service_and_model_agree(tmp_path: Path) -> None:
    RunningDay.folder, RunningDay.days = tmp_path, 0
    run_state_machine_as_test(
        RunningDay, settings=settings(max_examples=EXAMPLES, stateful_step_count=15, deadline=None)
    )
