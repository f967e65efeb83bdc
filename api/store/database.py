"""The database, and units of work on it; here alone is decided which rows a unit of work can see."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from api.settings import Settings
from api.store import audit
from api.store.encryption import FieldCipher
from api.store.engine import for_writing, open_engine
from api.store.scope import Scope
from api.store.tables import Table, service
from api.store.tables.organisation import BranchRow, TenantRow
from api.store.tables.parent import OfBranch, OfTenant, Versioned, new_id
from scheduler.domain.errors import Fault, InternalFault, InvalidInput

_SCOPE = "visits_scope"
_ROWS_AT_ONCE = 2_000


class Unit:
    """One unit of work: all of it is kept, or nothing.

    Attributes:
        session: For the modules of this package.
        scope: Whose rows it touches; None for the installation's own work, which sees every lender's.
        now: The moment at which it happens, aware.
    """

    def __init__(self, session: Session, scope: Scope | None, cipher: FieldCipher, now: datetime) -> None:
        """Begin."""
        self.session = session
        self.scope = scope
        self.now = now
        self._cipher = cipher

    def seal(self, text: str) -> bytes:
        """Encrypt what says something about a person."""
        return self._cipher.seal(text.encode())

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

    def index(self, text: str) -> str:
        """What a text can be looked up by; see `FieldCipher.index`."""
        return self._cipher.index(text)

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
        return self.session.scalars(select(service.InstallationRow.epoch)).one()


class Database:
    """The database of one process, used from many threads."""

    def __init__(self, settings: Settings) -> None:
        """Open it; its tables are those of `migrate`.

        Args:
            settings: The database and the key for what is encrypted in it.
        """
        self.cipher = FieldCipher([settings.secret_key])
        self.engine = open_engine(settings)
        self._writer = for_writing(self.engine)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextlib.contextmanager
    def reading(self, scope: Scope | None, now: datetime) -> Iterator[Unit]:
        """A unit of work that changes nothing; `scope` None sees everything."""
        with Session(self.engine) as session:
            _isolate(session, scope)
            yield Unit(session, scope, self.cipher, now)

    @contextlib.contextmanager
    def writing(self, scope: Scope | None, now: datetime) -> Iterator[Unit]:
        """A unit of work that is kept when its block ends, and forgotten when it raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            _isolate(session, scope)
            yield Unit(session, scope, self.cipher, now)


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


def _isolate(session: Session, scope: Scope | None) -> None:
    session.info[_SCOPE] = scope
    if scope is None:
        return
    event.listen(session, "do_orm_execute", _show_only_the_scope)
    event.listen(session, "before_flush", _write_only_the_scope)


def _show_only_the_scope(state: ORMExecuteState) -> None:
    scope: Scope = state.session.info[_SCOPE]
    if state.is_column_load or state.is_relationship_load:
        return
    tenant_id, branch_id = scope.tenant_id, scope.branch_id
    of_tenant = with_loader_criteria(OfTenant, lambda cls: cls.tenant_id == tenant_id, include_aliases=True)
    itself = with_loader_criteria(TenantRow, lambda cls: cls.id == tenant_id, include_aliases=True)
    options = [of_tenant, itself]
    if branch_id is not None:
        options += [
            with_loader_criteria(OfBranch, lambda cls: cls.branch_id == branch_id, include_aliases=True),
            with_loader_criteria(BranchRow, lambda cls: cls.id == branch_id, include_aliases=True),
        ]
    state.statement = state.statement.options(*options)


def _write_only_the_scope(session: Session, _context: UOWTransaction, _instances: object) -> None:
    scope: Scope = session.info[_SCOPE]
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, OfTenant):
            continue
        if row.tenant_id is None:
            row.tenant_id = scope.tenant_id
        branch_id = None
        if isinstance(row, OfBranch):
            if row.branch_id is None and scope.branch_id is not None:
                row.branch_id = scope.branch_id
            branch_id = row.branch_id
        if not scope.covers(tenant_id=row.tenant_id, branch_id=branch_id):
            raise InternalFault("a unit of work reached for a row outside of its scope")


def counts(unit: Unit) -> dict[str, int]:
    """Rows by table."""
    return {
        name: unit.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Table.metadata.tables.items()
    }
