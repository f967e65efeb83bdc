"""The corpus of bad inputs, files and cases: the exact code, row and field of each, and a database left as it was."""

import gc
import io
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from api.current import close, kept_by
from api.importing.sources import Source
from scheduler.domain.geocoding import Area
from tests.bad_inputs.files import FILES
from tests.bad_inputs.item import HEADER, ROW, Item
from tests.bad_inputs.places import PLACES
from tests.bad_inputs.texts import TEXTS
from tests.bad_inputs.times import NUMBERS, TIMES
from tests.database_fixtures import BOTH
from tests.databases import sqlite_settings
from tests.lender import a_lenders_client, database_sha256, send
from tests.sheets import SECRETS, as_csv

if TYPE_CHECKING:
    from tests.databases import Postgres

ITEMS = (*FILES, *TEXTS, *PLACES, *TIMES, *NUMBERS)
AREA = Area(south_degrees=30.5, west_degrees=112.0, north_degrees=32.0, east_degrees=114.0)
KEPT = Source("offices.csv", f"{HEADER}\n{ROW.replace('W1', 'W0')}\n\n".encode())


@pytest.fixture(scope="module", params=BOTH)
def client(request: pytest.FixtureRequest) -> Iterator[FlaskClient]:
    """A service that keeps one office; nothing that these tests send may change it."""
    with tempfile.TemporaryDirectory() as folder:
        if request.param == "sqlite":
            yield from _served(sqlite_settings(Path(folder), geocoder_area=AREA))
            return
        server: Postgres = request.getfixturevalue("postgres")
        with server.database() as name:
            yield from _served(server.settings(Path(folder), name, geocoder_area=AREA))


def _served(settings: object) -> Iterator[FlaskClient]:
    made = a_lenders_client(settings)  # type: ignore[arg-type]  # the two kinds of settings are one
    assert send(made, [KEPT]).status_code == 201
    yield made
    close(made.application)


def sources_of(item: Item) -> list[Source]:
    found = []
    for name, content in item.files.items():
        text = as_csv(content) if isinstance(content, list) else content
        file = name if "." in name else f"{name}.csv"
        found.append(Source(file, text if isinstance(text, bytes) else text.encode()))
    return found


def content_of(client: FlaskClient) -> str:
    return database_sha256(kept_by(client.application).plans.database)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_an_input_of_the_corpus_gets_its_code_row_and_field_and_changes_nothing(
    client: FlaskClient, item: Item, caplog: pytest.LogCaptureFixture
) -> None:
    before = content_of(client)
    is_let_in = item.code is None or item.is_odd

    with caplog.at_level(logging.DEBUG):
        answer = send(client, sources_of(item), dry_run="true" if is_let_in else "false")

    body = answer.get_json()
    assert content_of(client) == before
    assert answer.status_code == (200 if is_let_in else item.status), body
    listed = body["warnings"] if is_let_in else body["faults"]
    found = {(one["code"], one["file"], one.get("row"), one.get("field")) for one in listed}
    if item.code is None:
        assert not {one["code"] for one in listed} - {"pii_in_note"}
    else:
        assert (item.code, item.file, item.row, item.field) in found
    assert all(one["message"] and one["message_zh"] for one in listed)
    said = answer.text + caplog.text
    assert not [secret for secret in SECRETS if secret in said]


def test_a_refusal_says_that_nothing_was_stored_and_how_many_mistakes_there_are(client: FlaskClient) -> None:
    rows = "".join(f"{ROW.replace('W1', f'V{number}')}\n" for number in range(1_500)).replace("31.200", "x")

    body = send(client, [Source("offices.csv", f"{HEADER}\n{rows}".encode())]).get_json()

    assert (body["code"], body["stored"], body["error_count"], len(body["faults"])) == (
        "import_rejected",
        0,
        1_500,
        1_000,
    )


def test_29_a_body_that_is_too_large_is_refused_before_it_is_read(client: FlaskClient) -> None:
    answer = client.post(
        "/api/v1/imports",
        data=b"--x\r\n",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(200 * 1024 * 1024)},
    )

    assert answer.status_code == 413


def test_30_a_compressed_body_and_one_of_no_known_length_are_refused(client: FlaskClient) -> None:
    compressed = client.post(
        "/api/v1/imports",
        data=b"\x1f\x8b",
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Encoding": "gzip"},
    )
    endless = client.post(
        "/api/v1/imports",
        data=b"--x--",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"},
    )

    assert (compressed.status_code, endless.status_code) == (415, 411)


def test_a_body_that_the_client_wrote_to_a_file_is_closed_with_its_answer(client: FlaskClient) -> None:
    answer = send(client, [Source("offices.csv", b"x" * 600_000)], dry_run="true")

    assert isinstance(answer.request.input_stream, io.BufferedRandom)
    assert answer.request.input_stream.closed


