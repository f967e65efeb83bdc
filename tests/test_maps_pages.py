"""What stands in the pages, read without a browser."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import folium
import pytest

from maps.base_map import Street, TileServer
from maps.labels import LANGUAGES, labels_of
from maps.navigation import PROVIDERS
from maps.page import content_security_policy, json_for_script, vendored_bytes
from maps.palette import contrast_ratio, crew_style
from maps.preview import crew_map, overview_map
from scheduler.domain.errors import InvalidInput
from scheduler.domain.location import Location
from scheduler.domain.plan import Plan, ReasonCode
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow
from tests.builders import DAY, a_shift
from tests.map_days import a_day, a_plan, ids_of, roads_of, texts_of

NONCE = "c2l4dGVlbi1ieXRlcy1vaw=="
HOSTILE = "${alert(1)}</script><script>alert(2)</script>`\"'\\<!-- \u2028\u2029 ]]>&amp;"

DEBT_WORDS = (
    "debt",
    "loan",
    "overdue",
    "collector",
    "collection",
    "borrower",
    "lender",
    "债",
    "欠",
    "逾期",
    "催",
    "贷",
)


def overview(problem: Problem, plan: Plan | None = None, texts: dict[str, Text] | None = None, **chosen: Any) -> str:
    return overview_map(
        plan or a_plan(problem), problem, **({"texts": texts or {}, "language": "en", "providers": PROVIDERS} | chosen)
    )


def texts_in(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="visit-texts">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def scripts_in(page: str) -> list[str]:
    """Leaflet, jQuery, what Folium made, our own scripts."""
    return re.findall(r"<script(?: nonce=[^>]*)?>(.*?)</script>", page, re.DOTALL)


def folium_script_in(page: str) -> str:
    return scripts_in(page)[2]


def test_a_page_names_its_language_and_its_character_set_and_wants_no_visitors() -> None:
    page = overview(a_day(), language="zh-CN")
    assert '<html lang="zh-CN">' in page
    for tag in (
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="robots" content="noindex, nofollow">',
    ):
        assert tag in page
    assert "<title>外访路线 · 2026-12-01</title>" in page


def test_a_page_loads_nothing_from_anywhere() -> None:
    page = overview(a_day())
    markup = re.sub(r"(<script[^>]*>).*?</script>", r"\1", page, flags=re.DOTALL)
    assert re.findall(r'\b(?:src|href)="([^"]*)"', markup) == ["data:,"]
    assert re.findall(r"url\((?![\"']?(?:data:|#))[^)]*\)", page) == []
    assert "sourceMappingURL" not in page
    assert "@import" not in page


def test_the_policy_of_a_file_forbids_every_request() -> None:
    policy = dict(part.strip().split(" ", 1) for part in content_security_policy(None).split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "data:"
    assert not any("http" in sources or "*" in sources or "self" in sources for sources in policy.values())
    assert f'content="{content_security_policy(None)}"' in overview(a_day())


TILES = TileServer(url="https://tiles.example:8443/{z}/{x}/{y}.png?key=a-b", attribution="© <b>Streets</b>")


def test_a_tile_server_stands_in_the_policy_for_pictures_and_nowhere_else_in_it() -> None:
    page = overview(a_day(), tiles=TILES)
    found = re.search('<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert found is not None
    policy = dict(part.strip().split(" ", 1) for part in found[1].split(";"))
    assert policy.pop("img-src") == "data: https://tiles.example:8443"
    assert not any("http" in sources for sources in policy.values())
    assert (texts_in(page)["tiles"], texts_in(page)["attributions"]) == ({"url": TILES.url}, [TILES.attribution])
    assert "<b>" not in page


def test_a_nonce_is_on_every_script_and_in_the_policy_instead_of_unsafe_inline() -> None:
    page = overview(a_day(), script_nonce=NONCE)
    tags = re.findall(r"<script[^>]*>", re.sub(r"(<script[^>]*>).*?</script>", r"\1", page, flags=re.DOTALL))
    runnable = [tag for tag in tags if "application/json" not in tag]
    assert runnable == [f'<script nonce="{NONCE}">'] * 4
    assert f"script-src 'nonce-{NONCE}';" in page


@pytest.mark.parametrize("nonce", ["", "short", "x' 'unsafe-inline", 'aaaaaaaaaaaaaaaaaaaa">', "a" * 15])
def test_a_nonce_that_could_widen_the_policy_is_refused(nonce: str) -> None:
    with pytest.raises(ValueError, match="nonce"):
        overview(a_day(), script_nonce=nonce)


def test_json_in_a_script_cannot_end_the_script_and_reads_back() -> None:
    written = json_for_script({"name": HOSTILE})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"name": HOSTILE}


def test_folium_is_given_the_size_of_a_map_and_nothing_of_anybody() -> None:
    problem = a_day(crews=2, stops=2, left_out=1)
    texts = {name: Text(name=f"Name of {name}", note=HOSTILE) for name in ids_of(problem)}
    drawn = folium_script_in(overview(problem, texts=texts))
    assert "L.map" in drawn
    assert drawn == folium_script_in(overview(a_day(crews=0, stops=0, left_out=0)))


def test_the_texts_stand_in_the_page_only_as_json() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    page = overview(problem, texts={"v0": Text(name=HOSTILE), "v0-place": Text(address=HOSTILE)})
    (crew,) = texts_in(page)["crews"]
    assert crew["stops"][1]["name"] == crew["stops"][1]["address"] == HOSTILE
    assert "alert(2)</script>" not in page


def test_folium_keeps_its_own_files_for_other_maps() -> None:
    before = [list(folium.Map.default_js), list(folium.Map.default_css)]
    overview(a_day())
    assert before[0]
    assert [folium.Map.default_js, folium.Map.default_css] == before


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert overview(a_day()) == overview(a_day())


def test_every_stop_has_a_key_of_its_own_and_a_point() -> None:
    data = texts_in(overview(a_day(crews=3, stops=4, left_out=2)))
    pins = [stop for crew in data["crews"] for stop in crew["stops"] if stop["type"] == "visit"]
    pins += data["offices"] + [place for visit in data["leftOut"] for place in visit["places"]]
    assert len({pin["key"] for pin in pins}) == len(pins) == 3 * 4 + 1 + 2
    assert all(len(pin["at"]) == 2 for pin in pins)


def test_a_stop_has_its_time_at_the_door_and_its_links_in_the_order_of_the_providers() -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    page = overview(problem, texts=texts_of(problem), providers=["apple", "geo"])
    data = texts_in(page)
    visit = data["crews"][0]["stops"][1]
    assert [provider["title"] for provider in data["providers"]] == ["Apple Maps", "Map app"]
    assert [provider["patterns"]["car"].split(":")[0] for provider in data["providers"]] == ["https", "geo"]
    assert {key: visit[key] for key in ("number", "time", "window", "clock", "kind", "name", "address", "note")} == {
        "number": 1,
        "time": "09:12–09:42",
        "window": "08:00–22:00",
        "clock": [552, 552, 582],
        "kind": "home",
        "name": "访客0",
        "address": "云河区柳荫街10号1单元",
        "note": "请先按门铃，二楼左手边",
    }


def test_a_visit_without_a_text_is_listed_by_its_id() -> None:
    (crew,) = texts_in(overview(a_day(crews=1, stops=1, left_out=0)))["crews"]
    assert crew["stops"][1]["name"] == "v0"
    assert crew["people"] == ["S1-a", "S1-b"]


def test_a_visit_that_was_left_out_shows_the_title_of_its_reason() -> None:
    titled = overview(a_day(), reason_title=lambda code, language: f"{code.name} in {language}")
    assert texts_in(titled)["leftOut"][0]["reason"] == "VISIT_LIMIT in en"
    assert texts_in(overview(a_day()))["leftOut"][0]["reason"] == ReasonCode.VISIT_LIMIT.value


def test_great_circle_times_are_labelled_estimated_even_along_roads() -> None:
    problem = a_day()
    page = overview(problem, geometry=roads_of(problem))
    assert '<span class="estimated">Estimated</span>' in page
    assert texts_in(page)["estimatedTimes"] is True


def test_a_plan_on_roads_with_its_geometry_is_not_labelled() -> None:
    problem = a_day()
    page = overview(problem, plan=a_plan(problem, travel_source="osrm:city"), geometry=roads_of(problem))
    assert 'class="estimated"' not in page
    assert [crew["estimated"] for crew in texts_in(page)["crews"]] == [False, False]


@pytest.mark.parametrize(("language", "word"), [("en", "Estimated"), ("zh-CN", "估算")])
def test_straight_lines_are_labelled_estimated_whatever_the_times_are(language: str, word: str) -> None:
    problem = a_day(crews=2)
    plan = a_plan(problem, travel_source="osrm:city")
    roads = roads_of(problem)
    pages = [
        overview(problem, plan=plan, language=language),
        overview(problem, plan=plan, language=language, geometry={"S1": roads["S1"]}),
        overview(problem, plan=plan, language=language, geometry=roads | {"S2": replace(roads["S2"], estimated=True)}),
    ]
    for page in pages:
        assert f'<span class="estimated">{word}</span>' in page
        assert texts_in(page)["crews"][1]["estimated"] is True
        assert texts_in(page)["labels"]["line_estimated"].startswith(word)


def test_geometry_of_another_route_is_refused() -> None:
    problem = a_day(crews=1, stops=2)
    roads = roads_of(problem)["S1"]
    with pytest.raises(ValueError, match="S1: 2 legs of geometry for 4 stops"):
        overview(problem, geometry={"S1": replace(roads, legs=roads.legs[1:])})


def test_a_route_has_one_encoded_leg_for_each_visit_and_one_home() -> None:
    problem = a_day(crews=1, stops=3, left_out=0)
    (by_road,) = texts_in(overview(problem, geometry=roads_of(problem)))["crews"]
    (straight,) = texts_in(overview(problem))["crews"]
    assert len(by_road["legs"]) == len(straight["legs"]) == 4
    assert all(len(road) > len(line) for road, line in zip(by_road["legs"], straight["legs"], strict=True))


def test_a_crews_page_holds_that_crew_alone() -> None:
    problem = a_day(crews=3, stops=2, left_out=2)
    page = crew_map(a_plan(problem), problem, "S2", texts=texts_of(problem), language="en")
    data = texts_in(page)
    assert [crew["title"] for crew in data["crews"]] == ["Crew S2"]
    assert data["leftOut"] == []
    assert "<title>Crew S2 · 2026-12-01</title>" in page
    assert "访客0" not in page


def test_a_crew_has_the_same_colour_on_both_maps() -> None:
    problem = a_day(crews=3, stops=1)
    page = crew_map(a_plan(problem), problem, "S3", texts={}, language="en")
    rule = f".crew-2{{--crew:{crew_style(2).colour};"
    assert rule in page
    assert rule in overview(problem)


def test_a_shift_without_visits_has_a_page_that_says_so() -> None:
    problem = a_day()
    plan = a_plan(problem)
    problem = replace(problem, shifts=(*problem.shifts, a_shift("idle")))
    (crew,) = texts_in(crew_map(plan, problem, "idle", texts={}, language="en"))["crews"]
    assert (crew["facts"], crew["stops"]) == ("This crew has no visits in this plan.", [])


def test_places_without_coordinates_are_listed_but_not_drawn() -> None:
    problem = a_day(crews=1, stops=2, left_out=1)
    unknown = tuple(Location(id=point.id, coordinates=None) for point in problem.locations)
    page = overview(replace(problem, locations=unknown), plan=a_plan(problem))
    (crew,) = texts_in(page)["crews"]
    assert not any("at" in stop for stop in crew["stops"])
    assert crew["legs"] == ["", "", ""]
    assert len(crew["stops"]) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_says_why_anybody_is_visited(language: str) -> None:
    problem = a_day()
    texts = {collector.id: Text(name="P") for collector in problem.collectors}
    page = overview(problem, language=language, texts=texts)
    ours = page.replace(scripts_in(page)[0], "").replace(scripts_in(page)[1], "").lower()
    assert [word for word in DEBT_WORDS if word in ours] == []


def test_both_languages_have_the_same_labels() -> None:
    english, chinese = (labels_of(language) for language in LANGUAGES)
    assert english.keys() == chinese.keys()
    assert all(re.search("[一-鿿]", label) for label in chinese.values())


Ask = Callable[[Plan, Problem], str]

REFUSED: dict[str, tuple[Ask, str]] = {
    "a language": (lambda plan, day: overview_map(plan, day, texts={}, language="zh"), "unknown_language"),
    "a provider": (lambda plan, day: overview(day, plan, providers=["x"]), "unknown_provider"),
    "a provider of an empty crew page": (
        lambda plan, day: crew_map(plan, day, "S1", texts={}, language="en", providers=["x"]),
        "unknown_provider",
    ),
    "a shift": (lambda plan, day: crew_map(plan, day, "S9", texts={}, language="en"), "unknown_id"),
    "another day's problem": (lambda plan, day: overview(a_day(crews=1, stops=1), plan), "unknown_id"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_drawn_is_refused(what: str) -> None:
    ask, code = REFUSED[what]
    problem = a_day()
    with pytest.raises(InvalidInput) as refused:
        ask(a_plan(problem), problem)
    assert {fault.code for fault in refused.value.faults} == {code}


def test_a_shift_id_stands_escaped_in_the_title() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    problem = replace(problem, shifts=(replace(problem.shifts[0], id="<b>"),))
    page = crew_map(a_plan(problem), problem, "<b>", texts={}, language="en")
    assert f"<title>Crew &lt;b&gt; · {DAY}</title>" in page


def own_bytes(page: str) -> int:
    return len(page.encode()) - vendored_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_40_crews_with_12_stops_along_winding_roads_take_at_most_400_kb(language: str) -> None:
    problem = a_day(crews=40, stops=12, left_out=20)
    page = overview(problem, texts=texts_of(problem), geometry=roads_of(problem, points=200), language=language)
    assert 200_000 < own_bytes(page) <= 400_000


def test_streets_take_what_is_left_of_400_kb() -> None:
    problem = a_day(crews=40, stops=12, left_out=20)
    roads = roads_of(problem, points=20)
    lines = [leg for road in roads_of(problem, points=40).values() for leg in road.legs]
    streets = [Street(line=leg, main=number % 4 == 0) for number, leg in enumerate(lines)]
    page = overview(problem, texts=texts_of(problem), geometry=roads, streets=streets)
    assert texts_in(page)["streets"]["main"]
    assert own_bytes(page) <= 400_000


def test_a_page_of_straight_lines_grows_linearly() -> None:
    def size(crews: int) -> int:
        problem = a_day(crews=crews, stops=10, left_out=0)
        return own_bytes(overview(problem, texts=texts_of(problem)))

    two, four, eight = size(2), size(4), size(8)
    assert (eight - four) == pytest.approx(2 * (four - two), rel=0.1)


@pytest.mark.parametrize("position", range(24))
def test_a_pins_number_can_be_read(position: int) -> None:
    style = crew_style(position)
    assert contrast_ratio(style.colour, style.ink) >= 4.5


def test_32_crews_differ_in_colour_edge_or_stripe() -> None:
    styles = [crew_style(position) for position in range(32)]
    assert len({(style.colour, style.edge, style.hollow) for style in styles}) == 32


def test_black_on_white_has_the_contrast_that_wcag_gives() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_window_of_the_whole_day_is_nobodys_wish_and_is_not_shown() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    (visit,) = problem.visits
    midnight = problem.shifts[0].earliest_start.replace(hour=0, minute=0)
    whole = TimeWindow(earliest_start=midnight, latest_end=midnight + timedelta(days=1))
    places = tuple(replace(place, time_windows=(whole,)) for place in visit.places)

    data = texts_in(overview(replace(problem, visits=(replace(visit, places=places),))))

    assert "window" not in data["crews"][0]["stops"][1]
