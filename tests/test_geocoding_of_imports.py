"""Places of an import without coordinates: asked for once, remembered under hashes, listed for people."""

import csv
import io
import stat
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.geocoding import geocoder_of
from api.geocoding.cache import FILE_NAME, CacheFile
from api.geocoding.fetch import HttpFetch
from api.geocoding.imports import COLUMNS, list_to_confirm, look_up
from api.settings import Settings
from scheduler.domain.coordinates import Datum
from scheduler.domain.errors import InvalidInput, MissingResource
from scheduler.domain.geocoding import Geocoded, GeocodingOutcome, GeocodingRefusal, NotGeocoded, ProviderName
from scheduler.domain.location import Coordinates
from scheduler.travel.geocoding import nominatim
from tests.command import visits
from tests.geocoders import AREA, LATITUDE, LONGITUDE, Stub, a_queue, a_stub, nominatim_place
from tests.sheets import Sheet, a_place_row, imported, sheets, write_files

TODAY = date(2026, 12, 1)
KEY = b"k" * 32
FOUND = Geocoded(
    coordinates=Coordinates(latitude_degrees=31.2034, longitude_degrees=112.8021), confidence=0.8, datum=Datum.BD09
)
MISSED = NotGeocoded(code=GeocodingRefusal.NOT_FOUND)
NO_POINT = {"纬度": "", "经度": "", "坐标系": ""}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with a_stub() as running:
        yield running


def a_cache(folder: Path, *, today: date = TODAY, secret_key: bytes = KEY) -> CacheFile:
    return CacheFile(path=folder / FILE_NAME, secret_key=secret_key, today=today)


def tables(*addresses: str) -> dict[str, Sheet | str | bytes]:
    """Two cases; those for which an address is given have no point."""
    places = [
        a_place_row(f"C{number + 1}", 地址=addresses[number], **NO_POINT)
        if number < len(addresses)
        else a_place_row(f"C{number + 1}")
        for number in range(2)
    ]
    return {**sheets(places=places)}


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def settings_for(stub: Stub, folder: Path) -> dict[str, str]:
    return {
        "VISITS_DATA_DIR": str(folder / "var"),
        "VISITS_GEOCODER": "nominatim",
        "VISITS_GEOCODER_URL": stub.url,
        "VISITS_GEOCODER_AREA": "31.0,112.6,31.4,113.1",
        "VISITS_GEOCODER_PAUSE_SECONDS": "0",
    }


@pytest.mark.parametrize("outcome", [FOUND, MISSED], ids=["found", "missed"])
def test_what_became_of_an_address_is_remembered_with_its_datum_misses_too(
    tmp_path: Path, outcome: GeocodingOutcome
) -> None:
    a_cache(tmp_path).put("听雨路 8 号", outcome)

    assert a_cache(tmp_path).get("听雨路 8 号") == outcome
    assert a_cache(tmp_path).get("听雨路 9 号") is None


def test_a_miss_is_forgotten_after_thirty_days_and_a_find_is_not(tmp_path: Path) -> None:
    a_cache(tmp_path).put("missed", MISSED)
    a_cache(tmp_path).put("found", FOUND)

    assert a_cache(tmp_path, today=TODAY + timedelta(days=30)).get("missed") == MISSED
    assert a_cache(tmp_path, today=TODAY + timedelta(days=31)).get("missed") is None
    assert a_cache(tmp_path, today=TODAY + timedelta(days=400)).get("found") == FOUND


def test_nobody_learns_an_address_from_the_file(tmp_path: Path) -> None:
    a_cache(tmp_path).put("听雨路 8 号", FOUND)

    path = tmp_path / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "听雨路".encode() not in path.read_bytes()
    assert a_cache(tmp_path, secret_key=b"x" * 32).get("听雨路 8 号") is None
    assert "kkkk" not in repr(a_cache(tmp_path))


def test_a_file_that_is_no_cache_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is no database at all" * 40)

    with pytest.raises(MissingResource, match="delete the file"):
        a_cache(tmp_path).get("听雨路 8 号")


def test_what_is_remembered_is_not_asked_for_again_and_failures_are_not_remembered(stub: Stub, tmp_path: Path) -> None:
    def asked_again() -> GeocodingOutcome:
        queue = a_queue(nominatim(stub.url, HttpFetch()), cache=a_cache(tmp_path))
        return queue.geocode(["听雨路 8 号"])["听雨路 8 号"]

    stub.says([], status=401)
    assert asked_again() == NotGeocoded(code=GeocodingRefusal.PROVIDER_ERROR)
    stub.says([nominatim_place()])
    first = asked_again()
    asked = len(stub.asked)

    assert isinstance(first, Geocoded)
    assert asked_again() == first
    assert len(stub.asked) == asked


