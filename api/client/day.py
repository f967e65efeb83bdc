"""A running day: what happens on it, how it stands, its rest planned anew, and what came of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.client.asking import Asker, Document, Found, at, given
from api.client.jobs import ClientJob


class DayCalls(Asker):
    """Asks about a day that people follow a plan on."""

    def tell(
        self,
        plan_id: str,
        kind: str,
        *,
        shift_id: str | None = None,
        collector_id: str | None = None,
        visit_id: str | None = None,
        case_id: str | None = None,
        delay_minutes: int | None = None,
    ) -> Found:
        """Tell what happened; told again, it is known already.

        Args:
            plan_id: The plan that people follow.
            kind: `late`, `collector_out`, `collector_back`, `vehicle_out`, `vehicle_back`, `urgent_visit`,
                `appointment_moved`, `left` or `alarm`.
            shift_id: Whose crew; of `late`, `vehicle_out`, `vehicle_back`, `alarm`.
            collector_id: Who; of `collector_out`, `collector_back`.
            visit_id: Which visit; of `appointment_moved`, `left`, and of an `alarm` at a door.
            case_id: Which case; of `urgent_visit`.
            delay_minutes: How late.

        Returns:
            Its number, and the visits that are late, at risk and called off for it.
        """
        who = given(shift_id=shift_id, collector_id=collector_id, visit_id=visit_id, case_id=case_id)
        return self._post(at("plans", plan_id, "day-events"), {"kind": kind} | who | given(delay_minutes=delay_minutes))

    def day_events(self, plan_id: str) -> list[Found]:
        """What happened on the day of a plan, in the order in which it was told."""
        return self._list(at("plans", plan_id, "day-events"), "events")

    def day_state(self, plan_id: str) -> Found:
        """How a running day stands: every stop, refused check-ins, and who cannot go on."""
        return self._get(at("plans", plan_id, "day-state"))

    def day_report(self, day: str) -> Found:
        """What came of a day, by branch and crew, with everybody's working time over four weeks."""
        return self._get(at("day-reports", day))

    def replan(self, plan_id: str, happened: Document | None = None, *, seconds: int = 2) -> ClientJob:
        """Ask for a draft of the rest of a running day.

        Args:
            plan_id: The plan that people follow.
            happened: What the service does not know from the crews: `held_up`, `crews`, `cancelled`, `added`.
            seconds: How long to search.
        """
        body = {**(happened or {}), "seconds": seconds}
        return ClientJob.of(self._post(at("plans", plan_id, "replans"), body))

    def slots(self, plan_id: str, visit_id: str, *, days: int = 1) -> list[Found]:
        """The times that fit for a visit, by time and then by what they add.

        Args:
            plan_id: The plan of the first day.
            visit_id: The visit.
            days: How many days, seven at most.
        """
        return self._list(at("plans", plan_id, "slots", visit_id=visit_id, days=days), "slots")

    def book(self, plan_id: str, visit_id: str, slot: Mapping[str, Any]) -> Found:
        """Book one of the times that fit: the new draft, and what is different; on another day it holds at once."""
        known = ("plan_id", "shift_id", "place_id", "earliest_start", "latest_end")
        body = {key: slot[key] for key in known if key in slot}
        return self._post(at("plans", plan_id, "bookings"), {"visit_id": visit_id, **body})

    def wishes(self, *, open_only: bool = True, branch: str | None = None) -> Iterator[Found]:
        """What borrowers asked by their notices' links, the newest first."""
        return self._pages("wishes", "wishes", open_only=open_only, branch=branch)

    def handle_wish(self, wish_id: str) -> None:
        """Say that somebody saw to a wish."""
        self._post(at("wishes", wish_id, "handled"))

    def reports(self, *, open_only: bool = True, branch: str | None = None) -> Iterator[Found]:
        """What people reported about visitors, the newest first."""
        return self._pages("reports", "reports", open_only=open_only, branch=branch)

    def handle_report(self, report_id: str) -> None:
        """Say that somebody saw to a report."""
        self._post(at("reports", report_id, "handled"))
