"""What `visit-planning-problem/1` defines and this version cannot plan with: refused, never ignored in silence."""

from scheduler.documents.faults import FaultList, pointer, shown
from scheduler.documents.raw import Row, section

_UNSUPPORTED_TERMS = (
    "overtime_weight",
    "max_overtime_seconds",
    "waiting_weight",
    "unfairness_weight",
    "change_of_collector_seconds",
    "change_of_plan_seconds",
)


def check_support(document: Row, faults: FaultList) -> None:
    """Note each part of the document that would change the plan and is not supported."""
    for key in ("duties", "history", "published_plan"):
        if document.get(key):
            faults.add(pointer("", key), "unsupported", f"'{key}' is not supported", "Leave the key out.")
    if "shifts" not in document and not document.get("duties"):
        faults.add("/shifts", "no_shifts", "the document has neither shifts nor duties", "Add 'shifts', if only [].")
    _check_travel(document, faults)
    _check_objective(document, faults)
    for at, shift in section(document, "shifts"):
        profile = shift.get("travel_profile", "car")
        if isinstance(profile, str) and profile != "car":
            message = f"the travel profile {shown(profile)} is not supported"
            faults.add(pointer(at, "travel_profile"), "unsupported", message, "Use 'car', or leave the key out.")


def _check_travel(document: Row, faults: FaultList) -> None:
    travel = document.get("travel")
    factors = travel.get("hour_factors") if isinstance(travel, dict) else None
    if isinstance(factors, list) and any(0 < factor != 1 for factor in factors if isinstance(factor, int | float)):
        message = "hour factors other than 1 are not supported"
        faults.add("/travel/hour_factors", "unsupported", message, "Leave the key out.")


def _check_objective(document: Row, faults: FaultList) -> None:
    objective = document.get("objective")
    if not isinstance(objective, dict):
        return
    for key in _UNSUPPORTED_TERMS:
        value = objective.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            message = f"'{key}' is not supported"
            faults.add(pointer("/objective", key), "unsupported", message, "Leave it out or give 0.")
