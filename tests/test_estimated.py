"""Travel times that were estimated from straight lines say so, wherever a person or a program reads them."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from api.papers import route_sheets
from api.setting_values import LANGUAGES
from api.workbook import route_xlsx
from maps.exports import route_csv
from maps.preview import crew_map, overview_map
from scheduler.domain.plan import Plan
from scheduler.domain.problem import GreatCircleTravel, MatrixTravel
from tests.builders import MINUTE
from tests.command import problem_file, visits
from tests.parts import require_paper_font
from tests.pdf_text import pages_of
from tests.service import TEXTS, a_day, a_service, as_on_roads, its_plan

WORDS = {"zh-CN": "估算", "en": "stimated"}
SOURCES = {"great_circle": True, "matrix": False, "osrm:city": False}
PATHS = ("/board", "/crews/s1", "/map", "/crews/s1/map")


def badges(page: str) -> str:
    """The labels beside a map's title; its legend knows the word in any case."""
    return "".join(part.split("</span>")[0] for part in page.split('<span class="estimated">')[1:])


def workbook_words(content: bytes) -> str:
    rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return " ".join(str(cell) for row in rows for cell in row)


SURFACES: dict[str, Callable[[Plan, str], str]] = {
    "overview map": lambda plan, language: badges(
        overview_map(plan, a_day(), texts=TEXTS, language=language, geometry=as_on_roads(plan))
    ),
    "crew map": lambda plan, language: badges(
        crew_map(plan, a_day(), "s1", texts=TEXTS, language=language, geometry=as_on_roads(plan))
    ),
    "route sheet": lambda plan, language: "".join(
        pages_of(route_sheets(plan, a_day(), texts=TEXTS, font=require_paper_font(), language=language))
    ),
}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", SOURCES)
def test_maps_and_papers_say_it_in_their_language(surface: str, language: str, source: str) -> None:
    plan = replace(its_plan(), travel_source=source)
    assert (WORDS[language] in SURFACES[surface](plan, language)) == SOURCES[source]


@pytest.mark.parametrize("source", SOURCES)
def test_tables_say_it_in_each_row(source: str) -> None:
    plan = replace(its_plan(), travel_source=source)
    tables = [
        route_csv(plan, a_day(), texts=TEXTS).decode("utf-8-sig"),
        workbook_words(route_xlsx(plan, a_day(), texts=TEXTS)),
    ]
    stops = sum(len(route.stops) for route in plan.routes)
    assert [table.count("(estimated)") for table in tables] == [stops * SOURCES[source]] * 2
    assert [table.count(source) for table in tables] == [stops] * 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_the_services_pages_say_it(tmp_path: Path, path: str, language: str) -> None:
    client, plan_id = a_service(tmp_path, replace(its_plan(), travel_source="great_circle"))
    page = client.get(f"/plans/{plan_id}{path}?lang={language}").text
    said = badges(page) if path.endswith("map") else page
    assert WORDS[language] in said
    listed = client.get("/api/v1/plans").get_json()
    assert listed["plans"][0]["estimated"] is True


@pytest.mark.parametrize("estimated", [True, False])
def test_the_command_line_says_it_in_words_and_as_json(tmp_path: Path, estimated: bool) -> None:
    size = len(a_day().locations)
    rows = tuple(tuple(60 * abs(one - other) for other in range(size)) for one in range(size))
    line = GreatCircleTravel(detour_factor=1.4, speed_kmh=25.0, overhead=MINUTE)
    problem = replace(a_day(), travel=line if estimated else MatrixTravel(duration_seconds=rows))
    words = ("plan", problem_file(tmp_path, problem), "-o", tmp_path / "plan.json", "--iterations", "20")
    assert ("(estimated)" in visits(*words).out) == estimated
    assert visits(*words, "--json").document()["estimated"] is estimated
