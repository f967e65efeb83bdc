"""The report of an experiment: one HTML file with everything in it, which asks no network for anything."""

from html import escape

from api.what_if.charts import fit
from api.what_if.charts_shown import charts_of
from api.what_if.tables import Table
from api.what_if.words import word
from scheduler.simulation.calibration import Calibration
from scheduler.simulation.experiment import Experiment
from scheduler.simulation.running import RunResult

_NOT_SHOWN = frozenset({"replications"})
_STYLE = """
body{font:16px/1.5 sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
svg{max-width:100%;height:auto;display:block;margin:.5rem 0}
table{border-collapse:collapse;font-size:.85rem;display:block;overflow-x:auto;max-height:32rem}
th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}
.note{border-left:4px solid #e69f00;padding:.3rem .8rem;background:#fff8e6}
li{margin:.3rem 0}
"""


def report_of(
    experiment: Experiment,
    run: RunResult,
    tables: tuple[Table, ...],
    fitted: Calibration | None,
    language: str,
    notes: tuple[str, ...],
) -> str:
    """The report.

    Args:
        experiment: What was asked.
        run: What it came to.
        tables: See `api.what_if.tables.all_tables`.
        fitted: What was fitted to history; None for nothing.
        language: `en` or `zh-CN`.
        notes: What a reader must know, such as which numbers are assumptions.
    """
    by_name = {table.name: table for table in tables}
    warnings = [word("simulated", language), *notes]
    warnings += [] if run.precise else [word("not_precise", language)]
    parts = [f"<h1>{escape(experiment.name)}</h1>"]
    parts += [f'<p class="note">{escape(line)}</p>' for line in warnings]
    parts.append(_answers(by_name["answers"], language))
    parts.append(_table(by_name["inputs"], language))
    parts += [_section(title, picture) for title, picture in charts_of(run, language)]
    if fitted is not None and fitted.fit:
        parts.append(_section(word("fit", language), fit(fitted, language)))
    shown = [table for table in tables if table.name not in {"answers", "inputs", *_NOT_SHOWN}]
    parts += [_table(table, language) for table in shown]
    about = f"seed {experiment.seed}, {run.scenarios[0].count} × {len(run.scenarios)}"
    parts.append(f"<h2>{escape(word('about', language))}</h2><p>{escape(about)}</p>")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(experiment.name)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _section(title: str, picture: str) -> str:
    return f"<h2>{escape(title)}</h2>{picture}"


def _answers(table: Table, language: str) -> str:
    told = "".join(f"<li>{escape(str(line))} ({escape(str(sure))})</li>" for line, sure in table.rows)
    return f"<h2>{escape(word('answers', language))}</h2><ul>{told}</ul>" if told else ""


def _table(table: Table, language: str) -> str:
    if not table.rows:
        return ""
    head = "".join(f"<th>{escape(title)}</th>" for title in table.header)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(_shown(cell))}</td>' for cell in row)}</tr>" for row in table.rows)
    return f"<h2>{escape(word(table.name, language))}</h2><table><tr>{head}</tr>{rows}</table>"


def _shown(cell: str | float | None) -> str:
    if cell is None:
        return "< 5"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)
