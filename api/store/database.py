"""The database, and units of work on it; here alone is decided which rows a unit of work can see."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from ctypes import c_bool
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from api.settings import Settings
from api.store import audit
from api.store.encryption import FieldCipher
from api.store.engine import compact, for_writing, learn_spread, open_engine
from api.store.faults import storage_faults
from api.store.opened import OpenedThings
from api.store.scope import Scope
from api.store.tables import Table, service
from api.store.tables.organisation import BranchRow, TenantRow
from api.store.tables.parent import OfBranch, OfSomeBranch, OfTenant, Versioned, new_id
from scheduler.domain.errors import Fault, InternalFault, InvalidInput, StorageBroken

_SCOPE = "visits_scope"
_ROWS_AT_ONCE = 2_000
_MOST_SCOPES = 256


class Unit:
    """One unit of work: all of it is kept, or nothing.

    Attributes:
        session: For the modules of this package.
        scope: Whose rows it touches; None for the installation's own work, which sees every lender's.
        now: The moment at which it happens, in UTC.
        opened_plans: Plans that this process opened lately.
    """

    def __init__(
        self,
        session: Session,
        scope: Scope | None,
        cipher: FieldCipher,
        now: datetime,
        opened_plans: OpenedThings | None = None,
    ) -> None:
        """Begin."""
        self.session = session
        self.scope = scope
        self.now = now.astimezone(UTC)  # an answer tells a moment in the same way before and after it is stored
        self.opened_plans = opened_plans or OpenedThings()
        self._cipher = cipher

    def seal(self, text: str) -> bytes:
        """Encrypt what says something about a person."""
        return self._cipher.seal(text.encode())

    @property
    def second(self) -> datetime:
        """The moment in whole seconds, for documents, which know no parts of one."""
        return self.now.replace(microsecond=0)

    def opened(self, sealed: bytes) -> str:
        """Decrypt it.

        Raises:
            MissingResource: No key fits.
        """
        return self._cipher.open(sealed).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        """Encrypt what is no text."""
        return self._cipher.seal(content)

    def opened_bytes(self, sealed: bytes) -> bytes:
        """Decrypt it; see `opened`."""
        return self._cipher.open(sealed)

    def is_current(self, sealed: bytes) -> bool:
        """Whether the current key sealed it; see `FieldCipher.is_current`."""
        return self._cipher.is_current(sealed)

    def index(self, text: str) -> str:
        """What a text can be looked up by; see `FieldCipher.index`."""
        return self._cipher.index(text)

    def indexes(self, text: str) -> tuple[str, ...]:
        """Under what a text may stand: look it up by `column.in_(unit.indexes(text))`; see `FieldCipher.indexes`."""
        return self._cipher.indexes(text)

    def insert_many(self, kind: type[Table], rows: Sequence[Mapping[str, object]]) -> None:
        """Add many rows of the scope's own lender and branch at once, faster than one by one.

        Args:
            kind: The table.
            rows: By the names of the attributes; ids, lender, branch and the first revision are put in where they lack.

        Raises:
            InvalidInput: Another branch has given out one of their ids.
        """
        if not rows:
            return
        of_scope: dict[str, object] = {"rev": 1} if issubclass(kind, Versioned) else {}
        if self.scope is None or (issubclass(kind, OfBranch) and self.scope.branch_id is None):
            raise InternalFault("many rows can be added in the scope of one branch alone")
        of_scope |= {"tenant_id": self.scope.tenant_id, "branch_id": self.scope.branch_id}
        for first in range(0, len(rows), _ROWS_AT_ONCE):
            chunk = rows[first : first + _ROWS_AT_ONCE]
            try:
                self.session.execute(insert(kind), [{"id": new_id()} | dict(row) | of_scope for row in chunk])
            except IntegrityError as error:
                raise _taken(error) from None

    def learn_spread(self) -> None:
        """Let the database learn how its rows are spread, after many came; see `engine.learn_spread`."""
        learn_spread(self.session.connection())

    def note(self, action: str, subject: str, **facts: audit.Fact) -> None:
        """Write into the audit trail: what was done, to what, and codes, counts and ids that belong to it."""
        audit.append(
            self.session,
            at=self.now,
            tenant_id=None if self.scope is None else self.scope.tenant_id,
            actor="system" if self.scope is None else self.scope.actor,
            action=action,
            subject=subject,
            facts=facts,
        )

    def epoch(self) -> int:
        """How often the database was restored."""
        # Asked with every request, so without the mapper's ceremony.
        return int(self.session.connection().exec_driver_sql("SELECT epoch FROM installation").scalar_one())


class Database:
    """The database of one process, used from many threads."""

    def __init__(self, settings: Settings, doubted: c_bool | None = None) -> None:
        """Open it; its tables are those of `migrate`.

        Args:
            settings: The database and the key for what is encrypted in it.
            doubted: Where the processes of a service tell one another that a write failed; None for a process alone.
        """
        self.cipher = FieldCipher(settings.secret_keys)
        self.engine = open_engine(settings)
        self.opened_plans: OpenedThings = OpenedThings()
        self._writer = for_writing(self.engine)
        self._doubted = c_bool() if doubted is None else doubted

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def compact(self) -> None:
        """Give back the room of deleted rows, so that what they held stands in no file of the database either."""
        self.opened_plans.forget()
        with storage_faults():
            compact(self.engine)

    @contextlib.contextmanager
    def reading(self, scope: Scope | None, now: datetime) -> Iterator[Unit]:
        """A unit of work that changes nothing; `scope` None sees everything."""
        with storage_faults(), _ScopedSession(self.engine, info={_SCOPE: scope}) as session:
            yield self._unit(session, scope, now)

    @contextlib.contextmanager
    def writing(self, scope: Scope | None, now: datetime) -> Iterator[Unit]:
        """A unit of work that is kept when its block ends, and forgotten when it raises.

        Raises:
            StorageFault: The database cannot write now. After it failed to, nothing is promised to anybody before a
                trial write succeeded.
        """
        if self._doubted.value:
            self._try_to_write()
        opening = _ScopedSession(self._writer, expire_on_commit=False, info={_SCOPE: scope})
        with self._noticing_failure(), opening as session, session.begin():
            yield self._unit(session, scope, now)

    @property
    def is_doubted(self) -> bool:
        """Whether the last write failed in a way after which the next may fail too."""
        return self._doubted.value

    def _unit(self, session: Session, scope: Scope | None, now: datetime) -> Unit:
        return Unit(session, scope, self.cipher, now, self.opened_plans)

    @contextlib.contextmanager
    def _noticing_failure(self) -> Iterator[None]:
        try:
            with storage_faults():
                yield
        except StorageBroken:
            self._doubted.value = True
            self.engine.dispose()  # the connection may hold what the disk has not: all begin anew
            raise

    def _try_to_write(self) -> None:
        """Write a row as it is, down to the disk; see `writing`."""
        with self._noticing_failure(), self._writer.begin() as connection:
            row = service.InstallationRow
            connection.execute(update(row).values(epoch=row.epoch))
        self._doubted.value = False


def first_scope(unit: Unit, actor: str) -> Scope:
    """The first branch of the first lender, for commands on a laptop; both are made where there are none."""
    tenant = unit.session.scalars(select(TenantRow).order_by(TenantRow.id).limit(1)).first()
    if tenant is None:
        tenant = TenantRow(name="", time_zone="Asia/Shanghai", rule_packs=["cn-base", "cn-house"])
        unit.session.add(tenant)
        unit.session.flush()
    query = select(BranchRow).where(BranchRow.tenant_id == tenant.id).order_by(BranchRow.id).limit(1)
    branch = unit.session.scalars(query).first()
    if branch is None:
        branch = BranchRow(tenant_id=tenant.id, code="main", name="")
        unit.session.add(branch)
        unit.session.flush()
    return Scope(tenant_id=tenant.id, branch_id=branch.id, actor=actor)


def _taken(error: IntegrityError) -> Exception:
    """The caller's fault where an id is taken, which can be seen in no other branch; our own where it is not."""
    if "unique" not in str(error.orig).casefold():
        return InternalFault("rows do not fit together")
    message, message_zh = "An id is given out already, in another branch.", "有编号已在别的分支机构使用。"
    return InvalidInput([Fault(where="", code="id_exists", message=message, message_zh=message_zh)])


