import stat
from pathlib import Path

import pytest

from api.settings import Settings
from maps.base_map import TileServer
from scheduler.domain.errors import InvalidInput
from scheduler.domain.geocoding import Area, ProviderName
from scheduler.domain.travel import Profile

LONG_KEY = "0123456789abcdef" * 2


def faults_of(env: dict[str, str], config: Path | None = None) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        Settings.load(env, config)
    return {fault.where: fault.code for fault in caught.value.faults}


def a_file(folder: Path, content: str) -> Path:
    path = folder / "visits.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_without_anything_given_the_defaults_hold() -> None:
    settings = Settings.load({}, None)

    assert settings.data_dir == Path("var")
    assert settings.database_url == "sqlite:///var/visits.sqlite"
    assert settings.navigation_providers == ("geo",)
    assert settings.language == "zh-CN"


def test_loading_writes_nothing(tmp_path: Path) -> None:
    Settings.load({"VISITS_DATA_DIR": str(tmp_path / "var")}, None)

    assert list(tmp_path.iterdir()) == []


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    config = a_file(tmp_path, 'language = "en"\nnavigation = ["amap", "geo"]\n')

    settings = Settings.load({"VISITS_LANGUAGE": "zh-CN"}, config)

    assert settings.language == "zh-CN"
    assert settings.navigation_providers == ("amap", "geo")


def test_a_bad_value_in_the_file_does_not_matter_when_a_variable_replaces_it(tmp_path: Path) -> None:
    config = a_file(tmp_path, 'language = "tlh"\n')

    assert Settings.load({"VISITS_LANGUAGE": "en"}, config).language == "en"


def test_providers_keep_their_order_and_appear_once() -> None:
    settings = Settings.load({"VISITS_NAVIGATION": "google, geo,google"}, None)

    assert settings.navigation_providers == ("google", "geo")


def test_an_empty_list_of_providers_means_no_navigation() -> None:
    assert Settings.load({"VISITS_NAVIGATION": ""}, None).navigation_providers == ()


def test_all_faults_come_at_once_with_their_places(tmp_path: Path) -> None:
    config = a_file(tmp_path, 'navigation = 3\ncolour = "red"\ndata_dir = ""\n')

    found = faults_of(
        {"VISITS_LANGUAGE": "fr", "VISITS_SECRET_KEY": "short", "VISITS_DATABASE_URL": "mysql://x"}, config
    )

    assert found == {
        "VISITS_LANGUAGE": "bad_value",
        "VISITS_SECRET_KEY": "bad_value",
        "VISITS_DATABASE_URL": "bad_value",
        "visits.toml:/navigation": "bad_value",
        "visits.toml:/data_dir": "bad_value",
        "visits.toml:/colour": "unknown_key",
    }


def test_an_unknown_provider_is_refused() -> None:
    assert faults_of({"VISITS_NAVIGATION": "geo,yandex"}) == {"VISITS_NAVIGATION": "bad_value"}


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_a_database_may_be_postgresql(scheme: str) -> None:
    settings = Settings.load({"VISITS_DATABASE_URL": f"{scheme}://visits:secret@db.example/visits"}, None)

    assert settings.database_url == "postgresql+psycopg://visits:secret@db.example/visits"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///", "visits.sqlite", "postgresql://host", "mysql://host/visits"],
)
def test_a_database_that_threads_cannot_share_is_refused(url: str) -> None:
    assert faults_of({"VISITS_DATABASE_URL": url}) == {"VISITS_DATABASE_URL": "bad_value"}


def test_a_file_in_place_of_the_data_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")

    assert faults_of({"VISITS_DATA_DIR": str(tmp_path / "var")}) == {"VISITS_DATA_DIR": "bad_value"}


def test_a_variable_that_others_set_is_let_through() -> None:
    assert Settings.load({"VISITS_SERVICE_HOST": "10.0.0.1"}, None) == Settings()


def test_a_missing_file_and_a_file_that_is_no_toml_are_faults(tmp_path: Path) -> None:
    assert faults_of({}, tmp_path / "visits.toml") == {"visits.toml": "unreadable_file"}
    assert faults_of({}, a_file(tmp_path, "language = ")) == {"visits.toml": "toml_syntax"}


def test_a_key_of_exactly_32_bytes_is_taken_and_31_are_not() -> None:
    assert Settings.load({"VISITS_SECRET_KEY": LONG_KEY}, None).secret_key == LONG_KEY.encode()
    assert faults_of({"VISITS_SECRET_KEY": LONG_KEY[1:]}) == {"VISITS_SECRET_KEY": "bad_value"}


