"""Documents as bytes: canonical for hashing, readable for files."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.documents.plan_writer import write_plan
from scheduler.documents.problem_writer import write_problem
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem


def canonical_sha256(document: Mapping[str, Any]) -> str:
    """SHA-256 in lower-case hex over the JSON with sorted keys, without spaces, in UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def problem_sha256(problem: Problem) -> str:
    """The hash of the document that the problem was read from, else of the one that would be written."""
    return problem.document_sha256 or canonical_sha256(write_problem(problem))


def plan_sha256(plan: Plan, time_zone: ZoneInfo) -> str:
    """The hash of the Plan document in the problem's time zone, without its certificate."""
    document = write_plan(plan, time_zone)
    del document["certificate"]
    return canonical_sha256(document)
