"""What all tables share: names of constraints, times in UTC, ids that nobody can guess, whom a row belongs to."""

import datetime
import secrets
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
ID_LENGTH = 32
CODE_LENGTH = 64
type Json = dict[str, Any] | list[Any]


class UtcDateTime(TypeDecorator[datetime.datetime]):
    """Aware moments, kept in UTC on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """UTC for the database; SQLite keeps no zone, so none is handed to it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        utc = value.astimezone(datetime.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Aware again."""
        if value is None:
            return None
        return value.replace(tzinfo=datetime.UTC) if dialect.name == "sqlite" else value.astimezone(datetime.UTC)


class WholeSeconds(UtcDateTime):
    """Moments that documents tell, which know no parts of a second; what is left of one is cut off."""

    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """As its parent, in whole seconds."""
        return _cut(super().process_bind_param(value, dialect))

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """As its parent, in whole seconds, whoever wrote it."""
        return _cut(super().process_result_value(value, dialect))


def _cut(moment: datetime.datetime | None) -> datetime.datetime | None:
    return None if moment is None else moment.replace(microsecond=0)


class Table(DeclarativeBase):
    """The parent of all tables; named constraints can be changed by later migrations."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - the name and shape are SQLAlchemy's
        datetime.datetime: UtcDateTime,
        Json: JSON().with_variant(JSONB(), "postgresql"),
    }


class OfTenant:
    """A row of one lender's; `Database` lets nobody see or write another lender's."""

    @declared_attr
    def tenant_id(self) -> Mapped[str]:
        """The lender."""
        return mapped_column(String(ID_LENGTH), ForeignKey("tenants.id"), index=True)


class OfBranch(OfTenant):
    """A row of one branch's; `Database` lets only those see it who may see that branch."""

    @declared_attr
    def branch_id(self) -> Mapped[str]:
        """The branch."""
        return mapped_column(String(ID_LENGTH), ForeignKey("branches.id"), index=True)


class OfSomeBranch(OfTenant):
    """A row of one branch's, or of the whole lender's; who may see one branch sees the rows of that branch alone."""

    @declared_attr
    def branch_id(self) -> Mapped[str | None]:
        """The branch; None for the whole lender."""
        return mapped_column(String(ID_LENGTH), ForeignKey("branches.id"), index=True)


LAST_POSITION = 2**31 - 1


class Ordered:
    """A row with a place among its kind: tables come with an order, which the day's Problem keeps.

    What is added one by one stands after what was imported, in the order of its own moment.
    """

    position: Mapped[int] = mapped_column(default=LAST_POSITION)


class Versioned:
    """A row whose lost updates are noticed; `rev` is its ETag."""

    rev: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy calls it on the class
        """Let SQLAlchemy count and compare."""
        return {"version_id_col": cls.rev}


def new_id() -> str:
    """128 random bits: no sequence stands in any address."""
    return secrets.token_hex(ID_LENGTH // 2)


def an_id() -> Mapped[str]:
    """The column of a row's own id."""
    return mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)


def a_code(**options: Any) -> Mapped[str]:
    """A column for an id of the documents, or for a code of a closed list."""
    return mapped_column(String(CODE_LENGTH), **options)
