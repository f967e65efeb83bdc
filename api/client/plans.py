"""Plans: kept, checked, changed by hand, published, taken along; and new ones asked for."""

from collections.abc import Sequence

from api.client.asking import Asker, Document, Found, at, given
from api.client.jobs import ClientJob


class PlanCalls(Asker):
    """Asks about plans."""

    def plans(self, *, day: str | None = None, state: str | None = None) -> list[Found]:
        """The stored plans, the latest day first."""
        return list(self._pages("plans", "plans", day=day, state=state))

    def plan(self, plan_id: str) -> Found:
        """A stored Plan document."""
        return self._get(at("plans", plan_id))

    def keep_plan(self, problem: Document, plan: Document, texts: Document | None = None) -> Found:
        """Keep a plan that was made elsewhere, as a draft.

        Args:
            problem: What it was made for.
            plan: The Plan document.
            texts: Names and addresses, a `visit-texts/1` document.
        """
        return self._post(at("plans"), given(problem=problem, plan=plan, texts=texts))

    def check_documents(self, problem: Document, plan: Document) -> Found:
        """What the checker says of a plan that is not kept."""
        return self._post(at("plans:check"), {"problem": problem, "plan": plan})

    def certificate(self, plan_id: str) -> Found:
        """The proof of a plan."""
        return self._get(at("plans", plan_id, "certificate"))

    def difference(self, plan_id: str, against: str) -> Found:
        """What is different in a plan from the one that `against` names."""
        return self._get(at("plans", plan_id, "difference", against=against))

    def check_plan(self, plan_id: str, *, rev: int) -> Found:
        """Have the checker judge a draft, which is then `checked`."""
        return self._post(at("plans", plan_id, "check"), rev=rev)

    def judge_edits(self, plan_id: str, edits: Sequence[Document]) -> Found:
        """What the checker would say of changes by hand; nothing is kept."""
        return self._post(at("plans", plan_id, "edits", "judge"), {"edits": edits})

    def edit_plan(self, plan_id: str, edits: Sequence[Document], *, rev: int) -> Found:
        """Change a plan by hand: the new draft, and what is different."""
        return self._post(at("plans", plan_id, "edits"), {"edits": edits}, rev=rev)

    def publish_plan(self, plan_id: str, *, rev: int, accept_estimate: bool = False) -> Found:
        """Let people follow a checked plan.

        Args:
            plan_id: The plan.
            rev: As it was seen.
            accept_estimate: Also where its travel times are estimated.
        """
        return self._post(at("plans", plan_id, "publish"), {"accept_estimate": accept_estimate}, rev=rev)

    def close_plan(self, plan_id: str, *, rev: int) -> Found:
        """End the day of a plan."""
        return self._post(at("plans", plan_id, "close"), rev=rev)

    def map_data(self, plan_id: str) -> list[Found]:
        """The routes as points."""
        return self._list(at("plans", plan_id, "map-data"), "routes")

    def export_plan(
        self, plan_id: str, file_format: str, *, shift_id: str | None = None, language: str = "en"
    ) -> bytes:
        """The routes, or one crew's, as a file: `csv`, `gpx`, `ics`, `pdf` or `xlsx`."""
        asked = {"format": file_format, "shift_id": shift_id, "language": language}
        return self.ask("GET", at("plans", plan_id, "export", **asked)).content

    def print_papers(self, plan_id: str, kind: str, *, visit_id: str | None = None, language: str = "en") -> bytes:
        """The papers of a published plan as one PDF: every `letter`, `notice` or `card`, or those of one visit."""
        asked = {"kind": kind, "visit_id": visit_id, "language": language}
        return self.ask("GET", at("plans", plan_id, "papers", **asked)).content

    def compute(
        self, problem: Document | bytes, *, seconds: int = 30, seed: int = 0, branch_id: str | None = None
    ) -> ClientJob:
        """Ask for a plan of a Problem document; nothing stays with the service but the job and its result."""
        return ClientJob.of(self._post(at("plans:compute", seconds=seconds, seed=seed, branch_id=branch_id), problem))

    def plan_day(self, day: str, *, seconds: int = 30, seed: int = 0, branch_id: str | None = None) -> ClientJob:
        """Ask for a draft plan of a stored day, `YYYY-MM-DD`; the branch is needed by who sees several."""
        asked = given(kind="plan", day=day, seconds=seconds, seed=seed, branch_id=branch_id)
        return ClientJob.of(self._post(at("jobs"), asked))

    def plan_week(self, day: str, *, days: int = 7, seconds: int = 90, branch_id: str | None = None) -> ClientJob:
        """Ask for drafts of the stored days from `day` on, planned together."""
        asked = given(day=day, days=days, seconds=seconds, branch_id=branch_id)
        return ClientJob.of(self._post(at("weeks"), asked))

    def week(self, job_id: str) -> Found:
        """The days of a planned week, with the ids of their plans."""
        return self._get(at("weeks", job_id))

    def found_rates(self, *, branch: str | None = None) -> Found:
        """How often visits met somebody, and whether plans weigh it; a branch's code is needed by who sees several."""
        return self._get(at("found-rates", branch=branch))

    def weigh_found_rates(self, *, on: bool, branch: str | None = None) -> Found:
        """Have a branch's plans weigh how often visits met somebody from now on, or not."""
        return self._change("PUT", at("found-rates"), given(on=on, branch=branch))
