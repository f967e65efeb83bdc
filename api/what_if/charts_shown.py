"""Which charts of an experiment there are, each under its title."""

from api.what_if import charts
from api.what_if.words import word
from scheduler.simulation.running import RunResult

_FIGURE = "attempted"
_FOREST = ("attempted", "contacts", "share_a_attempted", "finish_mean_minutes", "travel_minutes")


def charts_of(run: RunResult, language: str) -> tuple[tuple[str, str], ...]:
    """Title and SVG of every chart that has something to show."""
    results = run.scenarios
    pictures = (
        ("curve", charts.capacity_curve(results, _FIGURE, language)),
        ("tornado", charts.tornado(results, _FIGURE, language)),
        ("forest", charts.forest(results, _FOREST, language)),
        ("heat", charts.heat(results[0], language)),
        ("maps", charts.maps(results[0], language)),
        ("finish", charts.finish_times(results, language)),
        ("ends", charts.ends(results, language)),
        ("fan", charts.backlog_fan(results, language)),
        ("cost", charts.cost_and_service(results, language)),
        ("reasons", charts.reasons(results, language)),
    )
    return tuple((word(title, language), picture) for title, picture in pictures if picture)
