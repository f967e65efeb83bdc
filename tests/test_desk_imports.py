"""The page of imports: mistakes in their own rows, nothing kept by a check, the same files twice."""

import base64
import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.access import Role
from tests.desk import words_of
from tests.people import House
from tests.sheets import Sheet, a_case_row, as_csv, sheets


@pytest.fixture
def client(house: House) -> FlaskClient:
    """A dispatcher of the first branch."""
    return house.program(house.user())


def send(client: FlaskClient, tables: dict[str, Sheet], step: str = "check", **form: str) -> TestResponse:
    """Send tables as the page does."""
    files = [(io.BytesIO(as_csv(sheet).encode()), f"{name}.csv") for name, sheet in tables.items()]
    data: dict[str, object] = {"files": files, "mode": "create", "step": step, **form}
    return client.post("/imports?lang=en", data=data, content_type="multipart/form-data")


def test_a_check_keeps_nothing_and_offers_to_keep_everything(client: FlaskClient) -> None:
    answer = send(client, sheets())

    assert answer.status_code == 200
    assert "Nothing is wrong with them." in answer.text
    assert 'value="keep"' in answer.text
    assert ">C1</a>" not in client.get("/cases").text


def test_files_are_kept_and_counted_by_table(client: FlaskClient) -> None:
    words = words_of(send(client, sheets(), "keep").text)

    assert "Everything is kept." in words
    assert "Cases 2 0 0 0" in words
    assert ">C1</a>" in client.get("/cases").text


def test_each_mistake_stands_under_its_row_with_its_cell_marked(client: FlaskClient) -> None:
    broken = sheets(cases=[a_case_row("C1"), a_case_row("C2", 逾期天数="abc", 联系对象="邻居")])

    answer = send(client, broken, "keep")

    assert answer.status_code == 422
    assert 'class="faulty"><span class="hidden">wrong: </span>abc<' in answer.text
    assert 'class="faulty"><span class="hidden">wrong: </span>邻居<' in answer.text
    assert '<th scope="row">3</th>' in answer.text
    assert '<th scope="row">2</th>' not in answer.text
    words = words_of(answer.text)
    assert "Mistakes found: 2." in words
    assert "1 × number_format" in words
    assert "1 × unknown_choice" in words
    assert ">C1</a>" not in client.get("/cases").text


def test_all_mistakes_come_along_as_a_table_that_no_spreadsheet_runs(client: FlaskClient) -> None:
    answer = send(client, {"=1+1": [a_case_row("C1", 逾期天数="abc")]})

    content = answer.text.split("base64,")[1].split('"')[0]
    lines = base64.b64decode(content.replace("&#43;", "+")).decode("utf-8-sig").splitlines()
    assert lines[0] == "file,row,column,code,message,hint"
    assert any(line.startswith("'=1+1.csv,2,逾期天数,number_format,") for line in lines)


def test_two_hundred_mistakes_are_shown_and_all_are_counted(client: FlaskClient) -> None:
    rows = [a_case_row(f"C{number}", 逾期天数="abc") for number in range(250)]

    answer = send(client, sheets(cases=rows))

    words = words_of(answer.text)
    assert "250 × number_format" in words
    assert "the first 200 of" in words
    assert answer.text.count('<tr class="under">') <= 200


def test_a_missing_column_is_told_in_the_row_of_headers(client: FlaskClient) -> None:
    row = a_case_row("C1")
    del row["联系对象"]

    words = words_of(send(client, sheets(cases=[row])).text)

    assert "header_missing" in words
    assert "联系对象" in words


def test_the_same_files_twice_are_told_and_not_kept_again(client: FlaskClient, house: House) -> None:
    send(client, sheets(), "keep")
    again = send(house.program(house.user()), sheets(), "keep")

    assert again.status_code == 409
    assert "The same files were imported in the same way on Tuesday 1 December 2026 12:00." in again.text


def test_without_a_file_or_with_a_day_that_is_none_nothing_is_read(client: FlaskClient) -> None:
    assert send(client, {}).status_code == 422
    assert send(client, sheets(), true_on="2026-13-01").status_code == 422
    assert send(client, sheets(), mode="guess").status_code == 422


def test_a_script_gets_the_result_alone(client: FlaskClient) -> None:
    client.environ_base["HTTP_HX_REQUEST"] = "true"

    answer = send(client, sheets())

    assert "<html" not in answer.text
    assert "import-form" in answer.text


@pytest.mark.parametrize(("role", "may"), [(Role.PLANNER, True), (Role.COMPLIANCE, False)])
def test_who_may_not_import_reads_what_was_imported(house: House, role: Role, may: bool) -> None:
    client = house.program(house.user(role))

    assert ("import-form" in client.get("/imports").text) is may
    assert send(client, sheets()).status_code == (200 if may else 403)
