"""What is sent and answered about experiments."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.rest.answers import Language, Strict
from api.rest.job_models import BranchId, Day, JobView, view_of
from api.rest.lists import ID_PATTERN
from api.store.experiments import StoredExperiment
from api.what_if.tables import Table

MOST_SIGNS = 4_000
MOST_PAST_DAYS = 60
type Cell = str | float | int | None
Note = Annotated[
    str,
    Field(max_length=MOST_SIGNS, pattern=r"^[^\x00]*$", description="For people; it is kept encrypted."),
]


class NewExperiment(Strict):
    """An experiment on a stored day."""

    day: Day
    experiment: dict[str, Any] = Field(
        description="A visits-experiment/1 document (docs/simulation.md) without `problem` and `history`."
    )
    note: Note = ""
    past_days: int = Field(
        default=0,
        ge=0,
        le=MOST_PAST_DAYS,
        strict=True,
        description="From how many closed days times at doors and found rates are fitted; 0 takes what is assumed.",
    )
    branch_id: BranchId | None = None


class ExperimentChange(Strict):
    """What shall be otherwise."""

    note: Note


class ExperimentPath(BaseModel):
    """Where one experiment stands."""

    experiment_id: str = Field(description="The experiment's id.")


class TablesQuery(Strict):
    """In which words."""

    language: Language = "zh-CN"


class ExportQuery(TablesQuery):
    """Which file."""

    format: Literal["csv", "xlsx", "html"] = "xlsx"
    table: str = Field(default="scenarios", max_length=64, description="For `csv`: which table.")


class ExperimentView(BaseModel):
    """An experiment as people see it."""

    id: str = Field(description="The experiment's id.", pattern=ID_PATTERN)
    day: str = Field(description="The stored day.", json_schema_extra={"format": "date"})
    experiment: dict[str, Any] = Field(description="The document as it was sent.")
    note: str = Field(description="For people.")
    made_at: datetime = Field(description="When it was asked for.")
    job: JobView = Field(description="How far it is.")
    rev: int

    @classmethod
    def of(cls, stored: StoredExperiment) -> "ExperimentView":
        """From the store's."""
        return cls(
            id=stored.id,
            day=stored.day.isoformat(),
            experiment=dict(stored.document),
            note=stored.note,
            made_at=stored.made_at,
            job=view_of(stored.job),
            rev=stored.rev,
        )


class ExperimentList(BaseModel):
    """The newest first."""

    experiments: list[ExperimentView]
    next_cursor: str | None


class TableView(BaseModel):
    """A table."""

    name: str = Field(description="As in exports.")
    header: list[str] = Field(description="Titles of the columns.")
    rows: list[list[Cell]] = Field(description="Cells; null where fewer than five visits stand behind one.")

    @classmethod
    def of(cls, table: Table) -> "TableView":
        """From the table; what is infinite is null too, because JSON knows no such number."""
        return cls(name=table.name, header=list(table.header), rows=[list(row) for row in table.finite_rows()])


class TablesAnswer(BaseModel):
    """All tables of an experiment, the answers first."""

    tables: list[TableView]
