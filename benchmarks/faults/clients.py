"""Programs that write by the interface, and remember what they were told."""

import http.client
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count

from api.client import Answer, RefusedError, VisitsClient
from benchmarks.faults import writes
from benchmarks.faults.lawful_day import crew_of, documents_of
from benchmarks.faults.writes import Write

REPLAYED = "idempotent-replayed"
_PATIENCE_SECONDS = 30.0


@dataclass(kw_only=True)
class Program:
    """One of them: it goes from write to write, and sends one again for which no answer came.

    Attributes:
        prefix: Of all codes that it gives.
        token: Who it is.
        eligible: Codes of cases that may be visited, each once.
        acknowledged: The ledger: writes that were answered.
        unanswered: The write for which no answer came, None when all were answered or nothing was sent.
        was_there: Whether that write was found in the store after the service was killed.
        resent: How often a write was sent again, by whether it had been there.
        surprises: Answers that should not have been.
    """

    prefix: str
    token: str
    eligible: Sequence[str]
    acknowledged: list[Write] = field(default_factory=list)
    unanswered: Write | None = None
    was_there: bool = False
    resent: Counter[bool] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Think of the first write."""
        self._life = self._days()
        self._next = next(self._life)

    def work(self, address: str, on_answer: Callable[[], None]) -> None:
        """Write until the service answers no more.

        Args:
            address: Where it listens.
            on_answer: Told after each acknowledgement.
        """
        client = VisitsClient(address, token=self.token, timeout_seconds=_PATIENCE_SECONDS)
        while not self.surprises:
            write = self._next
            try:
                answer = write.send(client)
            except RefusedError as refused:
                if refused.status != HTTPStatus.SERVICE_UNAVAILABLE:  # busy: nothing was done, so it is asked again
                    self.surprises.append(f"{write.kind}: {refused.status} {refused.problem}")
                continue
            except (OSError, http.client.HTTPException):
                self.unanswered = write
                return
            self._take(write, answer)
            on_answer()

    def _take(self, write: Write, answer: Answer) -> None:
        is_replayed = REPLAYED in answer.headers
        if self.unanswered is write:
            self.resent[self.was_there] += 1
        expected = self.unanswered is write and self.was_there
        if is_replayed != expected:
            self.surprises.append(f"{write.kind}: replayed {is_replayed} where {expected} was expected")
        self.unanswered = None
        self.acknowledged.append(write)
        self._next = self._life.send(answer)

    def _days(self) -> Generator[Write, Answer, None]:
        """Cases and circumstances for ever; plans, from their making to the end of their day, while cases last."""
        for number in count():
            case = yield writes.new_case(f"{self.prefix}-new-{number}")
            yield writes.block_upon(case)
            if number < len(self.eligible):
                yield from self._plan(self.eligible[number])

    def _plan(self, code: str) -> Generator[Write, Answer, None]:
        saved = yield writes.saved_plan(*documents_of(code, self.prefix))
        checked = yield writes.check_of(saved)
        published = yield writes.publication_of(checked)
        plan_id = published.document["id"]
        yield writes.link_of(plan_id)
        record = yield writes.check_in(plan_id, code, crew_of(self.prefix))
        yield writes.outcome_of(record)
        yield writes.closing_of(plan_id, f'"{published.document["rev"] + 1}"')  # the check-in let it run
