"""Imports as a job: the same steps, answers and refusals as while the caller waits."""

import base64
import json
from collections.abc import Sequence
from datetime import date

from api.geocoding.address_checks import warn_of_addresses
from api.import_answers import (
    ImportRefusal,
    ImportResult,
    accepted_answer,
    accepted_status,
    already_imported,
    refusal_of,
)
from api.import_steps import ImportAsked, checked, kept
from api.importing.fault_list import FaultList
from api.importing.records import ZONE, Records
from api.importing.sources import Source
from api.jobs.geocoding import asking
from api.jobs.work import Work
from api.store import Unit, imports
from api.store.imports import ImportMode
from api.store.jobs import Figures, JobState, Made, Outcome
from scheduler.domain.errors import InvalidInput


def packed_sources(sources: Sequence[Source]) -> bytes:
    """Files as the job's document; their names may name people, so they are no arguments."""
    files = [{"name": one.name, "content": base64.b64encode(one.content).decode()} for one in sources]
    return json.dumps(files).encode()


def arguments_of(asked: ImportAsked, *, check_addresses: bool) -> Figures:
    """The rest of what was asked."""
    return {
        "mode": str(asked.mode),
        "true_on": asked.true_on.isoformat(),
        "dry_run": asked.is_dry,
        "check_addresses": check_addresses,
    }


def import_tables(work: Work) -> Outcome:
    """Read and check everything, and keep it in the unit that ends the job; a refusal is the job's answer too."""
    asked, faults = _asked(work), FaultList()
    with work.reading() as unit:
        first = imports.first_of(unit, asked.content)
        if first is not None:
            return _refused(already_imported(first))
        today = unit.now.astimezone(ZONE).date()
        try:
            records = checked(
                unit, asked, faults, today=today, area=work.settings.geocoder_area, on_row=_Rows(work).count
            )
        except InvalidInput as refused:
            return _refused(refusal_of(refused))
    if work.job.arguments.get("check_addresses"):
        warn_of_addresses(records.places, asking(work, today), faults)
    work.go_on()

    def keep(unit: Unit) -> Made:
        entry = None if asked.is_dry else kept(unit, asked, records)
        answer, status = accepted_answer(asked, entry, records, faults.warnings), accepted_status(entry)
        result = ImportResult(status=status, answer=answer, refusal=None)
        figures = {"status": int(status), "import_id": answer.id, "rows": _row_count(records)}
        return Made(figures=figures | {"warnings": len(answer.warnings)}, document=result.model_dump_json().encode())

    return Outcome(state=JobState.DONE, keep=keep, when_refused=lambda refused: _refused(refusal_of(refused)))


class _Rows:
    """Tells how many rows were read, and hears of the wish to stop between two of them."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._reached: dict[str, int] = {}

    def count(self, file: str, number: int) -> None:
        self._work.go_on()
        self._reached[file] = max(number, self._reached.get(file, 0))
        # The header is row 1.
        self._work.tell({"rows": sum(self._reached.values()) - len(self._reached)})


def _asked(work: Work) -> ImportAsked:
    arguments = work.job.arguments
    files = json.loads(work.document())
    return ImportAsked(
        sources=[Source(one["name"], base64.b64decode(one["content"])) for one in files],
        mode=ImportMode(str(arguments["mode"])),
        true_on=date.fromisoformat(str(arguments["true_on"])),
        is_dry=bool(arguments["dry_run"]),
    )


def _refused(refusal: ImportRefusal) -> Outcome:
    figures: Figures = {
        "status": refusal.status,
        "import_id": refusal.import_id,
        "error_count": refusal.error_count,
    }
    result = ImportResult(status=refusal.status, answer=None, refusal=refusal)
    document = result.model_dump_json().encode()
    return Outcome(
        state=JobState.FAILED,
        error_code=refusal.code,
        keep=lambda _: Made(figures=figures, document=document),
    )


def _row_count(records: Records) -> int:
    return sum(table.rows for table in records.tables.values())
