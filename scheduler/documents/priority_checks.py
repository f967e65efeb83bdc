"""Priorities of a Problem document: the parts make the whole, and the amount of a debt is never all of it."""

from scheduler.documents.faults import FaultList, pointer, shown
from scheduler.documents.problem_wire import VisitWire
from scheduler.documents.raw import Row, id_of, integer_of, rows, section
from scheduler.domain.visit import PriorityPart
from scheduler.priority import is_amount_alone

MOST_POINTS = 100


def check_priorities(document: Row, faults: FaultList) -> None:
    """Note parts that do not sum to their priority, that stand twice, and an amount that decides alone."""
    for at, visit in section(document, "visits"):
        if visit.get("priority_parts"):
            _check_parts(visit, at, faults)


def _check_parts(visit: Row, at: str, faults: FaultList) -> None:
    where, parts = pointer(at, "priority_parts"), []
    first_places: dict[str, str] = {}
    for at_part, row in rows(visit, "priority_parts", at):
        code, points = id_of(row, "code"), integer_of(row, "points")
        if code is None or points is None or not 0 <= points <= MOST_POINTS:
            return  # noted where it stands; a sum would say nothing
        first = first_places.setdefault(code, at_part)
        if first != at_part:
            faults.add(
                pointer(at_part, "code"), "id_duplicate", f"{shown(code)} stands at {first} already", "Add them up."
            )
        parts.append(PriorityPart(code=code, points=points))
    priority = integer_of({"priority": VisitWire.model_fields["priority"].default} | visit, "priority")
    total = sum(part.points for part in parts)
    if priority is not None and 0 <= priority <= MOST_POINTS and total != priority:
        message = f"the parts sum to {total}, the priority is {priority}"
        faults.add(where, "wrong_sum", message, "Correct the parts or the priority, or leave the parts out.")
    if is_amount_alone(parts):
        message = "the amount of a debt never decides a priority alone"
        faults.add(
            where, "amount_alone", message, "Add what else makes the visit important, or count the amount nothing."
        )
