"""The documentation names what the code has, and nothing that it has not."""

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest

from api.cli.app import cli
from api.importing.columns import TABLE_KINDS, TableKind
from api.importing.fault_list import SENTENCES
from api.settings import Settings
from api.store.events import EventKind
from api.store.webhooks import MOST_FAILURES, PAUSES
from maps.navigation import PROVIDERS, route_links
from scheduler.domain.errors import InvalidInput
from scheduler.domain.geocoding import GeocodingRefusal, ProviderName
from scheduler.domain.location import Coordinates
from scheduler.domain.plan import ReasonCode
from scheduler.priority import HOUSE_POLICY

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
LANGUAGES_OF_THE_REASONS = 2


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def first_cells(page: str) -> list[str]:
    """The code-formatted first cells of all table rows of a page."""
    return re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text_of("Makefile"), flags=re.MULTILINE))


def commands_shown() -> Iterator[tuple[str, list[str]]]:
    """Every command line `visits ...` in a code block, with the page it stands on."""
    for page in PAGES:
        for block in re.findall(
            r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
        ):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True) if re.match(r"(\.venv/bin/)?visits ", line) else []
                if words:
                    yield page.name, words[1:]


def test_every_reason_code_is_explained_in_both_languages() -> None:
    explained = first_cells(text_of("docs/reasons.md"))
    assert sorted(explained) == sorted(LANGUAGES_OF_THE_REASONS * [str(code) for code in ReasonCode])


def test_every_setting_is_documented(tmp_path: Path) -> None:
    config = tmp_path / "visits.toml"
    config.write_text('no_such_setting = "x"\n')
    with pytest.raises(InvalidInput) as refused:
        Settings.load({}, config)
    known = re.findall(r"[a-z_]+", refused.value.faults[0].hint.removeprefix("Known keys: "))
    assert first_cells(text_of("docs/settings.md")) == [f"VISITS_{key.upper()}" for key in known]


def test_every_refusal_of_a_geocoder_is_documented() -> None:
    documented = re.findall(r"^\| `([a-z_]+)` \|", text_of("docs/geocoding.md"), flags=re.MULTILINE)
    assert documented == [*map(str, ProviderName), *map(str, GeocodingRefusal)]


def test_every_navigation_provider_is_documented_with_its_limit() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .* \| (\w+) \|$", text_of("docs/maps.md"), flags=re.MULTILINE)
    assert [name for name, _ in rows] == list(PROVIDERS)
    point = Coordinates(latitude_degrees=31.2, longitude_degrees=121.4)
    for name, between in rows:
        links = route_links([point] * 20, [name])
        assert between == (str(links[0].last - 1) if links else "none"), name


def test_the_points_of_every_part_of_a_priority_are_those_of_the_house_policy() -> None:
    policy = HOUSE_POLICY
    amounts = (policy.amount_low, policy.amount_middle, policy.amount_high)
    by_days = {"days_past_due": policy.days_past_due, "waiting": policy.waiting}
    points = {
        **{code: sorted(band.points for band in bands) for code, bands in by_days.items()},
        "promise_broken": [policy.promise_broken],
        "appointment": [policy.appointment],
        "amount_band": list(amounts),
    }
    _, _, after = text_of("docs/concepts.md").partition("## Priority\n")
    section, *_ = re.split(r"^## ", after, flags=re.MULTILINE)
    rows = re.findall(r"^\| `(\w+)` \| ([\d, ]+) \| (.*) \|$", section, flags=re.MULTILINE)
    assert {code: [int(one) for one in listed.split(",")] for code, listed, _ in rows} == points
    words = {code: [int(one) for one in re.findall(r"\d+", when)] for code, _, when in rows}
    assert {code: words[code] for code in by_days} == {
        code: sorted(band.days for band in bands) for code, bands in by_days.items()
    }


@pytest.mark.parametrize("kind", TABLE_KINDS, ids=lambda kind: kind.name)
def test_every_column_of_an_import_is_documented(kind: TableKind) -> None:
    _, _, after = text_of("docs/own-data.md").partition(f"### {kind.name.capitalize()} ")
    section, *_ = re.split(r"^##", after, flags=re.MULTILINE)
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (✓?) ?\|", section, flags=re.MULTILINE)
    assert rows == [(column.key, column.header_zh, "✓" if column.required else "") for column in kind.columns]


def test_every_mistake_of_an_import_is_documented() -> None:
    _, _, after = text_of("docs/own-data.md").partition("## Mistakes\n")
    section, *_ = re.split(r"^##", after, flags=re.MULTILINE)
    assert first_cells(section) == sorted({sentence.code for sentence in SENTENCES.values()})


def test_every_make_target_on_the_front_page_exists() -> None:
    named = set(re.findall(r"`?\bmake ([a-z]+)\b", text_of("README.md")))
    assert named
    assert named <= make_targets()


def test_make_help_lists_every_target() -> None:
    explained = set(re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), flags=re.MULTILINE))
    assert explained == make_targets()


def test_every_command_shown_exists_with_its_options() -> None:
    shown = list(commands_shown())
    assert shown
    for page, words in shown:
        command: click.Command = cli
        while isinstance(command, click.Group):
            name, *words = words
            assert name in command.commands, f"{page}: visits {name}"
            command = command.commands[name]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, f"{page}: visits {command.name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not broken


def test_every_event_and_every_pause_between_tries_is_documented() -> None:
    page = text_of("docs/service.md")
    assert set(map(str, EventKind)) <= set(re.findall(r"`([a-z]+\.[a-z]+)`", page))
    schedule = re.search(r"tried again after (.*?), then\s+given up", page, flags=re.DOTALL)
    assert schedule is not None
    units = {"s": "seconds", "min": "minutes", "h": "hours"}
    told = [timedelta(**{units[unit]: int(count)}) for count, unit in re.findall(r"(\d+) (s|min|h)\b", schedule[1])]
    assert told == list(PAUSES)
    assert f"After {MOST_FAILURES} failures in a row" in page
