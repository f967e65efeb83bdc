"""A running day as somebody with pencil and paper would follow it, and the same day lived through the interface.

The model knows nothing of the program: places are open from nine to eight, a visit takes half an hour, both people of
its crew have to be there and be able to go on, and who paid or objected is not visited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from api.access import Role
from tests.visiting import CARRIED, at_the_door
from tests.visiting_service import VisitingService

OPENS, LAST_START = at_the_door("09:00"), at_the_door("19:30")
HALF_AN_HOUR = timedelta(minutes=30)
WAITING = ("open", "late", "at_risk")
NO_MORE = {"closed": "case_closed", "disputed": "CN-CARD-69", "cease_request": "CN-BLK-1"}
"""What the office keeps of a case, and by which rule nobody goes there any more."""


@dataclass
class Model:
    """What the day must come to.

    Attributes:
        crews: Who is in each crew.
        crew_of: Whose visit each is.
        states: `waiting`, `running`, `done`, `cancelled` or `not_begun`, by visit.
        reasons: Why visits were called off.
        outcomes: What visits ended with.
        out: Who cannot go on.
        stranded: Crews without a vehicle.
        refusals: Visits at which a check-in was refused, in order.
    """

    crews: Mapping[str, Sequence[str]]
    crew_of: Mapping[str, str]
    states: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    stranded: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states = dict.fromkeys(self.crew_of, "waiting")

    def may_begin(self, visit: str, now: datetime, present: Sequence[str]) -> bool:
        crew = self.crews[self.crew_of[visit]]
        in_hours = OPENS <= now <= LAST_START
        able = set(crew) <= set(present) and self.out.isdisjoint(present)
        return self.states[visit] == "waiting" and in_hours and able

    def must_be_at_risk(self, visit: str, now: datetime) -> bool:
        shift = self.crew_of[visit]
        return shift in self.stranded or not self.out.isdisjoint(self.crews[shift]) or now > LAST_START


class LivedDay:
    """Does everything twice: in the model, and at the service; each answer is held against the model."""

    def __init__(self, service: VisitingService, crews: Mapping[str, Sequence[str]], routes: Mapping[str, Any]) -> None:
        self.service = service
        self.office: FlaskClient = service.client(Role.DISPATCHER)
        self.officer: FlaskClient = service.client(Role.COMPLIANCE)
        self.model = Model(crews, {visit: shift for shift, visits in routes.items() for visit in visits})
        self.records: dict[str, str] = {}
        self.started: dict[str, datetime] = {}
        listed: Any = self._pages("/api/v1/cases")
        self.case_ids = {one["case_id"]: one["id"] for one in listed}

    def _pages(self, path: str) -> list[Any]:
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page: Any = self.office.get(path + (f"?cursor={cursor}" if cursor else "")).json
            found, cursor = found + page["cases"], page["next_cursor"]
        return found

    def wait(self, minutes: int) -> None:
        self.service.now += timedelta(minutes=minutes)

    def arrive(self, visit: str, present: Sequence[str] | None = None) -> None:
        """A crew is at a door: it begins exactly when it may."""
        model, now = self.model, self.service.now
        there = model.crews[model.crew_of[visit]] if present is None else present
        may, before = model.may_begin(visit, now, there), model.states[visit]
        sent = {
            "plan_id": self.service.plan_id,
            "visit_id": visit,
            "present": list(there),
            "carried": list(CARRIED),
        }
        answer: Any = self.office.post("/api/v1/visit-records", json=sent)
        again = before in ("running", "done")  # telling twice is telling once
        assert (answer.status_code == 201) == (may or again), (visit, before, str(now), answer.text)
        if may:
            model.states[visit] = "running"
            self.started[visit] = now
            self.records[visit] = answer.json["id"]
        elif not again:
            model.refusals.append(visit)

    def leave(self, visit: str, outcome: str, until: str | None = None) -> None:
        """A crew tells what a visit ended with."""
        if self.model.states[visit] != "running":
            return
        sent = {"outcome": outcome} | ({"until": until} if until else {})
        answer = self.office.post(f"/api/v1/visit-records/{self.records[visit]}/outcome", json=sent)
        assert answer.status_code == 200, answer.text
        self.model.states[visit], self.model.outcomes[visit] = "done", outcome

    def give_up(self, visit: str) -> None:
        """A crew does not go there."""
        may = self.model.states[visit] == "waiting"
        path = f"/api/v1/plans/{self.service.plan_id}/visits/{visit}/not-begun"
        answer = self.office.post(path, json={"outcome": "ABORT_OPS", "reason": "weather"})
        assert (answer.status_code == 201) == (may or self.model.states[visit] == "not_begun"), answer.text
        if may:
            self.model.states[visit] = "not_begun"

    def tell(self, **event: Any) -> Any:
        """An event of the day."""
        answer = self.office.post(f"/api/v1/plans/{self.service.plan_id}/day-events", json=event)
        assert answer.status_code == 201, answer.text
        return answer.json

    def move_appointment(self, visit: str) -> None:
        """A borrower wants another time."""
        if self.model.states[visit] in ("waiting", "cancelled"):
            self.tell(kind="appointment_moved", visit_id=visit)
            self._is_called_off(visit, "borrower_asked_another_time")

    def person(self, who: str, *, is_out: bool) -> None:
        """Somebody cannot go on, or can again."""
        self.tell(kind="collector_out" if is_out else "collector_back", collector_id=who)
        (self.model.out.add if is_out else self.model.out.discard)(who)

    def vehicle(self, shift: str, *, is_out: bool) -> None:
        """A crew has no vehicle, or one again."""
        self.tell(kind="vehicle_out" if is_out else "vehicle_back", shift_id=shift)
        (self.model.stranded.add if is_out else self.model.stranded.discard)(shift)

    def hear(self, visit: str, what: str) -> None:
        """The office keeps that a case is paid and closed, or what forbids visits."""
        path = f"/api/v1/cases/{self.case_ids[visit]}"
        match = {"If-Match": self.office.get(path).headers["ETag"]}
        if what == "closed":
            answer = self.office.patch(path, json={"state": "closed"}, headers=match)
        else:
            answer = self.officer.post(f"{path}/blocks", json={"code": what}, headers=match)
        assert answer.status_code in (200, 201), answer.text
        self._is_called_off(visit, NO_MORE[what])

    def _is_called_off(self, visit: str, reason: str) -> None:
        if self.model.states[visit] == "waiting":
            self.model.states[visit] = "cancelled"
            self.model.reasons[visit] = reason

    def agrees(self) -> None:
        """The service says of every visit what the model says."""
        state: Any = self.office.get(f"/api/v1/plans/{self.service.plan_id}/day-state").json
        for stop in state["stops"]:
            visit, now = stop["visit_id"], self.service.now
            told = "waiting" if stop["state"] in WAITING else stop["state"]
            assert told == self.model.states[visit], (visit, stop, self.model.states[visit])
            if told == "cancelled":
                assert stop["cancelled_for"] == self.model.reasons[visit]
            if told == "waiting" and self.model.must_be_at_risk(visit, now):
                assert stop["state"] == "at_risk", stop
        assert set(state["out"]) == self.model.out
        assert set(state["stranded"]) == self.model.stranded
        assert [one["visit_id"] for one in state["refusals"]] == self.model.refusals

    def nothing_was_unlawful(self) -> None:
        """Every start that the service let through was in hours, with a whole crew, where somebody may go."""
        kept: Any = self.office.get(f"/api/v1/plans/{self.service.plan_id}/visit-records").json
        begun = {one["visit_id"]: one for one in kept["records"] if one["checked_in_at"] is not None}
        assert begun.keys() == self.started.keys()
        for visit, record in begun.items():
            at = datetime.fromisoformat(record["checked_in_at"])
            assert OPENS <= at <= LAST_START
            assert at == self.started[visit]
            assert set(record["present"]) >= set(self.model.crews[self.model.crew_of[visit]])
            assert visit not in self.model.reasons
