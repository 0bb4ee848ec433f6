"""The report: a table with confidence intervals, differences pair by pair, pictures, and what it does not show."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chunshui.matching.simulate.measures import GROUPS, Interval, Measures, interval
from chunshui.matching.simulate.policies import Policy, Rules
from chunshui.matching.simulate.run import Results
from chunshui.matching.simulate.world import Shape

OURS, NEAREST, BROADCAST = "ours", "nearest-five", "broadcast"


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    name: str
    percent: bool = False
    digits: int = 1


COLUMNS = (
    Column("served", "served", percent=True),
    Column("priority 4 served", "gravest", percent=True),
    Column("messages per visit", "messages", digits=2),
    Column("too late, per visit", "sorry", digits=2),
    Column("hours waited, mean", "waited_hours"),
    Column("slowest tenth", "waited_long"),
    Column("known person came", "continuity", percent=True),
    Column("km", "kilometres", digits=2),
    Column("busiest tenth's share", "top_tenth", percent=True),
    Column("Gini", "gini", digits=3),
    Column("people who helped", "helpers", percent=True),
    Column("silenced at the end", "silenced", percent=True),
)


@dataclass(frozen=True, slots=True)
class Target:
    words: str
    reached: bool


def write(folder: Path, results: Results, chosen: Sequence[Policy], shape: Shape, rules: Rules) -> list[Path]:
    """REPORT.md and, where matplotlib is installed, its pictures. Returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = draw(folder, results, chosen)
    page = folder / "REPORT.md"
    page.write_text(markdown(results, chosen, shape, rules, [picture.name for picture in pictures]), encoding="utf-8")
    return [page, *pictures]


