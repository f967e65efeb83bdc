"""Two dispatchers and a crew at once, in any order: what people follow is lawful, and nothing is lost or mixed up."""

import tempfile
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm.exc import StaleDataError

from api.store import Database, PlanEntry, PlanState, Scope, audit, events, letters, links, plans, records, stops
from api.store.links import LinkKind
from api.visiting import changing, publishing, visits
from scheduler.domain.errors import NotNow, RulesBroken
from scheduler.editing import Edit, Exclude, PinVisit, Place
from scheduler.planning import check_plan
from tests.databases import sqlite_settings
from tests.test_store_units import a_tenant
from tests.visiting import (
    CARRIED,
    CREWS,
    PUBLISHED_AT,
    a_branch,
    a_draft,
    a_stored_case,
    at_the_door,
    no_roads,
    received,
)

CODES = ("c1", "c2", "c3")
OUTCOMES = ("NOT_HOME", "PAID_FULL", "CEASE_REQ", "MOVED", "DISPUTED")
EDITORS = st.sampled_from(["ann", "bo"])
_FOLLOWED = (PlanState.PUBLISHED, PlanState.RUNNING)


class PlanLife(RuleBasedStateMachine):
    """Each editor has a plan on the screen, with the revision that it had when it was looked at."""

    opened: Database | None = None

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        if self.opened is None:
            folder = self.stack.enter_context(tempfile.TemporaryDirectory())
            self.database = Database(sqlite_settings(Path(folder)))
            self.stack.callback(self.database.close)
        else:
            self.database = self.opened
        self.now = PUBLISHED_AT
        self.scope: Scope = a_branch(self.database)
        (self.elsewhere,) = a_tenant(self.database, "north")
        with self.database.writing(self.scope, self.now) as unit:
            for code in CODES:
                a_stored_case(unit, code)
            first = a_draft(unit, {"s1": ["c1", "c2"], "s2": ["c3"]})
        self.screens = {editor: self.looked_at(first) for editor in ("ann", "bo")}
        self.ended: dict[str, str] = {}
        self.notified: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    def looked_at(self, plan_id: str) -> PlanEntry:
        with self.database.reading(self.scope, self.now) as unit:
            found = plans.entry(unit, plan_id)
        assert found is not None
        return found

    def in_force(self) -> PlanEntry | None:
        with self.database.reading(self.scope, self.now) as unit:
            return plans.in_force(unit, at_the_door("10:00").date())

    @rule(editor=EDITORS)
    def look_at_the_newest(self, editor: str) -> None:
        with self.database.reading(self.scope, self.now) as unit:
            newest = max(plans.listed(unit), key=lambda entry: entry.sequence)
        self.screens[editor] = newest

    @rule(
        editor=EDITORS,
        code=st.sampled_from(CODES),
        shift=st.sampled_from(sorted(CREWS)),
        what=st.sampled_from(["place", "exclude", "pin", "late"]),
    )
    def edit(self, editor: str, code: str, shift: str, what: str) -> None:
        seen = self.screens[editor]
        late = datetime(2026, 12, 4, 13, tzinfo=UTC)
        edits: dict[str, Edit] = {
            "place": Place(visit_id=code, shift_id=shift),
            "exclude": Exclude(visit_id=code),
            "pin": PinVisit(visit_id=code, pinned=False),
            "late": Place(visit_id=code, shift_id=shift, service_start_time=late),
        }
        before = self.looked_at(seen.id)
        with suppress(RulesBroken, NotNow):
            with self.database.writing(self.scope, self.now) as unit:
                if before.rev != seen.rev:
                    raise NotNow("changed", "as If-Match says")
                changed = changing.change(unit, seen.id, [edits[what]], no_roads())
            assert what != "late"
            self.screens[editor] = self.looked_at(changed.entry.id)
            return
        assert self.looked_at(seen.id) == before

    @rule(editor=EDITORS)
    def check_and_publish(self, editor: str) -> None:
        seen = self.screens[editor]
        with suppress(RulesBroken, NotNow, StaleDataError), self.database.writing(self.scope, self.now) as unit:
            publishing.check(unit, seen.id, no_roads())
            publishing.publish(unit, seen.id, no_roads(), accept_estimate=False)
        self.screens[editor] = self.looked_at(seen.id)

    @rule()
    def the_lender_delivers_the_notices(self) -> None:
        followed = self.in_force()
        if followed is not None and self.now < PUBLISHED_AT + timedelta(hours=2):
            received(self.database, self.scope, followed.id)

    @rule()
    def the_day_comes(self) -> None:
        self.now = at_the_door("10:00")

    @precondition(lambda self: self.in_force() is not None)
    @rule(shift=st.sampled_from(sorted(CREWS)))
    def make_and_revoke_a_link(self, shift: str) -> None:
        followed = self.in_force()
        assert followed is not None
        with self.database.writing(self.scope, self.now) as unit:
            until = self.now + timedelta(hours=1)
            link_id, secret = links.make(
                unit, LinkKind.ROUTE, plan_id=followed.id, shift_code=shift, valid_from=self.now, expires_at=until
            )
        with self.database.writing(self.scope, self.now) as unit:
            assert links.open_by_secret(unit, LinkKind.ROUTE, secret) is not None
            links.revoke(unit, link_id)
            assert links.open_by_secret(unit, LinkKind.ROUTE, secret) is None

    @precondition(lambda self: self.in_force() is not None)
    @rule(code=st.sampled_from(CODES), alone=st.booleans())
    def check_in(self, code: str, alone: bool) -> None:
        followed = self.in_force()
        assert followed is not None
        with suppress(RulesBroken, NotNow), self.database.writing(self.scope, self.now) as unit:
            stop = stops.one(unit, followed.id, code)
            if stop is None:
                return
            present = stop.collector_codes[:1] if alone else stop.collector_codes
            visits.check_in(unit, followed.id, code, by=None, present=present, carried=CARRIED)
            assert stop.record_id is not None or (not alone and self.now == at_the_door("10:00"))

    @precondition(lambda self: self.in_force() is not None)
    @rule(outcome=st.sampled_from(OUTCOMES))
    def end_a_visit(self, outcome: str) -> None:
        followed = self.in_force()
        assert followed is not None
        with self.database.writing(self.scope, self.now) as unit:
            for record in records.of_plan(unit, followed.id):
                if record.ended_at is None:
                    visits.end(unit, record.id, outcome=outcome, until=None)
                    self.ended[record.id] = outcome
                    return

    @precondition(lambda self: self.in_force() is not None)
    @rule()
    def close(self) -> None:
        followed = self.in_force()
        assert followed is not None
        with suppress(NotNow), self.database.writing(self.scope, self.now) as unit:
            publishing.close(unit, followed.id)

    @invariant()
    def what_people_follow_breaks_no_rule(self) -> None:
        if not hasattr(self, "screens"):
            return
        with self.database.reading(self.scope, self.now) as unit:
            followed = [entry for entry in plans.listed(unit) if entry.state in _FOLLOWED]
            assert len(followed) <= 1
            for entry in followed:
                stored = plans.get(unit, entry.id)
                assert stored is not None
                assert check_plan(stored.problem, stored.plan, no_roads()) == ()
                planned = {code for route in stored.plan.routes for code in route.visit_ids}
                assert {stop.visit_code for stop in stops.of_plan(unit, entry.id)} == planned

    @invariant()
    def every_outcome_is_kept_and_every_letter_is_of_a_visit_still_to_come(self) -> None:
        if not hasattr(self, "screens"):
            return
        with self.database.reading(self.scope, self.now) as unit:
            for record_id, outcome in self.ended.items():
                record = records.get(unit, record_id)
                assert record is not None
                assert record.outcome == outcome
            for entry in plans.listed(unit):
                to_come = {
                    stop.visit_code
                    for stop in stops.of_plan(unit, entry.id)
                    if entry.state in _FOLLOWED and stop.cancelled_at is None
                }
                valid = {one.visit_code for one in letters.of_plan(unit, entry.id) if one.revoked_at is None}
                assert valid <= to_come

    @invariant()
    def the_chain_holds_and_the_other_lender_sees_nothing(self) -> None:
        if not hasattr(self, "screens"):
            return
        with self.database.reading(None, self.now) as unit:
            assert audit.broken_chain(unit.session) is None
        with self.database.reading(self.elsewhere, self.now) as unit:
            assert plans.listed(unit) == ()
            assert events.after(unit, 0, 10) == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_two_dispatchers_and_a_crew_never_bring_about_what_must_not_be(kind: str) -> None:
    short = settings(
        max_examples=max(6, settings().max_examples // 4),
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(PlanLife, settings=short)


def test_the_same_holds_on_either_database(database: Database) -> None:
    class OnThis(PlanLife):
        opened = database

    once = settings(max_examples=1, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(OnThis, settings=once)