class _ScopedSession(Session):
    """A session that touches only the rows of the scope in its `info`; its listeners are below."""


@event.listens_for(_ScopedSession, "do_orm_execute")
def _show_only_the_scope(state: ORMExecuteState) -> None:
    scope: Scope | None = state.session.info[_SCOPE]
    if scope is None or state.is_column_load or state.is_relationship_load:
        return
    state.statement = state.statement.options(*_only_rows_of(scope.tenant_id, scope.branch_id))


# Asked with every query; the criteria hold nothing but the two ids.
@lru_cache(maxsize=_MOST_SCOPES)
def _only_rows_of(tenant_id: str, branch_id: str | None) -> tuple[ExecutableOption, ...]:
    of_tenant = with_loader_criteria(OfTenant, lambda cls: cls.tenant_id == tenant_id, include_aliases=True)
    itself = with_loader_criteria(TenantRow, lambda cls: cls.id == tenant_id, include_aliases=True)
    if branch_id is None:
        return of_tenant, itself
    return (
        of_tenant,
        itself,
        with_loader_criteria(OfBranch, lambda cls: cls.branch_id == branch_id, include_aliases=True),
        with_loader_criteria(OfSomeBranch, lambda cls: cls.branch_id == branch_id, include_aliases=True),
        with_loader_criteria(BranchRow, lambda cls: cls.id == branch_id, include_aliases=True),
    )


@event.listens_for(_ScopedSession, "before_flush")
def _write_only_the_scope(session: Session, _context: UOWTransaction, _instances: object) -> None:
    scope: Scope | None = session.info[_SCOPE]
    if scope is None:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, OfTenant):
            continue
        if row.tenant_id is None:
            row.tenant_id = scope.tenant_id
        branch_id = None
        if isinstance(row, OfBranch | OfSomeBranch):
            if row.branch_id is None and scope.branch_id is not None:
                row.branch_id = scope.branch_id
            branch_id = row.branch_id
        if not scope.covers(tenant_id=row.tenant_id, branch_id=branch_id):
            raise InternalFault("a unit of work reached for a row outside of its scope")
