"""A service with a lender's small tables, and forms as the pages of cases, imports, collectors and shifts send them."""

import html
import re
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.store.tables.cases import CaseRow, PlaceRow
from api.store.tables.people import CollectorRow, ShiftRow
from tests.lender import keep, sources_of
from tests.people import House
from tests.sheets import Sheet, sheets, write_files

DAY = "2026-12-01"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def keep_sheets(house: House, **changed: Sheet) -> None:
    """Keep the tables of `tests.sheets` in the first branch."""
    with house.writing() as unit:
        keep(unit, sources_of(sheets(**changed)))


def case_id(house: House, code: str = "C1") -> str:
    """The row's id of a case."""
    with house.writing() as unit:
        return str(unit.session.query(CaseRow).filter_by(code=code).one().id)


def place_id(house: House, code: str = "C1-home") -> str:
    """The row's id of a place."""
    with house.writing() as unit:
        return str(unit.session.query(PlaceRow).filter_by(code=code).one().id)


def collector_id(house: House, code: str = "K1") -> str:
    """The row's id of a collector."""
    with house.writing() as unit:
        return str(unit.session.query(CollectorRow).filter_by(code=code).one().id)


def shift_id(house: House, code: str = "B1") -> str:
    """The row's id of a shift."""
    with house.writing() as unit:
        return str(unit.session.query(ShiftRow).filter_by(code=code).one().id)


def hidden_of(page: str) -> dict[str, str]:
    """What the forms of a page say without being asked: the revision, and what it says."""
    fields = re.findall(r'<input type="hidden" name="(rev|seen)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in fields}


def send_form(client: FlaskClient, page: str, path: str, **fields: Any) -> TestResponse:
    """Fill in a form of a page as it stands now, and send it."""
    return client.post(path, data={**hidden_of(client.get(page).text), **fields})


def words_of(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def files_in(folder: Path, **changed: Sheet) -> list[str]:
    """The tables of `tests.sheets` as files to be chosen on a page."""
    return [str(path) for path in write_files(folder, sheets(**changed))]
