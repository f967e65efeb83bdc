"""Asking the operator's geocoder for places without a point, as a job."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from api.geocoding import geocoder_of
from api.geocoding.address_checks import Asking
from api.jobs.work import Stopped, Work
from api.store import Unit
from api.store.jobs import JobState, Made, Outcome
from api.store.unplaced import FOUND, keep_outcomes, unplaced
from scheduler.domain.geocoding import Geocoded, GeocodingOutcome
from scheduler.travel.geocoding import GeocodingQueue

GEOCODER_OFF = "geocoder_off"
_LONGEST_NAP_SECONDS = 0.25


def geocode_places(work: Work) -> Outcome:
    """Ask for each address once; what was found before somebody asked to stop is kept."""
    if work.settings.geocoder is None:
        return Outcome(state=JobState.FAILED, error_code=GEOCODER_OFF)
    with work.reading() as unit:
        places, today = unplaced(unit), unit.now.date()
    geocoder = _geocoder(work, today)
    provider, addresses = str(work.settings.geocoder), [place.address for place in places]
    outcomes: dict[str, GeocodingOutcome] = {}
    try:
        for address, outcome in geocoder.one_by_one(addresses):
            outcomes[address] = outcome
            work.tell({"asked": len(outcomes), "places": len(places), "found": _found(outcomes)})
            work.go_on()
    except Stopped:
        pass  # addresses that were asked for are worth keeping

    def keep(unit: Unit) -> Made:
        results = keep_outcomes(unit, places, outcomes, provider)
        counts = Counter(results.values())
        document = json.dumps({"provider": provider, "places": [_told(*item) for item in sorted(results.items())]})
        figures = {"places": len(places), FOUND: 0, **counts}
        return Made(figures=figures, document=document.encode())

    return Outcome(state=work.state, keep=keep)


def asking(work: Work, today: date) -> Asking:
    """A way to ask for addresses that tells how far it is, and ends when somebody asks to stop."""

    def ask(addresses: Sequence[str]) -> Iterator[tuple[str, GeocodingOutcome]]:
        for number, answered in enumerate(_geocoder(work, today).one_by_one(addresses), start=1):
            work.go_on()
            work.tell({"addresses": number})
            yield answered

    return ask


def _geocoder(work: Work, today: date) -> GeocodingQueue:
    """One whose pauses hear of the wish to stop."""

    def sleep(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            work.go_on()
            time.sleep(min(left, _LONGEST_NAP_SECONDS))

    return geocoder_of(work.settings, today=today, sleep=sleep)


def _found(outcomes: dict[str, GeocodingOutcome]) -> int:
    return sum(isinstance(outcome, Geocoded) for outcome in outcomes.values())


def _told(code: str, result: str) -> dict[str, str]:
    return {"place_id": code, "result": result}
