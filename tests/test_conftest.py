import socket
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

RULES_FOR_ALL_TESTS = Path(__file__).with_name("conftest.py")

ONE_SKIP_AND_ONE_MORE = """
import pytest

@pytest.mark.skip(reason="Chromium is not installed")
def test_of_the_browser():
    assert False

def test_of_the_rest():
    assert True
"""


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as plug, pytest.raises(SocketConnectBlockedError):
        plug.connect(("192.0.2.1", 80))


def test_a_name_look_up_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"socket\.getaddrinfo"):
        socket.getaddrinfo("example.org", 443)


def test_a_datagram_to_another_machine_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug, pytest.raises(RuntimeError, match=r"socket\.sendto"):
        plug.sendto(b"hello", ("192.0.2.1", 53))


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        answered, _ = server.accept()
        with answered:
            client.sendall(b"hello")
            assert answered.recv(5) == b"hello"


def test_a_skipped_test_is_named_at_the_end(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISITS_TEST_EVERYTHING", raising=False)
    pytester.makeconftest(RULES_FOR_ALL_TESTS.read_text(encoding="utf-8"))
    pytester.makepyfile(test_parts=ONE_SKIP_AND_ONE_MORE)
    run = pytester.runpytest_subprocess()
    run.assert_outcomes(passed=1, skipped=1)
    run.stdout.fnmatch_lines(["*left out for want of a part*", "test_parts.py::test_of_the_browser: Chromium is not*"])


@pytest.mark.parametrize(
    "source",
    [ONE_SKIP_AND_ONE_MORE, "import pytest\npytest.importorskip('no_such_part', reason='Chromium is not installed')\n"],
    ids=["one test", "whole file"],
)
def test_a_skip_is_a_failure_where_everything_is_installed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setenv("VISITS_TEST_EVERYTHING", "1")
    pytester.makeconftest(RULES_FOR_ALL_TESTS.read_text(encoding="utf-8"))
    pytester.makepyfile(test_parts=source)
    run = pytester.runpytest_subprocess()
    assert run.ret != pytest.ExitCode.OK
    run.stdout.fnmatch_lines(["*left out although VISITS_TEST_EVERYTHING=1: Chromium is not installed*"])
