"""The engines that are measured, each with its best documented settings."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import cast

from benchmarks.engines.answer import Answer, NoAnswer, Task

__all__ = ["ENGINES", "OWN", "Answer", "Engine", "NoAnswer", "Task", "Trial"]

type Trial = tuple[tuple[str, float], ...]

ROOT = Path(__file__).parents[2]
OWN_SOURCES = ("scheduler/solver", "scheduler/planning.py", "benchmarks/engines/own.py")
PEER_SOURCES = ("benchmarks/engines/fleet.py", "benchmarks/engines/objections.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine.

    Attributes:
        name: In commands and tables.
        title: For readers.
        settings: A sentence on how it is run.
        package: The distribution it is made of.
        module: Holds `solve`; a peer's module needs its package, so it is imported where it runs.
        solve: The function's name.
        prepare: The name of a function that does once what counts towards no limit.
        sources: What its results depend on in this repository, beside the package.
        processes: So many run side by side, each with a seed of its own; the best answer counts.
        trial: Names and values of our search's constants to try in place of its own.
    """

    name: str
    title: str
    settings: str
    package: str
    module: str
    sources: tuple[str, ...]
    solve: str = "solve"
    prepare: str | None = None
    processes: int = 1
    trial: Trial = ()

    def load(self) -> Callable[[Task], Answer | NoAnswer]:
        """Get it ready in this process; the function solves a task.

        Raises:
            ImportError: Its package is not installed.
        """
        module = import_module(self.module)
        if self.prepare:
            getattr(module, self.prepare)()
        for constant, value in self.trial:
            module.try_constant(constant, value)
        return cast("Callable[[Task], Answer | NoAnswer]", getattr(module, self.solve))

    @property
    def is_installed(self) -> bool:
        """Whether its package is here."""
        try:
            version(self.package)
        except PackageNotFoundError:
            return False
        return True

    @property
    def code_version(self) -> str:
        """Changes with the package and with the sources here: runs of the same version need not be repeated."""
        digest = hashlib.sha256()
        for source in self.sources:
            path = ROOT / source
            for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
                digest.update(file.read_bytes())
        tried = "".join(f"+{constant}={value:g}" for constant, value in self.trial)
        return f"{version(self.package)}+{digest.hexdigest()[:10]}{tried}"


OWN = ("ours", "ortools")
ENGINES: Mapping[str, Engine] = {
    engine.name: engine
    for engine in (
        Engine(
            name="ours",
            title="ours",
            settings="`visits plan` as it is: ruin and recreate on all cores, recombination, OR-Tools routing model.",
            package="ortools",
            module="benchmarks.engines.own",
            solve="solve_whole",
            prepare="compile_search",
            sources=OWN_SOURCES,
        ),
        Engine(
            name="ortools",
            title="OR-Tools",
            settings="`visits plan --engine ortools`: our OR-Tools routing model alone, guided local search from a "
            "first solution by regret insertion (its own first solutions take half a minute at 300 visits). "
            "Single-threaded.",
            package="ortools",
            module="benchmarks.engines.own",
            solve="solve_model_alone",
            sources=OWN_SOURCES,
        ),
        Engine(
            name="pyvrp",
            title="PyVRP",
            settings="Default parameters, `MaxRuntime`; single-threaded, so two seeds in two processes at once, the "
            "better kept. Places and windows of a visit are clients of one mutually exclusive group, penalties are "
            "prizes, crews are vehicle types with profiles in which the arcs they may not use are forbidden.",
            package="pyvrp",
            module="benchmarks.engines.pyvrp_model",
            sources=("benchmarks/engines/pyvrp_model.py", *PEER_SOURCES),
            processes=2,
        ),
        Engine(
            name="vroom",
            title="VROOM",
            settings="Exploration level 5 (the most), all cores by `nb_threads`, the limit as `timeout`; it stops by "
            "itself when done.",
            package="pyvroom",
            module="benchmarks.engines.vroom_model",
            sources=("benchmarks/engines/vroom_model.py", *PEER_SOURCES),
        ),
    )
}