def markdown(results: Results, chosen: Sequence[Policy], shape: Shape, rules: Rules, pictures: Sequence[str]) -> str:
    seeds = len(next(iter(results.values())))
    parts = [
        "# Fourteen days, simulated" if shape.days == 14 else f"# {shape.days} days, simulated",
        f"{shape.people:,} volunteers who can be reached, {shape.orders:,} orders over {shape.days} days, {seeds} seeds, common random numbers. "
        "Means with 95 % confidence intervals over the seeds.",
        table(results, chosen),
        _differences(results, chosen),
        _groups(results, chosen),
        "\n".join(f"- {target.words}: {'reached' if target.reached else '**missed**'}" for target in targets(results)),
        _promises(results),
        "Rules of ours: " + rules_in_words(rules),
        "\n".join(f"![{name.removesuffix('.svg')}]({name})" for name in pictures),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def rules_in_words(rules: Rules) -> str:
    weights = rules.weights
    ladder = ", ".join(f"{100 * step:.0f}" for step in rules.ladder)
    return (
        f"aim {ladder} % by wave; {rules.price} milli-units a message; rest of {rules.rest_ticks / 2:g} waking hours; weights: distance "
        f"{weights.distance}, load {weights.load}, acceptance {weights.acceptance}, familiarity {weights.familiarity}, messages {weights.messages}, "
        f"skill surplus {weights.skill_surplus}, newcomer {weights.newcomer}; empty place {', '.join(str(each) for each in weights.unserved)}."
    )


def table(results: Results, chosen: Sequence[Policy]) -> str:
    head = ["policy", *(column.title for column in COLUMNS)]
    rows = [[policy.title, *(_cell(results[policy.name], column) for column in COLUMNS)] for policy in chosen]
    return _grid(head, rows)


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _cell(measured: Sequence[Measures], column: Column) -> str:
    return _words(interval([getattr(one, column.name) for one in measured]), column)


def _words(found: Interval, column: Column) -> str:
    scale, unit = (100.0, " %") if column.percent else (1.0, "")
    spread = "" if found.half != found.half else f" ±{scale * found.half:.{max(1, column.digits)}f}"
    return f"{scale * found.mean:.{column.digits}f}{spread}{unit}"


def _differences(results: Results, chosen: Sequence[Policy]) -> str:
    """Seed by seed, ours minus the other: common random numbers make these far surer than the two means."""
    if OURS not in results:
        return ""
    shown = [column for column in COLUMNS if column.name in ("served", "gravest", "messages", "waited_hours", "continuity", "top_tenth")]
    rows = []
    for policy in chosen:
        if policy.name == OURS:
            continue
        pairs = list(zip(results[OURS], results[policy.name], strict=True))
        gaps = [[getattr(ours, column.name) - getattr(other, column.name) for ours, other in pairs] for column in shown]
        rows.append([policy.title, *(_signed(interval(gap), column) for gap, column in zip(gaps, shown, strict=True))])
    return "Ours minus the other, seed by seed:\n\n" + _grid(["against", *(column.title for column in shown)], rows) if rows else ""


def _signed(found: Interval, column: Column) -> str:
    words = _words(found, column).replace(" %", " points")
    return words if found.mean < 0 else f"+{words}"


def _groups(results: Results, chosen: Sequence[Policy]) -> str:
    column = Column("", "", percent=True)
    rows = [[policy.title, *(_words(interval([one.groups[at] for one in results[policy.name]]), column) for at in range(3))] for policy in chosen]
    return "Served, by community (volunteers for each order):\n\n" + _grid(["policy", *GROUPS], rows)


def _promises(results: Results) -> str:
    if OURS not in results:
        return ""
    kept = interval([one.kept_promise for one in results[OURS]])
    return f"Of waves for one place, {kept.mean:.2f} times as many were filled as the chances promised (1.00 would be exact)."


def targets(results: Results) -> list[Target]:
    """The promises of the issue, as far as their policies were played."""
    if not {OURS, NEAREST, BROADCAST} <= set(results):
        return []
    mean = {name: {column.name: interval([getattr(one, column.name) for one in results[name]]).mean for column in COLUMNS} for name in results}
    ours, best = mean[OURS], max(mean[NEAREST]["served"], mean[BROADCAST]["served"])
    times = ours["continuity"] / mean[NEAREST]["continuity"]
    against = f"{100 * ours['served']:.1f} against {100 * best:.1f} %"
    return [
        Target(f"served at least as many as the better of nearest five and broadcast ({against})", ours["served"] >= best),
        Target(f"at most 4.5 messages per visit ({ours['messages']:.2f})", ours["messages"] <= 4.5),
        Target(f"a known person comes at least twice as often as with nearest five ({times:.1f} times)", times >= 2),
        Target(f"the busiest tenth makes at most 45 % of the visits ({100 * ours['top_tenth']:.1f} %)", ours["top_tenth"] <= 0.45),
    ]


def draw(folder: Path, results: Results, chosen: Sequence[Policy]) -> list[Path]:
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        sys.stderr.write("matplotlib is not installed: the report has no pictures (pip install matplotlib)\n")
        return []
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "chunshui", "font.size": 9})
    made = []
    for name, across, up in (("served-messages", "messages", "served"), ("load-continuity", "top_tenth", "continuity")):
        figure = Figure(figsize=(6.4, 3.8), layout="constrained")
        _scatter(figure.add_subplot(), results, chosen, across, up)
        path = folder / f"{name}.svg"
        figure.savefig(path, metadata={"Date": None, "Creator": None})
        made.append(path)
    return made


def _scatter(axes: Any, results: Results, chosen: Sequence[Policy], across: str, up: str) -> None:
    """A dot with its confidence intervals for each policy; many messages need a logarithmic axis."""
    titles = {column.name: column.title for column in COLUMNS}
    for policy in chosen:
        x, y = (interval([getattr(one, name) for one in results[policy.name]]) for name in (across, up))
        colour = "#b3261e" if policy.name == OURS else "#4a5560"
        spread = {} if x.half != x.half else {"xerr": x.half, "yerr": y.half}
        axes.errorbar(x.mean, y.mean, fmt="o", color=colour, capsize=3, **spread)
        axes.annotate(policy.title.split(":")[0], (x.mean, y.mean), textcoords="offset points", xytext=(6, 5), color=colour, fontsize=8)
    if across == "messages":
        axes.set_xscale("log")
    axes.margins(x=0.25, y=0.15)
    axes.set_xlabel(titles[across])
    axes.set_ylabel(titles[up])
    axes.grid(alpha=0.25)
