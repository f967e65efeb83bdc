"""The command `visits` as its user sees it: words in, an exit code and two streams out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from api.cli.app import cli
from scheduler.documents import read_plan, to_bytes, write_plan, write_problem, write_texts
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from tests.service import TEXTS, a_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def document(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def visits(*words: str | Path) -> Answer:
    """Run `visits` with these words in this process."""
    result = CliRunner().invoke(cli, [str(word) for word in words])
    return Answer(code=result.exit_code, out=result.stdout, err=result.stderr)


def problem_file(folder: Path, problem: Problem | None = None, name: str = "problem.json") -> Path:
    """A Problem document on disk."""
    path = folder / name
    path.write_bytes(to_bytes(write_problem(problem or a_day())))
    return path


def plan_file(folder: Path, plan: Plan, problem: Problem | None = None, name: str = "plan.json") -> Path:
    """A Plan document on disk."""
    path = folder / name
    path.write_bytes(to_bytes(write_plan(plan, (problem or a_day()).time_zone)))
    return path


def texts_file(folder: Path) -> Path:
    """The names and addresses of `tests.service.a_day` on disk."""
    path = folder / "texts.json"
    path.write_bytes(to_bytes(write_texts(TEXTS)))
    return path


def plan_at(path: Path) -> Plan:
    """A Plan document from disk."""
    return read_plan(path.read_bytes())
