"""The history in a Problem document: working times by collector and last collectors by visit, judged one by one."""

from datetime import timedelta

from scheduler.documents.faults import FaultList, pointer
from scheduler.documents.problem_wire import HISTORY_LIMITS, HistoryWire, LastCollectorsWire, WorkingWire
from scheduler.documents.raw import Row
from scheduler.documents.sections import validated_entries
from scheduler.documents.wire_faults import validated
from scheduler.domain.problem import History


def read_history(given: object, at: str, faults: FaultList) -> History | None:
    """The history at `at`; None when it says nothing, or is no history at all."""
    if not isinstance(given, dict):
        return None
    entries: dict[str, Row] = {
        key: value
        for key, limit in HISTORY_LIMITS.items()
        if isinstance(value := given.get(key, {}), dict) and len(value) <= limit
    }
    validated(HistoryWire, given | {key: {} for key in entries}, at, faults)
    working = validated_entries(
        WorkingWire, entries.get("working_seconds", {}), pointer(at, "working_seconds"), "collector", faults
    )
    last = validated_entries(
        LastCollectorsWire, entries.get("last_collectors", {}), pointer(at, "last_collectors"), "visit", faults
    )
    if not working and not last:
        return None
    return History(
        working={name: timedelta(seconds=time.root) for name, time in working.items()},
        last_collectors={name: frozenset(people.root) for name, people in last.items()},
    )
