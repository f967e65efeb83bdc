"""What a crew sees on the phone: where to go next, never why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.store import StoredPlan
from api.web.catalogue import ENGLISH, clock, duration_in_words, joined
from api.web.day_view import is_estimated
from maps.navigation import navigation_links
from maps.route_buttons import route_buttons
from maps.route_view import PlanView, StopView
from scheduler.domain.location import Coordinates
from scheduler.domain.plan import Stop, StopType
from scheduler.domain.travel import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationButton:
    """A link to a navigation app; an `on_the_web` one opens a page of its own."""

    title: str
    url: str
    on_the_web: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCard:
    """One stop; clock times in the problem's zone, durations in words or None where they are zero.

    Attributes:
        type: `start`, `visit`, `break` or `end`.
        visit_id: Which visit; None for the others.
        number: Counts the visits from 1; None for the others.
        from_time: When it begins.
        to_time: When it is over.
        over_at: The same in ISO 8601, for the page's script.
        arrival: When the crew is there.
        travel: The way to it.
        waiting: Before it begins.
        place_kind: `home`, `workplace` or `other`; None but at visits.
        name: Whom to ask for.
        address: In writing.
        notes: What to mind.
        buttons: Navigation.
    """

    type: str
    visit_id: str | None
    number: int | None
    from_time: str
    to_time: str
    over_at: str
    arrival: str
    travel: str | None
    waiting: str | None
    place_kind: str | None
    name: str
    address: str
    notes: tuple[str, ...]
    buttons: tuple[NavigationButton, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewView:
    """A crew's day; `cards` is empty when the crew has no visits. `buttons` navigate along the whole route."""

    plan_id: str
    shift_id: str
    day: date
    estimated: bool
    collectors: str
    stops: int
    cards: tuple[StopCard, ...]
    buttons: tuple[NavigationButton, ...]


def crew_view(stored: StoredPlan, shift_id: str, *, providers: Sequence[str], language: str) -> CrewView:
    """Put a crew's route into words, once for each language.

    Raises:
        InvalidInput: When the problem has no such shift.
    """
    key = (CrewView, shift_id, tuple(providers), language)
    view = stored.views.get(key)
    if not isinstance(view, CrewView):
        view = stored.views[key] = _crew_view(stored, shift_id, providers, language)
    return view


def _crew_view(stored: StoredPlan, shift_id: str, providers: Sequence[str], language: str) -> CrewView:
    (view,) = PlanView(stored.plan, stored.staffed, stored.texts).routes([shift_id])
    route = stored.plan.route_of(shift_id)
    stops = () if route is None else route.stops
    return CrewView(
        plan_id=stored.id,
        shift_id=shift_id,
        day=view.day,
        estimated=is_estimated(stored.plan.travel_source),
        collectors=joined(view.collector_names, language),
        stops=sum(stop.type is StopType.VISIT for stop in stops),
        cards=tuple(
            _card(stop, words, _buttons(words.coordinates, view.travel_profile, providers, language), language)
            for stop, words in zip(stops, view.stops, strict=True)
        ),
        buttons=tuple(_button(button.title, button.url) for button in route_buttons(view, providers, language)),
    )


def _card(stop: Stop, view: StopView, buttons: tuple[NavigationButton, ...], language: str) -> StopCard:
    return StopCard(
        type=stop.type.value,
        visit_id=stop.visit_id,
        number=view.number,
        from_time=clock(view.service_start_time),
        to_time=clock(view.departure_time),
        over_at=view.departure_time.isoformat(),
        arrival=clock(view.arrival_time),
        travel=_words(stop.travel, language),
        waiting=_words(stop.waiting, language),
        place_kind=None if view.place_kind is None else view.place_kind.value,
        name=view.text.name,
        address=view.text.address,
        notes=tuple(view.text.note.splitlines()),
        buttons=() if stop.type is StopType.BREAK else buttons,
    )


def _words(duration: timedelta, language: str) -> str | None:
    return duration_in_words(duration, language) if duration else None


def _buttons(
    point: Coordinates | None, profile: Profile, providers: Sequence[str], language: str
) -> tuple[NavigationButton, ...]:
    if point is None:
        return ()
    return tuple(
        _button(link.title_en if language == ENGLISH else link.title_zh, link.url)
        for link in navigation_links(point, providers, profile)
    )


def _button(title: str, url: str) -> NavigationButton:
    return NavigationButton(title=title, url=url, on_the_web=url.startswith("https:"))
