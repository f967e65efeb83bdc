"""The tables."""

import datetime

from sqlalchemy import LargeBinary, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """The parent of all tables; named constraints can be changed by later migrations."""

    metadata = MetaData(naming_convention=NAMING)


class PlanRow(Table):
    """One stored plan; rows are added, their documents never change.

    Attributes:
        sequence: The order of saving.
        id: Random, so that nobody can guess another plan's address.
        day: The local day of the first shift.
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
    """

    __tablename__ = "plans"
    # Two days without visits have equal plans, so the problem belongs to the identity.
    __table_args__ = (UniqueConstraint("plan_sha256", "problem_sha256"),)

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(64), unique=True)
    day: Mapped[datetime.date] = mapped_column(index=True)
    crews: Mapped[int]
    visits: Mapped[int]
    unassigned: Mapped[int]
    travel_source: Mapped[str] = mapped_column(String(100))
    problem_sha256: Mapped[str] = mapped_column(String(64))
    plan_sha256: Mapped[str] = mapped_column(String(64))
    sealed_problem: Mapped[bytes] = mapped_column(LargeBinary)
    plan_document: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_facts: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_texts: Mapped[bytes] = mapped_column(LargeBinary)
