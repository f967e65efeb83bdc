"""What other pages make a browser send changes nothing, and reading changes nothing either."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from api.access import Role
from api.store.tables import Table
from tests.people import House, a_published_plan

# Open to everyone, with a secret of their own in the request or its cookie, or acting for nobody.
WITHOUT_SESSION = ("/go", "/n", "/crew", "/verify", "/api/v1/verifications")
FOREIGN = "https://evil.example"


def unsafe_routes(house: House) -> list[tuple[str, str]]:
    """Method and path of everything that may change something, with ids that nothing has."""
    return [
        (method, rule.rule.replace("<", "").replace(">", ""))
        for rule in house.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
    ]


def word_of(client: FlaskClient) -> str:
    document = client.get("/api/v1/me").json
    assert document is not None
    return str(document["csrf_token"])


def test_everything_that_changes_something_needs_the_sessions_own_word(house: House) -> None:
    client = house.browser(house.user(Role.ADMINISTRATOR))

    for method, path in unsafe_routes(house):
        if path.startswith(("/sign-in", *WITHOUT_SESSION)):
            continue  # there is no session; the origin is asked, below
        for headers in ({}, {"X-CSRF-Token": "0" * 64}):
            assert client.open(path, method=method, json={}, headers=headers).status_code == 403, (method, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": FOREIGN},
        {"Origin": FOREIGN, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:81"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "none"},
    ],
)
def test_everything_that_changes_something_comes_from_our_own_pages(house: House, headers: dict[str, str]) -> None:
    client = house.browser(house.user(Role.ADMINISTRATOR))
    word = word_of(client)

    for method, path in unsafe_routes(house):
        if path.startswith(WITHOUT_SESSION):
            continue  # the tests of doors ask them
        answer = client.open(path, method=method, json={}, headers={"X-CSRF-Token": word} | headers)
        assert answer.status_code == 403, (method, path)


def test_a_request_that_does_not_say_where_it_comes_from_is_refused(house: House) -> None:
    client = house.browser(house.user(Role.ADMINISTRATOR))
    word = word_of(client)
    del client.environ_base["HTTP_ORIGIN"]

    assert client.post("/sign-out", data={"csrf_token": word}).status_code == 403
    assert client.post("/sign-in", data={"login": "li", "password": "x"}).status_code == 403


def test_our_own_forms_are_let_in_by_what_the_browser_says_of_their_site(house: House) -> None:
    client = house.browser(house.user(Role.ADMINISTRATOR))
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}

    assert client.post("/sign-out", data={"csrf_token": word_of(client)}, headers=headers).status_code == 303


def test_the_word_of_another_session_is_refused(house: House) -> None:
    user = house.user(Role.ADMINISTRATOR)
    mine, other = house.browser(user), house.browser(user)

    assert mine.post("/sign-out", data={"csrf_token": word_of(other)}).status_code == 403


def test_a_program_needs_no_word_and_its_cookie_is_passed_over(house: House) -> None:
    administrator, collector = house.user(Role.ADMINISTRATOR), house.user(Role.COLLECTOR)
    new = {"login": "new", "role": "planner", "name": "新"}
    program = house.program(administrator)
    browser = house.browser(collector)
    cookie = browser.get_cookie("visits")
    assert cookie is not None
    program.set_cookie("visits", cookie.value)

    assert program.post("/api/v1/users", json=new, headers={"Origin": FOREIGN}).status_code == 201
    bad = house.browser(administrator)
    assert bad.get("/api/v1/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert bad.get("/api/v1/me", headers={"Authorization": "Basic bGk6bGk="}).status_code == 401


def contents(house: House) -> dict[str, list[tuple[object, ...]]]:
    with house.database.engine.connect() as connection:
        return {
            name: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {name}"))), key=repr)  # noqa: S608 - ours
            for name in Table.metadata.tables
        }


def test_reading_changes_nothing(each_house: House) -> None:
    with each_house.writing() as unit:
        plan_id = a_published_plan(unit)
    clients = [each_house.browser(each_house.user(role)) for role in Role]
    before = contents(each_house)

    for client in (*clients, each_house.stranger()):
        for rule in each_house.app.url_map.iter_rules():
            if "GET" in (rule.methods or set()):
                path = (
                    rule.rule.replace("<plan_id>", plan_id)
                    .replace("<shift_id>", "s1")
                    .replace("<", "")
                    .replace(">", "")
                )
                client.get(path)
                client.head(path)

    assert contents(each_house) == before
