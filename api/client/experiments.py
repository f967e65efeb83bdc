"""What if: experiments on stored days, and what they came to."""

from collections.abc import Iterator
from typing import Any

from api.client.asking import Asker, Document, Found, at, given
from api.client.jobs import ClientJob


class ExperimentCalls(Asker):
    """Asks about experiments."""

    def simulate_day(
        self,
        day: str,
        experiment: Document,
        *,
        note: str = "",
        past_days: int = 0,
        branch_id: str | None = None,
    ) -> ClientJob:
        """Ask what if, of a stored day; the job's `arguments` name the experiment.

        Args:
            day: The day.
            experiment: Its scenarios; docs/simulation.md tells how they are written.
            note: For people.
            past_days: From how many closed days times at doors and found rates are fitted; 0 takes what is assumed.
            branch_id: Whose day; needed by who sees several branches.
        """
        asked = given(day=day, experiment=experiment, note=note, past_days=past_days, branch_id=branch_id)
        return ClientJob.of(self._post(at("experiments"), asked))

    def experiments(self) -> Iterator[Found]:
        """The experiments, the newest first."""
        return self._pages("experiments", "experiments")

    def experiment(self, experiment_id: str) -> Found:
        """One experiment, with its job."""
        return self._get(at("experiments", experiment_id))

    def change_experiment(self, experiment_id: str, note: str, *, rev: int) -> Found:
        """Write something else about an experiment."""
        return self._patch(at("experiments", experiment_id), {"note": note}, rev=rev)

    def delete_experiment(self, experiment_id: str, *, rev: int) -> None:
        """Delete an experiment and its results."""
        self._change("DELETE", at("experiments", experiment_id), rev=rev)

    def experiment_tables(self, experiment_id: str, *, language: str = "en") -> dict[str, list[list[Any]]]:
        """What an experiment came to: the rows of each table by its name, each after a row of titles."""
        tables = self._list(at("experiments", experiment_id, "tables", language=language), "tables")
        return {one["name"]: [one["header"], *one["rows"]] for one in tables}

    def export_experiment(
        self, experiment_id: str, file_format: str = "xlsx", *, table: str | None = None, language: str = "en"
    ) -> bytes:
        """What an experiment came to, as a file: `xlsx`, `html`, or one `table` as `csv`."""
        asked = {"format": file_format, "table": table, "language": language}
        return self.ask("GET", at("experiments", experiment_id, "export", **asked)).content