def test_the_first_use_makes_a_key_for_its_owner_alone_and_later_uses_keep_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "a" / "var")

    first = settings.secret_key

    assert len(first) >= 32
    assert Settings(data_dir=settings.data_dir).secret_key == first
    assert stat.S_IMODE((settings.data_dir / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret.key"]


def test_two_data_directories_get_two_keys(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path / "a").secret_key != Settings(data_dir=tmp_path / "b").secret_key


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.secret_key
    (tmp_path / "secret.key").chmod(0o640)

    with pytest.raises(InvalidInput) as caught:
        assert settings.secret_key

    assert caught.value.faults[0].code == "key_file_open"


def test_a_kept_key_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("cut\n")
    (tmp_path / "secret.key").chmod(0o600)

    with pytest.raises(InvalidInput) as caught:
        assert Settings(data_dir=tmp_path).secret_key

    assert caught.value.faults[0].code == "key_too_short"


def test_no_secret_stands_in_the_text_of_the_settings_or_of_a_fault(tmp_path: Path) -> None:
    settings = Settings.load({"VISITS_SECRET_KEY": LONG_KEY, "VISITS_DATABASE_URL": "sqlite:///secret-place"}, None)
    assert LONG_KEY not in repr(settings)
    assert "secret-place" not in repr(settings)

    with pytest.raises(InvalidInput) as caught:
        Settings.load({"VISITS_SECRET_KEY": "hunter2", "VISITS_DATABASE_URL": "postgresql://me:hunter2@x/y"}, None)
    assert "hunter2" not in str(caught.value) + "".join(fault.hint for fault in caught.value.faults)


def test_road_servers_are_read_by_the_name_of_their_network(tmp_path: Path) -> None:
    config = a_file(tmp_path, 'osrm = ["a=http://127.0.0.1:5000"]\n')
    assert Settings.load({}, config).road_networks.servers == {"a": "http://127.0.0.1:5000"}
    given = Settings.load({"VISITS_OSRM": "a=http://127.0.0.1:5000, b=https://osrm.example/car"}, config)
    assert dict(given.road_networks.servers) == {"a": "http://127.0.0.1:5000", "b": "https://osrm.example/car"}
    assert dict(Settings.load({"VISITS_OSRM": ""}, None).road_servers) == {}


def test_a_road_server_answers_for_one_profile() -> None:
    settings = Settings.load({"VISITS_OSRM": "a=http://127.0.0.1:5000, a/foot=http://127.0.0.1:5001"}, None)
    assert settings.road_networks.server("a") == "http://127.0.0.1:5000"
    assert settings.road_networks.server("a", Profile.FOOT) == "http://127.0.0.1:5001"
    assert settings.road_networks.server("a", Profile.BICYCLE) is None


@pytest.mark.parametrize(
    "value",
    [
        "http://127.0.0.1",
        "a=",
        "a=ftp://x",
        "../a=http://x",
        "a=http://u:p@x",
        "a=http://x?y",
        "a=http://x:y",
        "a=http://",
        "a/car=http://x",
        "a/boat=http://x",
        "a/=http://x",
    ],
)
def test_a_road_server_that_is_none_is_refused_without_repeating_it(value: str) -> None:
    assert faults_of({"VISITS_OSRM": value}) == {"VISITS_OSRM": "bad_value"}


def test_networks_and_their_times_are_kept_in_the_data_directory(tmp_path: Path) -> None:
    networks = Settings.load({"VISITS_DATA_DIR": str(tmp_path), "VISITS_SNAP_METERS": "250"}, None).road_networks
    assert (networks.folder, networks.cache_folder) == (tmp_path / "networks", tmp_path / "road-times")
    assert networks.snap_limit_meters == 250


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "far", "10001"])
def test_a_distance_that_is_none_is_refused(value: str) -> None:
    assert faults_of({"VISITS_SNAP_METERS": value}) == {"VISITS_SNAP_METERS": "bad_value"}


def test_no_address_is_sent_anywhere_unless_a_geocoder_is_set() -> None:
    assert Settings.load({}, None).geocoder is None
    assert Settings.load({"VISITS_GEOCODER": "off"}, None).geocoder is None


