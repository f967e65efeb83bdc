"""A crew's map on its phone, in Chromium."""

from maps.preview import crew_map
from tests.map_days import a_day, a_plan, texts_of
from tests.map_viewer import PHONE, Viewer


def test_a_crews_page_on_a_phone_has_the_list_below_the_map_and_fits_the_width(viewer: Viewer) -> None:
    problem = a_day(crews=2, stops=6, left_out=0)
    html = crew_map(
        a_plan(problem), problem, "S2", texts=texts_of(problem), language="zh-CN", providers=("geo", "amap")
    )
    page = viewer.open(html, PHONE)
    frame, listed = page.locator("#map_visits").bounding_box(), page.locator("#route-list").bounding_box()
    assert listed["y"] >= frame["y"] + frame["height"] - 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.locator(".stop-visit a.link-button").count() == 12
    assert page.locator(".stop-visit a.link-button").first.is_visible()
    last = page.locator(".stop-visit .stop-button").last
    last.click()
    assert page.locator(".visit-popup h3").inner_text() == "外访 6 · 13:27–13:57"
    assert page.locator(".stop-visit.open .number").inner_text() == "6"


def test_a_phone_asks_for_its_position_on_a_tap_only_and_shows_it(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    html = crew_map(a_plan(problem), problem, "S1", texts={}, language="en")
    office = problem.locations[0].coordinates
    assert office is not None
    place = {"latitude": office.latitude_degrees + 0.01, "longitude": office.longitude_degrees, "accuracy": 30}
    page = viewer.open(html, PHONE, geolocation=place, permissions=["geolocation"], has_touch=True)
    assert page.locator("path.here").count() == 0
    button = page.get_by_role("button", name="Where am I?")
    assert button.bounding_box()["height"] >= 44
    button.tap()
    page.locator("path.here").wait_for()
    assert page.get_by_text("Your position, shown here only.").is_visible()


def test_a_phone_that_tells_no_position_says_so(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    page = viewer.open(crew_map(a_plan(problem), problem, "S1", texts={}, language="zh-CN"), PHONE, permissions=[])
    page.get_by_role("button", name="我在哪里？").click()
    page.get_by_text("无法取得本设备的位置。").wait_for()
    assert page.locator("path.here").count() == 0


def test_a_phone_has_buttons_for_fingers(viewer: Viewer) -> None:
    problem = a_day(crews=1, stops=3, left_out=0)
    html = crew_map(a_plan(problem), problem, "S1", texts={}, language="en", providers=("geo", "amap"))
    page = viewer.open(html, PHONE)
    page.get_by_text("Navigate the whole route").click()
    assert page.locator(".route-links a").all_inner_texts() == ["Amap 1–2", "Amap 3–End"]
    sizes = [button.bounding_box() for button in page.locator("#route-list a:visible, #route-list .stop-button").all()]
    assert min(size["height"] for size in sizes) >= 44
