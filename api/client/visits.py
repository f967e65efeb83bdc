"""Routes that people follow, the visits on them and what happened there, notices and links."""

from collections.abc import Sequence

from api.client.asking import Asker, Document, Found, at, given


class VisitCalls(Asker):
    """Asks about visits."""

    def routes(self, plan_id: str) -> list[Found]:
        """The routes of a published plan."""
        return self._list(at("plans", plan_id, "routes"), "routes")

    def route(self, plan_id: str, shift_id: str) -> Found:
        """One crew's route, with what was called off and what happened so far."""
        return self._get(at("plans", plan_id, "routes", shift_id))

    def check_in(
        self,
        plan_id: str,
        visit_id: str,
        *,
        present: Sequence[str],
        carried: Sequence[str] = (),
        position: Document | None = None,
    ) -> Found:
        """Begin a visit: its record.

        Args:
            plan_id: The plan that the crew follows.
            visit_id: At whose door it is.
            present: The collectors who are there.
            carried: The documents that they carry.
            position: Where the crew's phone says that it is; compared once and not kept.

        Raises:
            RefusedError: With every rule that says no at this moment.
        """
        body = given(plan_id=plan_id, visit_id=visit_id, present=[*present], carried=[*carried], position=position)
        return self._post(at("visit-records"), body)

    def end_visit(self, record_id: str, outcome: str, *, until: str | None = None, **told: str | int) -> Found:
        """Say what a visit ended with: its record, and what follows.

        Args:
            record_id: What `check_in` gave.
            outcome: A code of the closed list.
            until: The local day that the outcome names.
            told: `note`, `recording`, `recording_sha256`, `recording_seconds`.
        """
        return self._post(at("visit-records", record_id, "outcome"), given(outcome=outcome, until=until, **told))

    def give_up_visit(self, plan_id: str, visit_id: str, outcome: str, reason: str, *, note: str = "") -> Found:
        """Say that a rule (`ABORT_RULE`) or operations (`ABORT_OPS`) kept a visit from beginning."""
        body = {"outcome": outcome, "reason": reason, "note": note}
        return self._post(at("plans", plan_id, "visits", visit_id, "not-begun"), body)

    def visit_records(self, plan_id: str) -> list[Found]:
        """What happened at the visits of a plan, in the order in which they began."""
        return self._list(at("plans", plan_id, "visit-records"), "records")

    def visit_record(self, record_id: str) -> Found:
        """What happened at one visit."""
        return self._get(at("visit-records", record_id))

    def correct_visit_record(
        self, record_id: str, outcome: str, reason: str, *, rev: int, until: str | None = None
    ) -> Found:
        """Correct what a visit ended with; the first outcome stays on record."""
        body = given(outcome=outcome, reason=reason, until=until)
        return self._post(at("visit-records", record_id, "corrections"), body, rev=rev)

    def corrections(self, record_id: str) -> Found:
        """The first outcome of a visit, and its corrections."""
        return self._get(at("visit-records", record_id, "corrections"))

    def export_visit_records(self, case_id: str, file_format: str = "json", *, language: str = "en") -> bytes:
        """All that is on record about the visits of a case, for a regulator: `json` or `pdf`."""
        return self.ask(
            "GET", at("cases", case_id, "visit-record-export", format=file_format, language=language)
        ).content

    def letters(self, plan_id: str) -> list[Found]:
        """The letters of a plan, without their numbers."""
        return self._list(at("plans", plan_id, "letters"), "letters")

    def notices(self, plan_id: str) -> list[Found]:
        """The notices of a plan."""
        return self._list(at("plans", plan_id, "notices"), "notices")

    def receive_notice(self, notice_id: str, delivered_at: str, *, consented_at: str | None = None) -> Found:
        """Say that a notice was delivered.

        Args:
            notice_id: From the event `notice.issued`.
            delivered_at: When, with its offset.
            consented_at: When the borrower agreed to a shorter lead, if so.
        """
        body = given(delivered_at=delivered_at, consented_at=consented_at)
        return self._post(at("notices", notice_id, "receipt"), body)

    def links(self, plan_id: str) -> list[Found]:
        """The links of a plan, without their secrets."""
        return self._list(at("plans", plan_id, "links"), "links")

    def make_link(self, plan_id: str, shift_id: str) -> Found:
        """A crew's new link; its address is told once."""
        return self._post(at("plans", plan_id, "links"), {"shift_id": shift_id})

    def revoke_link(self, link_id: str) -> None:
        """End a link."""
        self._post(at("links", link_id, "revoke"))

    def release_link(self, link_id: str) -> None:
        """Let another browser open a crew's link."""
        self._post(at("links", link_id, "release"))

    def ask_hotline(self, number: str) -> Found:
        """Look a letter up for somebody on the telephone."""
        return self._post(at("hotline-answers"), {"number": number})

    def verify_number(self, number: str) -> Found:
        """What everybody is told about the number on a letter."""
        return self._post(at("verifications", "by-number"), {"number": number})

    def verify_code(self, code: str) -> Found:
        """What everybody is told about the code on a crew's phone."""
        return self._post(at("verifications", "by-code"), {"code": code})