def test_a_geocoder_is_read_with_all_that_it_needs(tmp_path: Path) -> None:
    config = a_file(
        tmp_path,
        'geocoder = "nominatim"\ngeocoder_url = "http://127.0.0.1:8080/nominatim"\n'
        "geocoder_area = [31.0, 112.6, 31.4, 113.1]\ngeocoder_pause_seconds = 0.1\n",
    )

    settings = Settings.load({"VISITS_GEOCODER_KEY": "hidden-key"}, config)

    assert settings.geocoder is ProviderName.NOMINATIM
    assert settings.geocoder_url == "http://127.0.0.1:8080/nominatim"
    assert settings.geocoder_area == Area(
        south_degrees=31.0, west_degrees=112.6, north_degrees=31.4, east_degrees=113.1
    )
    assert settings.geocoder_pause_seconds == 0.1
    assert "hidden-key" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VISITS_GEOCODER", "google"),
        ("VISITS_GEOCODER_URL", "file:///etc/passwd"),
        ("VISITS_GEOCODER_URL", "http://user:word@127.0.0.1"),
        ("VISITS_GEOCODER_KEY", " "),
        ("VISITS_GEOCODER_AREA", "31.0,112.6,31.4"),
        ("VISITS_GEOCODER_AREA", "31.4,112.6,31.0,113.1"),
        ("VISITS_GEOCODER_AREA", "112.6,31.0,113.1,31.4"),
        ("VISITS_GEOCODER_AREA", "nan,112.6,31.4,113.1"),
        ("VISITS_GEOCODER_PAUSE_SECONDS", "-1"),
        ("VISITS_GEOCODER_PAUSE_SECONDS", "nan"),
    ],
)
def test_a_setting_of_the_geocoder_that_makes_no_sense_is_refused(variable: str, value: str) -> None:
    assert faults_of({variable: value}) == {variable: "bad_value"}


def test_a_public_address_is_https_unless_it_is_this_machine_and_ends_without_a_slash() -> None:
    assert Settings.load({"VISITS_PUBLIC_URL": "https://visits.example.org/a/"}, None).public_url == (
        "https://visits.example.org/a"
    )
    assert Settings.load({"VISITS_PUBLIC_URL": "http://127.0.0.1:8000"}, None).public_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "address",
    [
        "http://visits.example.org",
        "visits.example.org",
        "ftp://visits.example.org",
        "https://",
        "https://[",
        "https://u:p@visits.example.org",
        "https://visits.example.org?a=b",
        "https://visits.example.org#a",
        " ",
    ],
)
def test_any_other_public_address_is_refused(address: str) -> None:
    assert faults_of({"VISITS_PUBLIC_URL": address}) == {"VISITS_PUBLIC_URL": "bad_value"}


def test_a_font_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert faults_of({"VISITS_FONT": str(tmp_path / "no.ttf")}) == {"VISITS_FONT": "bad_value"}


def test_a_tile_server_is_what_maps_get() -> None:
    settings = Settings.load(
        {"VISITS_TILE_URL": "https://tiles.example/{z}/{x}/{y}.png", "VISITS_TILE_ATTRIBUTION": "© Streets"}, None
    )

    assert settings.tiles == TileServer(url="https://tiles.example/{z}/{x}/{y}.png", attribution="© Streets")


def test_there_is_no_tile_server_unless_the_operator_names_one() -> None:
    assert Settings.load({}, None).tiles is None


def test_a_tile_server_that_cannot_be_asked_is_refused() -> None:
    assert faults_of({"VISITS_TILE_URL": "https://*/{z}/{x}/{y}.png"}) == {"VISITS_TILE_URL": "bad_value"}


def test_bounds_of_jobs_are_whole_numbers() -> None:
    settings = Settings.load({"VISITS_QUEUE_LENGTH": "5", "VISITS_PLANNING_SECONDS": "60"}, None)

    assert (settings.queue_length, settings.planning_seconds) == (5, 60)


@pytest.mark.parametrize(
    "name",
    [
        "QUEUE_LENGTH",
        "PLANNING_SECONDS",
        "PLANNING_MEMORY_MB",
        "PLANNING_NICENESS",
        "SIMULATION_SECONDS",
        "CHECK_IN_METERS",
        "EXPORTS_A_DAY",
        "PAPERS_A_DAY",
    ],
)
@pytest.mark.parametrize("value", ["-1", "1.5", "nan", "inf", "many", "10000000"])
def test_a_bound_of_jobs_that_is_none_is_refused(name: str, value: str) -> None:
    assert faults_of({f"VISITS_{name}": value}) == {f"VISITS_{name}": "bad_value"}


@pytest.mark.parametrize("name", ["a b", "über", "x" * 65, "-x"])
def test_a_workers_name_of_other_signs_is_refused(name: str) -> None:
    assert faults_of({"VISITS_WORKER_NAME": name}) == {"VISITS_WORKER_NAME": "bad_value"}
