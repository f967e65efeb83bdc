"""`visits papers`: what is shown, sent and left at doors."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from api.cli.papers import KINDS
from api.papers import PaperKind
from scheduler.documents import to_bytes, write_texts
from scheduler.domain.texts import Text
from scheduler.planning import SearchLimits, plan_visits
from tests.command import plan_file, problem_file, visits
from tests.parts import require_paper_font
from tests.pdf_text import pages_of
from tests.plans import change_stop, later
from tests.service import TEXTS, a_day

SETTINGS = {"ISSUER": "云川惠民服务有限公司", "HOTLINE": "010-5550100", "PUBLIC_URL": "https://visits.example.org"}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_paper_font()
    monkeypatch.chdir(tmp_path)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(f"VISITS_{name}", value)


@pytest.fixture(name="files")
def a_lawful_plan_on_disk(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Plan, problem and texts."""
    made = plan_visits(a_day(), limits=SearchLimits(seconds=None, iterations=20))
    texts = tmp_path / "texts.json"
    person = Text(name="周敏", identity_number="000000199001010017")
    people = {f"{shift}-{letter}": person for shift in ("s1", "s2") for letter in "ab"}
    texts.write_bytes(to_bytes(write_texts(TEXTS | people | {"v4-home": Text(address="云川市青石区桂花巷9号")})))
    return plan_file(tmp_path, made), problem_file(tmp_path), texts


def test_the_command_knows_every_kind_of_paper() -> None:
    assert list(KINDS) == list(PaperKind)


@pytest.mark.parametrize("kind", KINDS)
def test_papers_of_the_visits_asked_for_are_written_for_the_owner_alone(
    tmp_path: Path, files: tuple[Path, Path, Path], kind: str
) -> None:
    plan, problem, texts = files
    path = tmp_path / "papers.pdf"
    words = ("--problem", problem, "--texts", texts, "--kind", kind, "--visit", "v1", "--visit", "v3", "-o", path)
    answer = visits("papers", plan, *words)

    assert (answer.code, answer.err) == (0, "")
    assert len(pages_of(path.read_bytes())) == (4 if kind == "notice" else 2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_language_of_papers_can_be_chosen(tmp_path: Path, files: tuple[Path, Path, Path]) -> None:
    plan, problem, texts = files
    path = tmp_path / "papers.pdf"
    words = ("--problem", problem, "--texts", texts, "--kind", "letter", "--language", "en", "-o", path)
    assert visits("papers", plan, *words).code == 0

    assert all(page.startswith("Letter of authorization") for page in pages_of(path.read_bytes()))


def test_settings_and_texts_that_lack_are_all_named_and_nothing_is_written(
    tmp_path: Path, files: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, problem, _ = files
    for name in SETTINGS:
        monkeypatch.delenv(f"VISITS_{name}")
    path = tmp_path / "papers.pdf"
    answer = visits("papers", plan, "--problem", problem, "--kind", "letter", "--visit", "v1", "-o", path)

    assert answer.code == 2
    assert {line.split(":")[0] for line in answer.err.splitlines()} >= {
        "VISITS_ISSUER",
        "VISITS_HOTLINE",
        "VISITS_PUBLIC_URL",
        "/texts/v1/name",
        "/texts/v1/address",
    }
    assert not path.exists()


def test_a_plan_that_breaks_a_rule_gets_no_papers(tmp_path: Path, files: tuple[Path, Path, Path]) -> None:
    _, problem, texts = files
    made = plan_visits(a_day(), limits=SearchLimits(seconds=None, iterations=20))
    late = change_stop(made, 1, **later(made.routes[0].stops[1], timedelta(hours=14)))
    path = tmp_path / "papers.pdf"
    words = ("--problem", problem, "--texts", texts, "--kind", "letter", "-o", path)
    answer = visits("papers", plan_file(tmp_path, late, name="late.json"), *words)

    assert answer.code == 1
    assert "No papers are printed" in answer.err
    assert not path.exists()


def test_a_machine_without_a_font_says_what_to_install(
    tmp_path: Path, files: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, problem, _ = files
    monkeypatch.setattr("api.papers.fonts._KNOWN_FILES", ())
    answer = visits("papers", plan, "--problem", problem, "--kind", "card", "-o", tmp_path / "papers.pdf")

    assert answer.code == 3
    assert "fonts-noto-cjk" in answer.err