def test_a_place_without_coordinates_gets_them_and_others_keep_theirs(stub: Stub, tmp_path: Path) -> None:
    stub.says([nominatim_place()])
    before = imported(tmp_path, tables("听雨路 8 号"))

    lookup = look_up(before, a_queue(nominatim(stub.url, HttpFetch())))

    points = {location.id: location.coordinates for location in lookup.imported.problem.locations}
    assert points["C1-home"] == Coordinates(latitude_degrees=LATITUDE, longitude_degrees=LONGITUDE)
    assert points["C2-home"] == {one.id: one.coordinates for one in before.problem.locations}["C2-home"]
    assert stub.questions == ["听雨路 8 号"]


def test_the_list_for_people_has_the_refused_first_and_what_a_spreadsheet_would_run_made_inert(
    stub: Stub, tmp_path: Path
) -> None:
    lookup = look_up(imported(tmp_path, tables("听雨路 8 号", "=听雨路 9 号")), _FoundAndRefused())

    rows = rows_of(list_to_confirm(lookup))

    assert [row["result"] for row in rows] == ["outside_district", "found"]
    assert [row["place_id"] for row in rows] == ["C2-home", "C1-home"]
    assert rows[0]["address"] == "'=听雨路 9 号"
    assert rows[1] == dict(
        zip(COLUMNS, ("C1-home", "听雨路 8 号", "found", "0.80", "31.203400", "112.802100", "wgs84"), strict=True)
    )


class _FoundAndRefused:
    """A geocoder that finds the first address and refuses the rest."""

    def geocode(self, addresses: Sequence[str]) -> Mapping[str, GeocodingOutcome]:
        first, *others = addresses
        return {first: FOUND, **dict.fromkeys(others, NotGeocoded(code=GeocodingRefusal.OUTSIDE_DISTRICT))}


def test_the_import_looks_up_and_writes_the_list_for_its_owner_alone(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in settings_for(stub, tmp_path).items():
        monkeypatch.setenv(variable, value)
    paths = write_files(tmp_path, tables("听雨路 8 号", "听雨路 9 号"))
    stub.says([nominatim_place()])
    words = (
        "--date",
        "2026-12-01",
        "-o",
        tmp_path / "problem.json",
        "--geocode",
        "--to-confirm",
        tmp_path / "list.csv",
    )

    answer = visits("import", *paths, *words)

    assert answer.code == 0, answer.err
    # The answer is house number 8, and number 9 was asked for as well.
    assert "Points looked up: 1 found, 1 low_confidence." in answer.out
    assert "听雨路" not in answer.out + answer.err
    assert [row["result"] for row in rows_of((tmp_path / "list.csv").read_bytes())] == ["low_confidence", "found"]
    assert stat.S_IMODE((tmp_path / "list.csv").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var" / FILE_NAME).stat().st_mode) == 0o600


def test_without_a_geocoder_the_import_asks_nobody_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISITS_DATA_DIR", str(tmp_path / "var"))
    paths = write_files(tmp_path, tables("听雨路 8 号"))
    words = ("--date", "2026-12-01", "-o", tmp_path / "problem.json")

    refused = visits("import", *paths, *words, "--geocode")

    assert refused.code == 2
    assert refused.err.startswith("VISITS_GEOCODER: missing_setting: ")
    assert not (tmp_path / "problem.json").exists()
    assert visits("import", *paths, *words).code == 0
    assert visits("import", *paths, *words, "--to-confirm", tmp_path / "list.csv").code == 2


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        (ProviderName.NOMINATIM, "VISITS_GEOCODER_URL"),
        (ProviderName.PHOTON, "VISITS_GEOCODER_URL"),
        (ProviderName.BAIDU, "VISITS_GEOCODER_KEY"),
        (ProviderName.AMAP, "VISITS_GEOCODER_KEY"),
    ],
)
def test_each_geocoder_says_what_it_needs(tmp_path: Path, name: ProviderName, missing: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        geocoder_of(Settings(data_dir=tmp_path, geocoder=name, geocoder_area=AREA), today=TODAY)

    assert [(fault.where, fault.code) for fault in refused.value.faults] == [(missing, "missing_setting")]
