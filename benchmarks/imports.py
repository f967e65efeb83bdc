"""How many rows a second an import keeps, from the files of a lender to the committed database.

Run as `python -m benchmarks.imports [--rows N] [--database-url URL] [--into PAGE]`; without a URL the database is
SQLite in a temporary folder. Prints one line for each stage, and the most memory that the process ever took; a page
gets them too, beside what shall be reached.
"""

import argparse
import csv
import io
import resource
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from api.importing.fault_list import FaultList
from api.importing.reading import read_records
from api.importing.sources import Source
from api.settings import Settings
from api.store import SYSTEM, Database, imports, migrate
from api.store.database import first_scope
from api.store.imports import ImportMode
from benchmarks.proof import put_section

DAY = date(2026, 12, 1)
NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)
_CASE = 10  # rows for each case: itself, a place, and contacts
_AIM = 5_000
_HEAD = """Cases, places and contacts of a lender, {rows:,} rows in three CSV files, read, checked and kept in one
unit of work ({kind}, committed to the disk); one process.

| What | Reached | Aim |
|---|---|---|
"""
_KEY = b"a key of thirty-two bytes or more for measuring"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database-url", default=None)
    parser.add_argument("--into", type=Path, default=None)
    given = parser.parse_args()
    sources = lender_tables(given.rows // _CASE)
    rows = sum(source.content.count(b"\n") - 1 for source in sources)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), given_secret_key=_KEY, given_database_url=given.database_url)
        database = Database(settings)
        migrate(database.engine)
        with database.writing(None, NOW) as unit:
            scope = first_scope(unit, SYSTEM)
        start, start_of_work = time.perf_counter(), time.process_time()
        faults = FaultList()
        with database.reading(scope, NOW) as unit:
            known = imports.kept(unit)
        records = read_records(sources, faults, kept=known)
        imports.note_conflicts(records, ImportMode.CREATE, known, faults)
        faults.raise_if_any()
        checked = time.perf_counter()
        with database.writing(scope, NOW) as unit:
            imports.keep(unit, records, ImportMode.CREATE, day=DAY, content=None)
        end, work = time.perf_counter(), time.process_time() - start_of_work
        database.close()
    stages = {
        "read, checked": f"{rows / (checked - start):,.0f} rows/s",
        "kept": f"{rows / (end - checked):,.0f} rows/s",
        "end to end": f"{rows / (end - start):,.0f} rows/s, {end - start:.1f} s",
        "work alone": f"{rows / work:,.0f} rows/s of processor time",
        "most memory": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MiB",
    }
    for name, figure in ({"rows": f"{rows:,}"} | stages).items():
        print(f"{name:<13} {figure}")  # noqa: T201 - the result
    if given.into is not None:
        aims = {"end to end": f"≥ {_AIM:,} rows/s: {'yes' if rows / (end - start) >= _AIM else 'no'}"}
        kind = "SQLite" if given.database_url is None else "PostgreSQL"
        table = "\n".join(f"| {name} | {figure} | {aims.get(name, '')} |" for name, figure in stages.items())
        put_section(given.into, "Imports", _HEAD.format(rows=rows, kind=kind) + table)


def lender_tables(cases: int) -> list[Source]:
    """Files of a lender: for each case itself, its place and eight contacts."""
    ids = [f"YX-{number:07}" for number in range(cases)]
    case_rows: list[tuple[object, ...]] = [
        (case_id, "沈知行", 60 + index % 90, "债务人", "", 30, "先拨打") for index, case_id in enumerate(ids)
    ]
    place_rows: list[tuple[object, ...]] = [
        (case_id, "住宅", f"云浔市望川区听雨路 {index} 号", f"31.{100000 + index}", f"112.{100000 + index}", "wgs84")
        for index, case_id in enumerate(ids)
    ]
    contact_rows: list[tuple[object, ...]] = [
        (case_id, "电话", f"2026-11-{1 + number:02} 15:{index % 60:02}", "否")
        for index, case_id in enumerate(ids)
        for number in range(_CASE - 2)
    ]
    return [
        _source("cases", ("案件编号", "姓名", "逾期天数", "联系对象", "冻结原因", "服务时长(分钟)", "备注"), case_rows),
        _source("places", ("案件编号", "地点类型", "地址", "纬度", "经度", "坐标系"), place_rows),
        _source("contacts", ("案件编号", "渠道", "时间", "是否联系上"), contact_rows),
    ]


def _source(name: str, headers: tuple[str, ...], rows: list[tuple[object, ...]]) -> Source:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return Source(f"{name}.csv", text.getvalue().encode())


if __name__ == "__main__":
    main()
