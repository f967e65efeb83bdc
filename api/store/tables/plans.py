"""Plans, and the routes and stops of those that were published."""

import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables.organisation import SHA256_LENGTH
from api.store.tables.parent import ID_LENGTH, Json, OfBranch, Table, Versioned, a_code, an_id, new_id


class PlanRow(OfBranch, Versioned, Table):
    """One stored plan; its documents never change, its state does.

    Attributes:
        sequence: The order of saving.
        id: Random, so that nobody can guess another plan's address.
        day: The local day of the first shift.
        state: One of `api.store.plans.PlanState`.
        based_on: The plan that this one changes; None for a first one.
        crews: Routes with visits, kept beside the document so that lists need not open it.
        visits: Visits on routes.
        unassigned: Visits left out.
        travel_source: As the plan names it.
        problem_sha256: Of the document that the plan's certificate names.
        plan_sha256: Of the Plan document without its certificate.
        sealed_problem: The Problem document, gzipped and encrypted: it knows where people live.
        plan_document: The Plan document, which holds ids and times only.
        sealed_facts: The facts of the plan's reasons as JSON, gzipped and encrypted: they tell of the case.
        sealed_texts: The Texts document, gzipped and encrypted.
        made_by: The user who made it; None for the program itself.
        made_at: When it was saved.
        published_by: The user who published it; None while nobody has.
        published_at: When.
        closed_at: When its day was over.
    """

    __tablename__ = "plans"
    # Two days without visits have equal plans, so the problem belongs to the identity.
    __table_args__ = (UniqueConstraint("branch_id", "plan_sha256", "problem_sha256"),)

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True, default=new_id)
    day: Mapped[datetime.date] = mapped_column(index=True)
    state: Mapped[str] = a_code()
    based_on: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("plans.id"))
    crews: Mapped[int]
    visits: Mapped[int]
    unassigned: Mapped[int]
    travel_source: Mapped[str] = mapped_column(String(100))
    problem_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    plan_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    sealed_problem: Mapped[bytes] = mapped_column(LargeBinary)
    plan_document: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_facts: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_texts: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    made_at: Mapped[datetime.datetime]
    published_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    published_at: Mapped[datetime.datetime | None]
    closed_at: Mapped[datetime.datetime | None]


class RouteRow(OfBranch, Table):
    """A route of a published plan."""

    __tablename__ = "routes"
    __table_args__ = (UniqueConstraint("plan_id", "shift_code"),)

    id: Mapped[str] = an_id()
    plan_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("plans.id"), index=True)
    shift_code: Mapped[str] = a_code()
    collector_codes: Mapped[Json]


class StopRow(OfBranch, Table):
    """A visit on a route of a published plan.

    Attributes:
        id: Random.
        plan_id: The plan.
        route_id: The route.
        position: From 1, over the visits of the route.
        visit_code: The visit's id in the documents.
        case_id: The case, None where the plan was made from a document that the store has no case for.
        place_code: Where.
        service_start_time: When the visit begins.
        departure_time: When it is over.
    """

    __tablename__ = "stops"
    __table_args__ = (UniqueConstraint("plan_id", "visit_code"),)

    id: Mapped[str] = an_id()
    plan_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("plans.id"), index=True)
    route_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("routes.id"), index=True)
    position: Mapped[int]
    visit_code: Mapped[str] = a_code(index=True)
    case_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("cases.id"), index=True)
    place_code: Mapped[str] = a_code()
    service_start_time: Mapped[datetime.datetime]
    departure_time: Mapped[datetime.datetime]
