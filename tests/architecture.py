"""The rules of the house that import-linter cannot state, as functions from source text to complaints."""

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FIRST_PARTY = frozenset({"scheduler", "api", "maps", "fixtures", "benchmarks", "tests"})
LONGEST_FILE = 400
WRITTEN_BY_ALEMBIC = "api/store/migrations/versions/"  # a step is written once, by a program, and not read as a story
NAMES_THAT_SAY_NOTHING = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"})

# The folder (or module) nearest to a file says which third parties it may import.
THIRD_PARTIES: Mapping[str, frozenset[str]] = {
    "scheduler": frozenset(),
    "scheduler/rules": frozenset({"holidays"}),
    "scheduler/documents": frozenset({"pydantic", "pydantic_core"}),
    "scheduler/solver": frozenset({"ortools", "google", "numpy", "numba"}),
    "scheduler/simulation/draws": frozenset({"numpy"}),
    "scheduler/simulation/statistics": frozenset({"numpy", "scipy"}),
    "scheduler/travel": frozenset({"numpy", "osrm"}),
    "scheduler/travel/geocoding": frozenset({"geopy"}),
    "scheduler/travel/street_extract": frozenset({"numpy", "osmium"}),
    "maps": frozenset({"folium", "branca", "jinja2", "icalendar"}),
    "api": frozenset({"click", "flask", "flask_openapi3", "markupsafe", "pydantic", "tqdm", "waitress", "werkzeug"}),
    "api/jobs/dbos_engine": frozenset({"dbos"}),
    "api/rest": frozenset({"flask", "flask_openapi3", "pydantic", "pydantic_core", "werkzeug"}),
    "api/store": frozenset({"alembic", "sqlalchemy", "cryptography", "pydantic"}),
    "api/access/oidc": frozenset({"authlib", "joserfc", "requests"}),
    "api/access/passwords": frozenset({"argon2"}),
    "api/access/tries": frozenset({"limits", "werkzeug"}),
    "api/logs": frozenset({"structlog"}),
    "api/metrics": frozenset({"prometheus_client"}),
    "api/operation": frozenset({"flask", "structlog", "werkzeug"}),
    "api/store/job_engine": frozenset({"pysqlite3", "sqlalchemy"}),
    "api/papers": frozenset({"fpdf", "segno"}),
    "api/importing/workbooks": frozenset({"openpyxl"}),
    "api/what_if/executors": frozenset({"distributed"}),
    "api/what_if/workbook": frozenset({"openpyxl"}),
    "api/workbook": frozenset({"openpyxl"}),
    "fixtures": frozenset({"osmium"}),
    "benchmarks": frozenset({"click"}),
    "benchmarks/board": frozenset({"click", "flask", "playwright"}),
    "benchmarks/engines/pyvrp_model": frozenset({"numpy", "pyvrp"}),
    "benchmarks/engines/vroom_model": frozenset({"numpy", "vroom"}),
    "benchmarks/plots": frozenset({"altair"}),
    "benchmarks/scaling": frozenset({"click", "distributed"}),
}

# Inside scheduler the outside world is handed in, so that the same input gives the same plan.
FORBIDDEN_MODULES = frozenset({"secrets", "socket", "ssl", "urllib.request", "http.client", "ftplib", "smtplib"})
FORBIDDEN_NAMES = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "time.ctime",
        "os.environ",
        "os.getenv",
        "os.urandom",
        "uuid.uuid1",
        "uuid.uuid4",
    }
)
ELAPSED_TIME = frozenset({"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"})
# The limit `--seconds` is kept here: elapsed time decides when to stop, never what a plan says.
# A build of roads says how long it took.
ELAPSED_TIME_ALLOWED = ("scheduler/planning.py", "scheduler/solver/", "scheduler/travel/build.py")
# The operator's own server of roads; its address is handed in.
NETWORK_ALLOWED = frozenset({("scheduler/travel/osrm_http.py", "http.client")})
SEEDED = frozenset({"random.Random", "numpy.random.default_rng", "numpy.random.SeedSequence", "numpy.random.Philox"})

SIBLINGS = ("scheduler.checker", "scheduler.solver", "scheduler.travel")


