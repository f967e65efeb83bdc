"""`/api/v1/found-rates`: how often visits met somebody, and whether a branch's plans weigh it."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import Role, allow
from api.access.roles import STAFF
from api.rest.answers import TOKEN, Strict, answer
from api.rest.responses import REFUSALS, Exact, Line, scope_of_branch
from api.store import Unit
from api.store.branches import switch_found_rates
from api.visiting.found_rates import KnownRates, known_rates
from scheduler.domain.visit import PlaceKind

SWITCHERS = (Role.PLANNER, Role.ADMINISTRATOR)

found_rates_api = APIBlueprint("found_rates_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="operation")])


class FoundRatesQuery(Strict):
    """Whose."""

    branch: Line | None = Field(default=None, description="The branch's code; needed by who sees several.")


class FoundRatesChange(Exact):
    """On or off from now on."""

    on: bool = Field(description="Whether plans of days and weeks weigh the rates.")
    branch: Line | None = Field(default=None, description="The branch's code; needed by who sees several.")


class FoundRateView(BaseModel):
    """A rate that was counted with five visits or more."""

    place_kind: PlaceKind
    weekday: int | None = Field(description="From 0 for Monday; null for all days.")
    hour: int | None = Field(description="By the clock there; null for all hours.")
    percent: int = Field(description="Of a hundred visits so many meet somebody, as plans take it.")
    visits: int = Field(description="Counted with so many.")
    prior_percent: int = Field(description="The broader rate that it leans on, as if 20 visits had gone like that.")


class FoundRatesView(BaseModel):
    """What the visits of a branch taught; kinds of places, weekdays and hours are all that is looked at."""

    on: bool = Field(description="Whether plans of days and weeks weigh the rates.")
    chosen_at: str | None = Field(
        description="When the branch chose that; null where the installation does.",
        json_schema_extra={"format": "date-time"},
    )
    counted_since: str | None = Field(
        description="The day of the first visit that counts; null below five.", json_schema_extra={"format": "date"}
    )
    assumed_percent: dict[PlaceKind, int] = Field(description="Before anything is known.")
    rates: list[FoundRateView] = Field(description="Cells with fewer than five visits are left out.")

    @classmethod
    def of(cls, known: KnownRates) -> "FoundRatesView":
        """As it is known."""
        return cls(
            on=known.is_on,
            chosen_at=None if known.chosen_at is None else known.chosen_at.isoformat(),
            counted_since=None if known.first_day is None else known.first_day.isoformat(),
            assumed_percent=known.assumed,
            rates=[
                FoundRateView(
                    place_kind=one.kind,
                    weekday=one.weekday,
                    hour=one.hour,
                    percent=one.percent,
                    visits=one.visits,
                    prior_percent=one.prior_percent,
                )
                for one in known.rates
            ],
        )


@found_rates_api.get(
    "/found-rates",
    operation_id="getFoundRates",
    summary="See how often visits met somebody",
    responses=REFUSALS | {200: FoundRatesView},
    security=TOKEN,
)
@allow(*STAFF)
def get_found_rates(query: FoundRatesQuery) -> Response:
    """Of one branch."""
    with current.database().reading(scope_of_branch(query.branch), current.now()) as unit:
        return answer(_view(unit))


@found_rates_api.put(
    "/found-rates",
    operation_id="switchFoundRates",
    summary="Have plans weigh how often visits met somebody, or not",
    responses=REFUSALS | {200: FoundRatesView},
    security=TOKEN,
)
@allow(*SWITCHERS)
def put_found_rates(body: FoundRatesChange) -> Response:
    """Plans that there are stay as they are."""
    scope = scope_of_branch(body.branch)
    with current.writing(scope) as unit:
        switch_found_rates(unit, str(scope.branch_id), is_on=body.on)
        return answer(_view(unit))


def _view(unit: Unit) -> FoundRatesView:
    return FoundRatesView.of(known_rates(unit, by_default=current.settings().expected_contacts))
