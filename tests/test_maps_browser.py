"""The pages in a real Chromium without a network: what people see and what their clicks do."""

from dataclasses import replace

import pytest

from maps.base_map import Street
from maps.navigation import PROVIDERS, navigation_links
from maps.preview import crew_map, overview_map
from scheduler.domain.travel import Profile, RouteGeometry
from tests.map_days import a_day, a_plan, roads_of, texts_of
from tests.map_viewer import DESKTOP, PHONE, Viewer

NONCE = "c2l4dGVlbi1ieXRlcy1vaw=="


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
@pytest.mark.parametrize("nonce", [None, NONCE])
def test_an_overview_shows_every_pin_with_the_network_cut(
    viewer: Viewer, nonce: str | None, viewport: dict[str, int]
) -> None:
    problem = a_day(crews=3, stops=4, left_out=2)
    html = overview_map(
        a_plan(problem), problem, texts=texts_of(problem), language="en", providers=PROVIDERS, script_nonce=nonce
    )
    page = viewer.open(html, viewport)
    numbered = page.locator(".leaflet-marker-icon[class*=crew-]")
    assert numbered.all_inner_texts() == ["1", "2", "3", "4"] * 3
    assert all(numbered.nth(index).is_visible() for index in range(12))
    assert page.locator(".leaflet-marker-icon.pin-left-out").count() == 2
    assert page.locator(".leaflet-marker-icon.pin-office").count() == 1
    assert page.locator("path.route-line").count() == 3
    assert page.locator(".leaflet-control-scale-line").inner_text().endswith("km")


def test_all_pins_lie_inside_the_map_after_loading(viewer: Viewer) -> None:
    problem = a_day(crews=8, stops=10, left_out=3)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en"), PHONE)
    frame = page.locator("#map_visits").bounding_box()
    for box in [pin.bounding_box() for pin in page.locator(".leaflet-marker-icon").all()]:
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]


def test_a_popup_tells_the_stop_and_links_to_navigation_only(viewer: Viewer) -> None:
    problem = a_day(crews=2, stops=2, left_out=0)
    providers = ("geo", "amap", "google", "apple")
    html = overview_map(a_plan(problem), problem, texts=texts_of(problem), language="en", providers=providers)
    page = viewer.open(html)
    page.locator(".leaflet-marker-icon.crew-1").first.click()
    popup = page.locator(".visit-popup")
    assert popup.locator("h3").inner_text() == "Crew S2 · Visit 1 · 09:12–09:42"
    assert popup.locator(".kind").inner_text() == "Home · Window 08:00–22:00"
    assert popup.locator(".address").inner_text() == "云河区柳荫街12号3单元"
    links = popup.locator("a").all()
    assert [link.inner_text() for link in links] == ["Map app", "Amap", "Google Maps", "Apple Maps"]
    for link in page.locator("a.link-button").all():
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("rel") == "noopener noreferrer"
    addresses = {link.get_attribute("href") for link in page.locator("a[href]").all()}
    hosts = {
        str(address).split("?")[0].split(":")[0 if str(address).startswith("geo:") else -1] for address in addresses
    }
    assert hosts <= {
        "#",
        "#close",
        "geo",
        "//uri.amap.com/navigation",
        "//www.google.com/maps/dir/",
        "//maps.apple.com/",
    }


def test_choosing_a_crew_dims_the_others_until_all_are_shown_again(viewer: Viewer) -> None:
    problem = a_day(crews=3, stops=2, left_out=1)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en"))
    button = page.locator(".crew-button").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator(".leaflet-marker-icon.dimmed").count() == 2 * 2 + 1
    assert page.locator(".leaflet-marker-icon.crew-1.dimmed").count() == 0
    assert page.locator("path.route-line.dimmed").count() == 2
    assert page.locator("path.route-line.crew-1.dimmed").count() == 0
    page.get_by_role("button", name="Show all crews").click()
    assert page.locator(".dimmed").count() == 0
    assert button.get_attribute("aria-pressed") == "false"
    assert page.get_by_role("button", name="Show all crews").count() == 0


