"""What holds for every test: no network but loopback, repeatable Hypothesis runs, and no silent skip.

pytest-socket (see pyproject.toml) refuses connections to other hosts. It lets name look-ups and datagrams through,
so an audit hook refuses those here; it also acts while modules are imported, before the first test.
"""

import ipaddress
import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.database_fixtures import database, database_settings, postgres  # noqa: F401  fixtures for all files
from tests.map_viewer import browser, viewer  # noqa: F401  fixtures for all files
from tests.parts import NOT_INSTALLABLE
from tests.people_fixtures import each_house, house  # noqa: F401  fixtures for all files

EVERYTHING = os.environ.get("VISITS_TEST_EVERYTHING") == "1"

LOOPBACK_NAMES = frozenset({"", "localhost", "0.0.0.0", "::"})  # the last two only when binding

settings.register_profile(
    "default",
    derandomize=True,
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("default"), max_examples=100)
settings.register_profile("long", settings.get_profile("default"), max_examples=1000, derandomize=False)
settings.load_profile("ci" if EVERYTHING else "default")


class OutsideWorldRefused(RuntimeError):
    """A test tried to reach another machine."""


def is_loopback(host: object) -> bool:
    """Whether a host is this machine; None, as look-ups for binding give it, is."""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    if name in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    host: object = None
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    elif event in {"socket.sendto", "socket.sendmsg", "socket.connect"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    if not is_loopback(host):
        raise OutsideWorldRefused(f"{event} for {host!r}")


sys.addaudithook(_refuse_other_machines)


def _must_not_be_left_out(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where every part is meant to be installed; an expected failure is no skip."""
    if not EVERYTHING or not report.skipped or hasattr(report, "wasxfail"):
        return
    if not _reason(report).startswith(NOT_INSTALLABLE):
        report.outcome = "failed"
        report.longrepr = f"left out although VISITS_TEST_EVERYTHING=1: {_reason(report)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _must_not_be_left_out(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _must_not_be_left_out(report)
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if not hasattr(report, "wasxfail")]
    if not left_out:
        return
    terminalreporter.section("left out for want of a part")
    for report in left_out:
        terminalreporter.write_line(f"{report.nodeid}: {_reason(report)}")


@pytest.fixture(autouse=True, scope="session")
def _clients_close_what_they_sent() -> Generator[None]:
    # Inside, because tests of this file run without the project around them.
    from flask import Flask

    from tests.uploads import ClosingClient

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "test_client_class", ClosingClient)
        yield


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the built network of `tests.small_roads`; nobody may change it."""
    # Inside, because few tests need OSRM, and tests of this file run without the project around them.
    from scheduler.travel.build import build_network
    from tests.small_roads import BUILT_AT, NAME, write_extract

    folder = tmp_path_factory.mktemp("roads")
    extract = write_extract(folder / "town.osm.pbf")
    build_network(extract, folder=folder / "networks", name=NAME, now=BUILT_AT)
    return folder


@pytest.fixture(scope="session")
def city_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the built roads of the fixture city; nobody may change it."""
    from api.fixture_city import ensure_city_roads
    from api.settings import Settings
    from tests.small_roads import BUILT_AT

    folder = tmp_path_factory.mktemp("city-roads")
    ensure_city_roads(Settings(data_dir=folder), now=BUILT_AT)
    return folder
