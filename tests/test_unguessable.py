"""Ids and secrets cannot be guessed, and their hashes alone are kept."""

import re
from datetime import timedelta

from sqlalchemy import text

from api.store import sessions, users
from api.store.tables.parent import new_id
from tests.people import House


def test_ids_have_128_bits_and_do_not_repeat() -> None:
    ids = {new_id() for _ in range(100_000)}

    assert len(ids) == 100_000
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)


def test_no_secret_stands_in_the_database(each_house: House) -> None:
    user_id = each_house.user(password="four quiet words together")  # noqa: S106 - of this test
    life = timedelta(hours=1)
    with each_house.writing() as unit:
        found = [
            users.add_token(unit, user_id, name="x", life=life),
            sessions.start(unit, user_id, life=life, way="password"),
            sessions.add_sign_in(unit, user_id, life=life),
            "four quiet words together",
        ]
    with each_house.database.engine.connect() as connection:
        stored = "".join(
            repr(connection.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608 - names of ours
            for table in ("users", "tokens", "sessions", "sign_ins", "audit")
        )

    assert all(len(secret.removeprefix(users.TOKEN_PREFIX)) >= 43 for secret in found[:3])
    assert not any(secret in stored for secret in found)
