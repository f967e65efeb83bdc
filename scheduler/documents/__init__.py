"""Problem, Plan and Texts as JSON documents: read strictly with all faults at once, written stably, hashed."""

from scheduler.documents.hashing import canonical_sha256, plan_sha256, problem_sha256
from scheduler.documents.layout import to_bytes
from scheduler.documents.plan_reader import read_plan
from scheduler.documents.plan_writer import write_plan
from scheduler.documents.problem_reader import read_problem
from scheduler.documents.problem_writer import write_problem
from scheduler.documents.strict_json import parse_json
from scheduler.documents.texts import read_texts, write_texts

__all__ = [
    "canonical_sha256",
    "parse_json",
    "plan_sha256",
    "problem_sha256",
    "read_plan",
    "read_problem",
    "read_texts",
    "to_bytes",
    "write_plan",
    "write_problem",
    "write_texts",
]