@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_31_a_body_that_ends_too_early_keeps_nothing(client: FlaskClient) -> None:
    before = content_of(client)
    start = (
        b'--x\r\nContent-Disposition: form-data; name="mode"\r\n\r\ncreate\r\n'
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="offices.csv"\r\n\r\n' + HEADER.encode()
    )

    answer = client.post(
        "/api/v1/imports",
        data=start,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(len(start) + 500)},
    )

    gc.collect()  # the file that was begun is closed here, and nowhere else
    assert answer.status_code == 400
    assert content_of(client) == before


def test_32_the_same_files_twice_name_the_first_import(client: FlaskClient) -> None:
    before = content_of(client)
    (first,) = client.get("/api/v1/imports").get_json()["imports"]

    answer = send(client, [Source("another-name.csv", KEPT.content)])

    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_imported")
    assert answer.get_json()["import_id"] == first["id"]
    assert content_of(client) == before


def test_4_and_5_the_encoding_that_was_used_is_reported(client: FlaskClient) -> None:
    text = f"{HEADER}\n{ROW}\n"

    def encoding(name: str) -> str:
        answer = send(client, [Source("offices.csv", text.encode(name))], dry_run="true")
        return str(answer.get_json()["files"][0]["encoding"])

    assert [encoding(name) for name in ("utf-8", "utf-8-sig", "gb18030")] == ["utf-8", "utf-8", "gb18030"]


CASE = {"id": "C9", "name": "沈知行", "subject": "debtor", "service_minutes": 30}
PLACE = {"kind": "home", "address": "听雨路 8 号", "latitude": 31.201, "longitude": 112.801, "datum": "wgs84"}


type Row = tuple[int, dict[str, object], dict[str, object], str, str, int]
# Number, what is wrong with the case or its place, and the pointer, code and status of the answer.
DOCUMENTS: tuple[Row, ...] = (
    (38, {"id": "C" * 10_000}, {}, "/id", "too_long", 422),
    (42, {"name": "\ud800"}, {}, "/name", "invalid_unicode", 400),
    (43, {"name": "沈\u202e"}, {}, "/name", "control_char", 422),
    (47, {"name": "  "}, {}, "/name", "required_blank", 422),
    (50, {}, {"latitude": 112.801, "longitude": 31.201}, "/places/0/latitude", "coord_swapped", 422),
    (51, {}, {"latitude": 91.123}, "/places/0/latitude", "coord_range", 422),
    (56, {}, {"latitude": 48.853, "longitude": 2.351}, "/places/0/latitude", "coord_outside_area", 422),
    (57, {}, {"datum": None}, "/places/0/datum", "coord_sys_missing", 422),
    (59, {}, {"latitude": 31, "longitude": 112}, "/places/0/latitude", "coord_precision", 422),
    (62, {}, {"longitude": None}, "/places/0/longitude", "coord_incomplete", 422),
    (64, {}, {"latitude": "31.201"}, "/places/0/latitude", "type_number", 422),
    (65, {}, {"latitude": True}, "/places/0/latitude", "type_number", 422),
    (65, {}, {"latitude": []}, "/places/0/latitude", "type_number", 422),
    (65, {}, {"latitude": {}}, "/places/0/latitude", "type_number", 422),
    (66, {}, {"hours": ["12:00-09:00"]}, "/places/0/time_windows", "window_reversed", 422),
    (84, {"time_zone": "Asia/Beijing"}, {}, "/time_zone", "field_unknown", 422),
    (87, {"service_minutes": -5}, {}, "/service_minutes", "number_range", 422),
    (87, {"service_minutes": 1.5}, {}, "/service_minutes", "type_number", 422),
    (88, {"priority": 101}, {}, "/priority", "number_range", 422),
    (91, {"required_collectors": ["K9"]}, {}, "/required_collectors", "ref_unknown", 422),
)


@pytest.mark.parametrize(("number", "case", "place", "pointer", "code", "status"), DOCUMENTS)
def test_a_document_of_the_corpus_gets_its_code_and_pointer(
    client: FlaskClient,
    number: int,
    case: dict[str, object],
    place: dict[str, object],
    pointer: str,
    code: str,
    status: int,
) -> None:
    before = content_of(client)
    changed = {key: value for key, value in (PLACE | place).items() if value is not None}

    answer = client.post("/api/v1/cases", json=CASE | {"places": [changed]} | case)

    assert answer.status_code == status, (number, answer.text)
    assert (pointer, code) in {(one["pointer"], one["code"]) for one in answer.get_json()["errors"]}
    assert content_of(client) == before
