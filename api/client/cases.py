"""Cases, the tables that bring them in, what lists show masked, and exceptions from rules of the house."""

import secrets
from collections.abc import Iterator, Mapping

from api.client.asking import Asker, Document, Found, at, given
from api.client.jobs import ClientJob


class CaseCalls(Asker):
    """Asks about cases."""

    def cases(
        self, *, state: str | None = None, branch: str | None = None, number: str | None = None, day: str | None = None
    ) -> Iterator[Found]:
        """The cases, with masked names.

        Args:
            state: `open` or `closed`; both unless given.
            branch: The branch's code.
            number: The lender's own, of one case.
            day: On which it is said how long they are overdue; today unless given.
        """
        return self._pages("cases", "cases", state=state, branch=branch, q=number, day=day)

    def cases_of(self, words: str, *, day: str | None = None) -> list[Found]:
        """The first cases of a person, with masked names.

        Args:
            words: The whole name or phone; it is in no address.
            day: On which it is said how long they are overdue; today unless given.
        """
        found: list[Found] = self._post(at("cases:search"), given(words=words, day=day))["cases"]
        return found

    def case(self, case_id: str, *, day: str | None = None) -> Found:
        """One case, judged on a day, today unless given: what each rule says, and why."""
        return self._get(at("cases", case_id, day=day))

    def add_case(self, case: Document) -> Found:
        """Add a case; see `CaseIn` in the service's description."""
        return self._post(at("cases"), case)

    def change_case(self, case_id: str, changes: Document, *, rev: int) -> Found:
        """Change a case, or close or open it; what is left out stays."""
        return self._patch(at("cases", case_id), changes, rev=rev)

    def add_block(self, case_id: str, code: str, *, rev: int, until: str | None = None) -> Found:
        """Put a circumstance upon a case; visits that it forbids are called off at once."""
        return self._post(at("cases", case_id, "blocks"), {"code": code, "until": until}, rev=rev)

    def lift_block(self, case_id: str, block_id: str, *, rev: int) -> Found:
        """Lift a circumstance."""
        return self._change("DELETE", at("cases", case_id, "blocks", block_id), rev=rev)

    def add_consent(self, case_id: str, place_kind: str, *, is_given: bool, told_at: str, rev: int) -> Found:
        """Keep what the borrower said about a kind of place, and when."""
        body = {"place_kind": place_kind, "given": is_given, "at": told_at}
        return self._post(at("cases", case_id, "consents"), body, rev=rev)

    def reveal(self, subject: str, reason: str) -> Found:
        """Show a masked text, which leaves a line in the audit trail.

        Args:
            subject: `case:ID` or `place:ID`.
            reason: `contact`, `visit_preparation`, `wrong_address`, `complaint` or `audit`.
        """
        return self._post(at("reveals"), {"subject": subject, "reason": reason})

    def import_tables(self, files: Mapping[str, bytes], mode: str, **options: str | bool) -> Found:
        """Import tables, all of them or nothing.

        Args:
            files: The content of CSV or XLSX files by their names.
            mode: `create`, `update` or `replace`.
            options: `dry_run`, `true_on`, `branch`.

        Returns:
            What was kept, with counts and warnings.

        Raises:
            RefusedError: With every mistake, by file, row and field.
        """
        return self._send_tables(files, {"mode": mode, **options})

    def import_in_background(self, files: Mapping[str, bytes], mode: str, **options: str | bool) -> ClientJob:
        """Import tables as a job; the further option `check_addresses` asks the geocoder where they are."""
        return ClientJob.of(self._send_tables(files, {"mode": mode, "in_background": True, **options}))

    def imported(self, job_id: str) -> Found:
        """What an import in the background is answered."""
        return self._get(at("imports", "results", job_id))

    def imports(self) -> Iterator[Found]:
        """The imports that were kept, the newest first."""
        return self._pages("imports", "imports")

    def import_template(self, name: str, *, language: str = "en") -> bytes:
        """An empty table to fill in: `cases.csv`, `cases.xlsx` and so on."""
        return self.ask("GET", at("imports", "templates", name, language=language)).content

    def approvals(self) -> Iterator[Found]:
        """What somebody else has to say yes to, and what was said."""
        return self._pages("approvals", "approvals", after="after", then="next")

    def approval(self, approval_id: str) -> Found:
        """One request, and what was decided."""
        return self._get(at("approvals", approval_id))

    def ask_approval(self, subject: str, rule_id: str, *, until: str, reason: str) -> Found:
        """Ask for an exception from a rule of the house, for one case, to a last day."""
        body = {"kind": "override", "subject": subject, "rule_id": rule_id, "until": until, "reason": reason}
        return self._post(at("approvals"), body)

    def decide_approval(self, approval_id: str, *, is_granted: bool) -> Found:
        """Grant or refuse what somebody else asked for."""
        return self._post(at("approvals", approval_id, "decision"), {"is_granted": is_granted})

    def withdraw_approval(self, approval_id: str) -> Found:
        """End an exception before its last day."""
        return self._post(at("approvals", approval_id, "withdrawal"))

    def _send_tables(self, files: Mapping[str, bytes], options: Mapping[str, str | bool]) -> Found:
        boundary = secrets.token_hex(16)
        found: Found = self.ask(
            "POST",
            at("imports"),
            body=_form(boundary, files, options),
            Content_Type=f"multipart/form-data; boundary={boundary}",
        ).document
        return found


def _form(boundary: str, files: Mapping[str, bytes], options: Mapping[str, str | bool]) -> bytes:
    """A form with files, as browsers send it."""
    parts = [(f'name="{name}"', _written(value)) for name, value in options.items()]
    parts += [(f'name="files"; filename="{_in_quotes(name)}"', content) for name, content in files.items()]
    lines = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return lines + f"--{boundary}--\r\n".encode()


def _written(value: str | bool) -> bytes:  # noqa: FBT001  # an option's value, whichever it is
    return (str(value).lower() if isinstance(value, bool) else value).encode()


def _in_quotes(name: str) -> str:
    """A file's name, which cannot end its part of the form."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
