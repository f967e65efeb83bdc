"""The results of a stored experiment, as tables and files."""

from dataclasses import dataclass
from functools import cached_property

from api.errors import Refusal
from api.store import Unit, experiments
from api.store.experiments import StoredExperiment
from api.what_if.asking import refuse_unfit
from api.what_if.kept_document import KeptDocument
from api.what_if.report import report_of
from api.what_if.tables import Table, all_tables
from api.what_if.validation import validation_table
from api.what_if.words import calibration_notes
from api.what_if.workbook import workbook_of
from scheduler.simulation.experiment import Experiment
from scheduler.simulation.running import RunResult


@dataclass(frozen=True, kw_only=True)
class StoredResults:
    """What a stored experiment came to.

    Attributes:
        experiment: What was asked.
        kept: What it came to.
        language: Of words, `en` or `zh-CN`.
    """

    experiment: Experiment
    kept: KeptDocument
    language: str

    @property
    def run(self) -> RunResult:
        """Its results."""
        return self.kept.run

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """All of them, the answers first; cells under five visits are not shown."""
        tables = all_tables(self.experiment, self.run, self.language)
        return (*tables, validation_table(self.kept.replays, self.language))

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the numbers of behaviour come from."""
        return calibration_notes(self.kept.fitted, self.language)

    def table(self, name: str) -> Table | None:
        """One of them, None where there is none of this name."""
        return next((one for one in self.tables if one.name == name), None)

    def workbook(self) -> bytes:
        """All tables as XLSX."""
        return workbook_of(self.tables)

    def report(self) -> str:
        """One HTML file with everything in it."""
        return report_of(self.experiment, self.run, self.tables, self.kept.fitted, self.language, self.notes)


def results_of(unit: Unit, stored: StoredExperiment, language: str) -> StoredResults:
    """Read what an experiment came to.

    Raises:
        Refusal: 409 where it has not ended, or ended without results.
    """
    content = experiments.results(unit, stored.id)
    if content is None:
        if stored.job.state.is_final:
            raise Refusal(409, "no_results", "The experiment ended without results.")
        raise Refusal(409, "job_unfinished", "The experiment has not ended.")
    return StoredResults(experiment=refuse_unfit(stored.document), kept=KeptDocument.read(content), language=language)
