"""Deleting what may no longer be kept, with a certificate that says how much of what, and by which rule."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import batched
from typing import Any

from sqlalchemy import Select, delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from api.store.database import Database, Unit
from api.store.jobs import Figures
from api.store.keeping import keep_days
from api.store.scope import SYSTEM, Scope
from api.store.tables.cases import BlockRow, BorrowerRow, CaseRow, ConsentRow, ContactRow, PlaceRow
from api.store.tables.organisation import SessionRow, TenantRow, TokenRow
from api.store.tables.plans import PlanRow
from api.store.tables.service import AnsweredRow, JobRow, PurgeRow
from api.store.tables.visiting import LinkRow, ReportRow, VisitRecordRow, WishRow
from api.store.tables.what_if import ExperimentRow

# So many ids fit into one statement on both databases.
_BATCH = 500
type Ids = Select[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What was deleted, or would be.

    Attributes:
        counts: Rows by kind of data, over all lenders.
        certificates: The hash of each lender's certificate; none where only counted, or where nothing was over.
    """

    counts: Mapping[str, int]
    certificates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgedOfLender:
    """What was deleted of one lender, or would be.

    Attributes:
        counts: Rows by kind of data.
        certificate: The hash of the certificate; None where only counted, or where nothing was over.
    """

    counts: Mapping[str, int]
    certificate: str | None

    @property
    def figures(self) -> Figures:
        """For people."""
        return {"rows": sum(self.counts.values()), "certificate": self.certificate, **self.counts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was deleted once, and by which rules of keeping.

    Attributes:
        id: Its row.
        purged_at: When.
        content: As it was written; `sha256` is the hash of all else.
    """

    id: str
    purged_at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Purge:
    """How one kind of data goes.

    Attributes:
        over: The ids of what nobody may keep any longer, given the moment until which it may be of.
        remove: Deletes or empties what has these ids.
    """

    over: Callable[[datetime], Ids]
    remove: Callable[[Unit, Sequence[str]], None]


def purge(database: Database, clock: Callable[[], datetime], *, only_counts: bool = False) -> Purged:
    """Delete what may no longer be kept, of every lender; a lender's data go all at once or not at all.

    Args:
        database: Of all lenders.
        clock: Says what time it is.
        only_counts: Delete nothing.
    """
    totals = dict.fromkeys(_PURGES, 0)
    certificates = []
    with database.reading(None, clock()) as unit:
        tenants = list(unit.session.scalars(select(TenantRow.id).order_by(TenantRow.id)))
    for tenant_id in tenants:
        scope = Scope(tenant_id=tenant_id, branch_id=None, actor=SYSTEM)
        opening = database.reading if only_counts else database.writing
        with opening(scope, clock()) as unit:
            done = purge_lender(unit, only_counts=only_counts)
        if done.certificate is not None:
            certificates.append(done.certificate)
        for kind, rows in done.counts.items():
            totals[kind] += rows
    if certificates:
        database.compact()
    return Purged(counts=totals, certificates=tuple(certificates))


def purge_lender(unit: Unit, *, only_counts: bool = False) -> PurgedOfLender:
    """Delete what the unit's lender may no longer keep, and write the certificate.

    Args:
        unit: Of all branches of a lender.
        only_counts: Delete nothing.
    """
    days = keep_days(unit.session.scalars(select(TenantRow)).one(), unit.now.date())
    counts = {}
    for kind, way in _PURGES.items():
        ids = list(unit.session.scalars(way.over(unit.now - timedelta(days=days[kind]))))
        counts[kind] = len(ids)
        if not only_counts:
            for some in batched(ids, _BATCH):
                way.remove(unit, some)
    is_certified = not only_counts and any(counts.values())
    return PurgedOfLender(counts=counts, certificate=_certify(unit, counts, days) if is_certified else None)


def certificates(unit: Unit, *, after: tuple[datetime, str] | None, most: int) -> Sequence[Certificate]:
    """Of the lender, the newest first, from after a place in that order on."""
    query = select(PurgeRow).order_by(PurgeRow.purged_at.desc(), PurgeRow.id.desc()).limit(most)
    if after is not None:
        moment, purge_id = after
        is_older = (PurgeRow.purged_at == moment) & (PurgeRow.id < purge_id)
        query = query.where((PurgeRow.purged_at < moment) | is_older)
    return [
        Certificate(id=row.id, purged_at=row.purged_at, content=dict(row.certificate))
        for row in unit.session.scalars(query)
    ]


def _certify(unit: Unit, counts: Mapping[str, int], days: Mapping[str, int]) -> str:
    content: dict[str, Any] = {
        "purged_at": unit.now.isoformat(),
        "rules": [{"kind": kind, "kept_days": days[kind], "rows": rows} for kind, rows in counts.items()],
    }
    digest = sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    row = PurgeRow(purged_at=unit.now, certificate=content | {"sha256": digest})
    unit.session.add(row)
    unit.session.flush()
    unit.note("data.purged", f"purge:{row.id}", rows=sum(counts.values()), sha256=digest)
    return digest


def _closed_cases(before: datetime) -> Ids:
    return select(CaseRow.id).where(CaseRow.closed_at < before)


def _remove_case_texts(unit: Unit, ids: Sequence[str]) -> None:
    for table in (PlaceRow, BlockRow, ConsentRow):
        unit.session.execute(delete(table).where(table.case_id.in_(ids)))
    unit.session.execute(
        update(CaseRow)
        .where(CaseRow.id.in_(ids))
        .values(sealed_note=unit.seal(""), purged_at=unit.now, rev=CaseRow.rev + 1)
    )
    kept = aliased(CaseRow)
    nobody_left = ~exists().where(kept.borrower_id == BorrowerRow.id, kept.purged_at.is_(None))
    theirs = select(CaseRow.borrower_id).where(CaseRow.id.in_(ids))
    borrowers = list(unit.session.scalars(select(BorrowerRow.id).where(BorrowerRow.id.in_(theirs), nobody_left)))
    unit.session.execute(
        update(BorrowerRow)
        .where(BorrowerRow.id.in_(borrowers))
        .values(
            sealed_text=unit.seal("{}"), name_index="", phone_index=None, purged_at=unit.now, rev=BorrowerRow.rev + 1
        )
    )


def _empty_plans(unit: Unit, ids: Sequence[str]) -> None:
    empty = {"sealed_problem": b"", "sealed_facts": b"", "sealed_texts": b""}
    unit.session.execute(update(PlanRow).where(PlanRow.id.in_(ids)).values(**empty, rev=PlanRow.rev + 1))


def _empty_jobs(unit: Unit, ids: Sequence[str]) -> None:
    unit.session.execute(update(JobRow).where(JobRow.id.in_(ids)).values(sealed_input=None, rev=JobRow.rev + 1))


def _forget_results(unit: Unit, ids: Sequence[str]) -> None:
    unit.session.execute(update(JobRow).where(JobRow.id.in_(ids)).values(sealed_result=None, rev=JobRow.rev + 1))


def _deleting(table: Any) -> Callable[[Unit, Sequence[str]], None]:
    def remove(unit: Unit, ids: Sequence[str]) -> None:
        unit.session.execute(delete(table).where(table.id.in_(ids)))

    return remove


def _ended(table: Any, before: datetime) -> Ids:
    """What expired or was ended before a moment: sessions, tokens, links."""
    query: Ids = select(table.id).where(or_(table.expires_at < before, table.revoked_at < before))
    return query


_PURGES: Mapping[str, _Purge] = {
    "case_texts": _Purge(
        over=lambda before: _closed_cases(before).where(CaseRow.purged_at.is_(None)), remove=_remove_case_texts
    ),
    "contacts": _Purge(
        over=lambda before: select(ContactRow.id).where(ContactRow.case_id.in_(_closed_cases(before))),
        remove=_deleting(ContactRow),
    ),
    "visit_records": _Purge(
        over=lambda before: select(VisitRecordRow.id).where(VisitRecordRow.case_id.in_(_closed_cases(before))),
        remove=_deleting(VisitRecordRow),
    ),
    "wishes": _Purge(
        over=lambda before: select(WishRow.id).where(WishRow.case_id.in_(_closed_cases(before))),
        remove=_deleting(WishRow),
    ),
    "plans": _Purge(
        over=lambda before: select(PlanRow.id).where(PlanRow.day < before.date(), PlanRow.sealed_problem != b""),
        remove=_empty_plans,
    ),
    "reports": _Purge(
        over=lambda before: select(ReportRow.id).where(ReportRow.handled_at < before), remove=_deleting(ReportRow)
    ),
    "experiments": _Purge(
        over=lambda before: select(ExperimentRow.id).where(ExperimentRow.made_at < before),
        remove=_deleting(ExperimentRow),
    ),
    "links": _Purge(over=lambda before: _ended(LinkRow, before), remove=_deleting(LinkRow)),
    "sessions": _Purge(over=lambda before: _ended(SessionRow, before), remove=_deleting(SessionRow)),
    "tokens": _Purge(over=lambda before: _ended(TokenRow, before), remove=_deleting(TokenRow)),
    "answered": _Purge(
        over=lambda before: select(AnsweredRow.id).where(AnsweredRow.answered_at < before),
        remove=_deleting(AnsweredRow),
    ),
    "job_inputs": _Purge(
        over=lambda before: select(JobRow.id).where(JobRow.ended_at < before, JobRow.sealed_input.is_not(None)),
        remove=_empty_jobs,
    ),
    "job_results": _Purge(
        over=lambda before: select(JobRow.id).where(JobRow.ended_at < before, JobRow.sealed_result.is_not(None)),
        remove=_forget_results,
    ),
}
