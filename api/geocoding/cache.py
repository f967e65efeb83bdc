"""What became of addresses, kept in the data directory under hashes that only the secret key makes."""

import hmac
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from scheduler.domain.coordinates import Datum
from scheduler.domain.errors import MissingResource
from scheduler.domain.geocoding import Geocoded, GeocodingOutcome, GeocodingRefusal, NotGeocoded
from scheduler.domain.location import Coordinates

FILE_NAME = "geocoding.sqlite"
# Maps grow: what was not found a month ago may be found now.
MISSES_LAST = timedelta(days=30)
# What another part of the service makes from the secret key cannot be looked up here.
_PURPOSE = b"visits/geocoding/cache/1\0"
_TABLE = """
    CREATE TABLE IF NOT EXISTS outcomes (
        question TEXT PRIMARY KEY, refusal TEXT, latitude REAL, longitude REAL, confidence REAL, datum TEXT,
        asked_on TEXT NOT NULL
    ) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheFile:
    """A `GeocodingCache` in a file of SQLite that its owner alone can read.

    Attributes:
        path: Made when it is first needed.
        secret_key: Without it nobody can tell which address a row is about.
        today: From which misses are counted.
    """

    path: Path
    secret_key: bytes = field(repr=False)
    today: date

    def get(self, question: str) -> GeocodingOutcome | None:
        """See `GeocodingCache`."""
        query = (
            "SELECT refusal, latitude, longitude, confidence, datum FROM outcomes"
            " WHERE question = ? AND (refusal IS NULL OR asked_on >= ?)"
        )
        rows = self._run(query, (self._hash(question), (self.today - MISSES_LAST).isoformat()))
        return _outcome(*rows[0]) if rows else None

    def put(self, question: str, outcome: GeocodingOutcome) -> None:
        """See `GeocodingCache`."""
        values: tuple[object, ...] = (
            (outcome.code, None, None, None, None)
            if isinstance(outcome, NotGeocoded)
            else (
                None,
                outcome.coordinates.latitude_degrees,
                outcome.coordinates.longitude_degrees,
                outcome.confidence,
                outcome.datum,
            )
        )
        row = (self._hash(question), *values, self.today.isoformat())
        self._run("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _hash(self, question: str) -> str:
        return hmac.digest(self.secret_key, _PURPOSE + question.encode(), "sha256").hex()

    def _run(self, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(self.path)) as database, database:
                database.execute(_TABLE)
                return database.execute(statement, values).fetchall()
        except (OSError, sqlite3.Error):
            raise MissingResource(
                f"The addresses found earlier cannot be read or kept in {self.path.name}.",
                hint="Look at the rights of the data directory, or delete the file: what it holds is asked for again.",
            ) from None


def _outcome(
    refusal: object, latitude: object, longitude: object, confidence: object, datum: object
) -> GeocodingOutcome:
    if refusal is not None:
        return NotGeocoded(code=GeocodingRefusal(str(refusal)))
    return Geocoded(
        coordinates=Coordinates(latitude_degrees=float(str(latitude)), longitude_degrees=float(str(longitude))),
        confidence=float(str(confidence)),
        datum=Datum(str(datum)),
    )