def imported_modules(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every imported module with its line; `from a import b` gives both `a` and `a.b`, for `b` may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def third_party_complaints(path: str, source: str) -> list[str]:
    """Imports of third parties that the file's folder may not use."""
    allowed = _allowed_third_parties(path)
    tops = {(line, name.split(".")[0]) for line, name in imported_modules(parsed(source))}
    foreign = sorted((line, top) for line, top in tops if top not in sys.stdlib_module_names | FIRST_PARTY | allowed)
    return [f"{path}:{line}: may not import {top}" for line, top in foreign]


def _allowed_third_parties(path: str) -> frozenset[str]:
    stem = path.removesuffix(".py")
    folders = [folder for folder in THIRD_PARTIES if stem == folder or stem.startswith(f"{folder}/")]
    return THIRD_PARTIES[max(folders, key=len)]


def outside_world_complaints(path: str, source: str) -> list[str]:
    """Uses of the clock, of unseeded randomness, of the environment or of the network."""
    tree = parsed(source)
    modules = [
        f"{path}:{line}: imports {name}"
        for line, name in imported_modules(tree)
        if any(name == module or name.startswith(f"{module}.") for module in FORBIDDEN_MODULES)
        and (path, name) not in NETWORK_ALLOWED
    ]
    aliases = _aliases(tree)
    found = [_complaint_about(node, aliases, path) for node in ast.walk(tree)]
    return modules + [f"{path}:{line}: {what}" for line, what in filter(None, found)]


def _complaint_about(node: ast.AST, aliases: Mapping[str, str], path: str) -> tuple[int, str] | None:
    if isinstance(node, ast.Call) and not node.args and not node.keywords:
        return _complaint_about_a_bare_call(node, aliases)
    if not isinstance(node, ast.Name | ast.Attribute):
        return None
    name = _full_name(node, aliases)
    if name in FORBIDDEN_NAMES or (name in ELAPSED_TIME and not path.startswith(ELAPSED_TIME_ALLOWED)):
        return node.lineno, f"uses {name}"
    if name.startswith(("random.", "numpy.random.")) and not _is_a_seeded_generator(name):
        return node.lineno, f"uses {name}, whose state is shared and unseeded"
    return None


def _is_a_seeded_generator(name: str) -> bool:
    return name in SEEDED or name.startswith("random.Random.") or name == "numpy.random.Generator"


def _complaint_about_a_bare_call(call: ast.Call, aliases: Mapping[str, str]) -> tuple[int, str] | None:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "astimezone":
        return call.lineno, "astimezone() without a zone takes the machine's"
    name = _full_name(call.func, aliases)
    return (call.lineno, f"{name}() without a seed") if name in SEEDED else None


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Local name -> full name, of everything that the module imports."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _full_name(node: ast.AST, aliases: Mapping[str, str]) -> str:
    if isinstance(node, ast.Name):
        return aliases.get(node.id, "")
    if isinstance(node, ast.Attribute):
        before = _full_name(node.value, aliases)
        return f"{before}.{node.attr}" if before else ""
    return ""


def sibling_complaints(path: str, source: str) -> list[str]:
    """Imports between checker, solver and travel, which must not share code."""
    own = next(
        (name for name in SIBLINGS if f"{path.removesuffix('.py')}/".startswith(f"{name.replace('.', '/')}/")), None
    )
    if own is None:
        return []
    others = tuple(name for name in SIBLINGS if name != own)
    return [
        f"{path}:{line}: imports {name}"
        for line, name in imported_modules(parsed(source))
        if any(name == other or name.startswith(f"{other}.") for other in others)
    ]


def docstring_complaints(path: str, source: str) -> list[str]:
    """A module that does not say what it is for."""
    return [] if ast.get_docstring(parsed(source)) else [f"{path}:1: has no docstring"]


def length_complaints(path: str, source: str) -> list[str]:
    """A file that holds more than one idea."""
    lines = source.count("\n")
    is_too_long = lines > LONGEST_FILE and not path.startswith(WRITTEN_BY_ALEMBIC)
    return [f"{path}: {lines} lines, at most {LONGEST_FILE}"] if is_too_long else []


def name_complaints(path: str, _source: str = "") -> list[str]:
    """A module or package whose name says nothing."""
    parts = Path(path).with_suffix("").parts
    return [f"{path}: the name {part} says nothing" for part in parts if part in NAMES_THAT_SAY_NOTHING]


@cache
def parsed(source: str) -> ast.Module:
    """The syntax tree; cached because several rules read each file."""
    return ast.parse(source)