def test_many_pins_become_dots_until_a_crew_is_chosen(viewer: Viewer) -> None:
    problem = a_day(crews=8, stops=10, left_out=0)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en"))
    assert page.locator("#map_visits.dense").count() == 1
    page.locator(".crew-button").first.click()
    assert page.locator("#map_visits.dense").count() == 0


def test_a_page_without_any_point_still_lists_what_it_has(viewer: Viewer) -> None:
    problem = a_day(crews=0, stops=1, left_out=0)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en"))
    assert page.get_by_text("No visit is planned.").is_visible()
    assert page.locator(".leaflet-marker-icon").count() == 0


def test_a_link_made_in_the_page_is_the_one_that_the_program_makes(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en", providers=PROVIDERS))
    point = problem.locations[1].coordinates
    assert point is not None
    shown = [link.get_attribute("href") for link in page.locator(".stop-visit a.link-button").all()]
    assert shown == [link.url for link in navigation_links(point, PROVIDERS)]


def test_the_links_of_a_crew_on_foot_are_for_walkers_and_none_goes_along_the_whole_route(viewer: Viewer) -> None:
    driven = a_day(crews=1, stops=1, left_out=0)
    problem = replace(driven, shifts=tuple(replace(shift, travel_profile=Profile.FOOT) for shift in driven.shifts))
    page = viewer.open(crew_map(a_plan(driven), problem, "S1", texts={}, language="en", providers=PROVIDERS))
    point = problem.locations[1].coordinates
    assert point is not None
    shown = [link.get_attribute("href") for link in page.locator(".stop-visit a.link-button").all()]
    assert shown == [link.url for link in navigation_links(point, PROVIDERS, Profile.FOOT)]
    assert page.locator(".route-links").count() == 0


def test_a_route_with_geometry_is_a_line_of_many_points_with_arrows_along_it(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    plan = a_plan(problem, travel_source="osrm:city")
    html = overview_map(plan, problem, texts={}, language="en", geometry=roads_of(problem))
    page = viewer.open(html)
    line = page.locator("path.route-line")
    assert line.get_attribute("d").count("L") > 12
    assert line.get_attribute("stroke-dasharray") is None
    assert page.locator(".arrow").count() >= 3
    assert page.get_by_text("Way along roads, with its direction").is_visible()
    assert page.get_by_text("Estimated").count() == 0


def test_an_arrow_points_the_way_that_the_crew_goes(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    office = problem.locations[0].coordinates
    assert office is not None
    east = replace(office, longitude_degrees=office.longitude_degrees + 0.02)
    problem = replace(problem, locations=(problem.locations[0], replace(problem.locations[1], coordinates=east)))
    there, back = (office, east), (east, office)
    geometry = {"S1": RouteGeometry(legs=(there, back), estimated=False)}
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en", geometry=geometry))
    turns = page.locator(".arrow").evaluate_all("arrows => arrows.map(arrow => arrow.style.transform)")
    assert set(turns) == {"rotate(0rad)", "rotate(3.14rad)"}


def test_a_straight_line_is_dashed_and_called_estimated(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    plan = a_plan(problem, travel_source="osrm:city")
    page = viewer.open(overview_map(plan, problem, texts={}, language="zh-CN"))
    assert page.locator("path.route-line").get_attribute("stroke-dasharray") is not None
    assert page.locator(".page-head .estimated").inner_text() == "估算"
    assert page.locator(".legend").get_by_text("估算").is_visible()


def test_pins_on_one_point_are_fanned_out(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=3, left_out=0)
    office = problem.locations[0].coordinates
    together = tuple(replace(location, coordinates=office) for location in problem.locations)
    page = viewer.open(overview_map(a_plan(problem), replace(problem, locations=together), texts={}, language="en"))
    boxes = [pin.bounding_box() for pin in page.locator(".leaflet-marker-icon.pin").all()]
    assert len({box["x"] for box in boxes}) == 4


def test_a_search_leaves_the_crews_and_stops_that_hold_the_words(viewer: Viewer) -> None:
    problem = a_day(crews=8, stops=3, left_out=2)
    page = viewer.open(overview_map(a_plan(problem), problem, texts=texts_of(problem), language="en"))
    assert page.locator(".stop-visit:visible").count() == 0
    page.get_by_role("searchbox").fill("街15号")
    assert page.locator(".crew:visible .crew-title").all_inner_texts() == ["Crew S2"]
    assert page.locator(".stop-visit:visible .name").all_inner_texts() == ["访客5"]
    page.get_by_role("searchbox").fill("crew s3")
    assert page.locator(".stop-visit:visible").count() == 3
    page.get_by_role("searchbox").fill("nobody")
    assert page.get_by_text("Nothing found.").is_visible()
    page.get_by_role("searchbox").fill("")
    assert page.locator(".crew:visible").count() == 8
    assert page.get_by_text("Nothing found.").is_hidden()


def test_a_visit_that_was_left_out_is_found_with_its_reason(viewer: Viewer) -> None:
    problem = a_day(crews=2, stops=2, left_out=2)
    page = viewer.open(overview_map(a_plan(problem), problem, texts=texts_of(problem), language="en"))
    page.get_by_role("searchbox").fill("访客5")
    assert page.locator(".crew:visible").count() == 0
    assert page.locator(".stop-left-out:visible").all_inner_texts() == ["访客5\nVISIT_LIMIT"]


def test_the_hour_of_the_day_shows_what_is_done_and_who_is_where(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=3, left_out=0)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en"))
    whole = page.locator("path.route-line").get_attribute("d")
    page.get_by_label("Time of day").fill("600")
    assert page.locator(".clock-shown").inner_text() == "10:00"
    assert [pin.inner_text() for pin in page.locator(".leaflet-marker-icon.now").all()] == ["2"]
    assert [pin.inner_text() for pin in page.locator(".leaflet-marker-icon.later").all()] == ["3"]
    assert len(page.locator("path.route-line").get_attribute("d")) < len(whole)
    page.get_by_role("button", name="Whole day").click()
    assert page.locator(".later, .now").count() == 0
    assert page.locator("path.route-line").get_attribute("d") == whole


def test_paper_shows_every_stop_and_no_tools(viewer: Viewer) -> None:
    problem = a_day(crews=8, stops=2, left_out=1)
    page = viewer.open(overview_map(a_plan(problem), problem, texts=texts_of(problem), language="en"))
    page.emulate_media(media="print")
    assert page.locator(".stop-visit:visible .address:visible").count() == 16
    assert page.locator(".tools:visible, .links:visible, .leaflet-control-zoom:visible").count() == 0
    assert page.locator(".legend:visible").count() == 1


def test_40_crews_with_12_stops_open_without_a_complaint(viewer: Viewer) -> None:
    problem = a_day(crews=40, stops=12, left_out=20)
    html = overview_map(
        a_plan(problem), problem, texts=texts_of(problem), language="en", geometry=roads_of(problem, points=200)
    )
    page = viewer.open(html)
    assert page.locator(".leaflet-marker-icon.pin").count() == 40 * 12 + 1 + 20
    assert page.locator(".arrow").count() == 0
    page.locator(".crew-button").nth(11).click()
    assert page.locator(".arrow").count() > 0
    assert page.locator(".leaflet-marker-icon.crew-11:not(.dimmed)").count() == 12


def test_streets_lie_below_the_routes(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    streets = [Street(line=leg, main=True) for leg in roads_of(problem)["S1"].legs]
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en", streets=streets))
    assert page.locator(".leaflet-base-pane canvas").count() == 1
    below, above = (
        page.locator(f".leaflet-{pane}-pane").evaluate("pane => Number(getComputedStyle(pane).zIndex)")
        for pane in ("base", "overlay")
    )
    assert below < above
    assert page.evaluate(
        "() => { const canvas = document.querySelector('.leaflet-base-pane canvas');"
        " return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(part => part > 0) }"
    )
