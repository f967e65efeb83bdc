"""What `visit-planning-problem/1` defines and this version cannot plan with: refused, never ignored in silence."""

from scheduler.documents.faults import FaultList, pointer, shown
from scheduler.documents.raw import Row, section


def check_support(document: Row, faults: FaultList) -> None:
    """Note each part of the document that would change the plan and is not supported."""
    if "shifts" not in document and "duties" not in document:
        faults.add("/shifts", "no_shifts", "the document has neither shifts nor duties", "Add 'shifts', if only [].")
    for at, period in (*section(document, "shifts"), *section(document, "duties")):
        profile = period.get("travel_profile", "car")
        if isinstance(profile, str) and profile != "car":
            message = f"the travel profile {shown(profile)} is not supported"
            faults.add(pointer(at, "travel_profile"), "unsupported", message, "Use 'car', or leave the key out.")
