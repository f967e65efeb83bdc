"""What-if experiments on a branch's data."""

import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables.parent import ID_LENGTH, OfBranch, Table, Versioned, an_id


class ExperimentRow(OfBranch, Versioned, Table):
    """An experiment; no plan that it simulated is ever kept.

    Attributes:
        id: Random.
        job_id: What simulates it.
        day: The stored day that all scenarios start from.
        sealed_document: The experiment as it was asked for, encrypted: names are free text.
        sealed_note: What people wrote about it, encrypted.
        sealed_results: Figures of every replication, encrypted; None before. They say nothing about a person.
        made_by: The user.
        made_at: When.
    """

    __tablename__ = "experiments"

    id: Mapped[str] = an_id()
    job_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("jobs.id"), index=True)
    day: Mapped[datetime.date]
    sealed_document: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_note: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_results: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    made_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    made_at: Mapped[datetime.datetime] = mapped_column(index=True)
