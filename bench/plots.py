"""The pictures of docs/matching.md, drawn from results; the same results give the same files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

FOLDER = Path(__file__).parents[1] / "docs" / "figures"
SCENARIOS = ("std", "scarce", "ties")
OURS, PEER, SECOND, GREY = "#2a6f97", "#e07a3f", "#5b8e55", "#888888"
STYLE = {"svg.hashsalt": "bothways", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9,
         "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}  # fmt: skip
Runs = Mapping[str, Mapping[str, Any]]


def draw_all(figures: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw what the results are there for."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        for name, (source, draw) in PLOTS.items():
            runs = figures.get(source, {}).get("runs", {})
            measured = {run: result for run, result in runs.items() if "skipped" not in result}
            if measured:
                picture = Figure(figsize=(6.4, 2.9), layout="constrained")
                draw(picture, measured)
                picture.savefig(FOLDER / f"{name}.svg", metadata={"Date": None, "Creator": None})


def _round_cost(picture: Any, runs: Runs) -> None:
    axes = picture.subplots()
    names = sorted(runs, key=lambda name: runs[name]["cpu"])
    axes.barh(
        [_plain(name) for name in names],
        [runs[name]["cpu"] for name in names],
        color=[PEER if name.startswith("mentor-match") else OURS for name in names],
    )
    for row, name in enumerate(names):
        axes.annotate(f" {runs[name]['cpu']:.3g} s", (runs[name]["cpu"], row), va="center")
    axes.set_xscale("log")
    axes.set_xlabel("CPU seconds of a whole round (log scale)")
    axes.set_xlim(right=4 * max(run["cpu"] for run in runs.values()))


def _assignment(picture: Any, runs: Runs) -> None:
    axes = picture.subplots()
    for offset, solver, color in ((-0.2, "auction", OURS), (0.2, "OR-tools", PEER)):
        places = [place for place, name in enumerate(SCENARIOS) if f"{name}: {solver}" in runs]
        seconds = [runs[f"{SCENARIOS[place]}: {solver}"]["cpu"] for place in places]
        bars = axes.bar([place + offset for place in places], seconds, 0.36, color=color, label=solver)
        axes.bar_label(bars, [f"{value:.3g} s" for value in seconds])
    axes.set_yscale("log")
    axes.margins(y=0.2)
    axes.set_xticks(range(len(SCENARIOS)), SCENARIOS)
    axes.set_ylabel("CPU seconds (log scale)")
    axes.legend(frameon=False)


def _price_rounds(picture: Any, runs: Runs) -> None:
    """How total and price rounds go on, in per cent of the bound."""
    served, short = picture.subplots(1, 2)
    for scenario, color in zip(SCENARIOS, (OURS, PEER, SECOND), strict=True):
        if scenario in runs:
            facts = runs[scenario]["facts"]
            numbers = range(1, len(facts["rounds"]) + 1)
            bids = [one[1] / facts["learners"] for one in facts["rounds"]]
            left = [100 * (1 - one[4] / facts["upper_bound"]) for one in facts["rounds"]]
            served.plot(numbers, bids, ".-", color=color, label=scenario)
            short.plot(numbers, left, ".-", color=color, label=scenario)
    served.set_ylabel("bids in the round, for each learner")
    short.set_ylabel("total below the bound, %")
    short.axhline(0.1, color=GREY, linewidth=0.8, linestyle=":")
    for axes in (served, short):
        axes.set_yscale("log")
        axes.set_xscale("log")
        axes.set_xlabel("round (log scale)")
    served.legend(frameon=False)


def _prices(picture: Any, runs: Runs) -> None:
    axes = picture.subplots()
    for scenario, color in zip(SCENARIOS, (OURS, PEER, SECOND), strict=True):
        if scenario in runs:
            prices = runs[scenario]["facts"]["prices"]
            share = [100 * place / (len(prices) - 1) for place in range(len(prices))]
            axes.plot(share, prices, color=color, label=scenario)
    axes.set_xlabel("teachers, the dearest first, %")
    axes.set_ylabel("price of a place, basis points")
    axes.legend(frameon=False)


def _one_person(picture: Any, runs: Runs) -> None:
    axes = picture.subplots()
    (run,) = runs.values()
    axes.plot(run["facts"]["found_percentiles"][:100], range(100), color=SECOND, label="found")
    axes.plot(run["facts"]["percentiles"][:100], range(100), color=OURS, label="found and explained")
    axes.legend(frameon=False)
    axes.axvline(1, color=GREY, linewidth=0.8, linestyle=":")
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds for the best ten of 100,000 (log scale; dotted: the goal)")
    axes.set_ylabel("questions answered, %")


def _plain(name: str) -> str:
    return name.replace("_", " ")


PLOTS: Mapping[str, tuple[str, Callable[[Any, Runs], None]]] = {
    "round": ("round", _round_cost),
    "assignment": ("assignment", _assignment),
    "price-rounds": ("anatomy", _price_rounds),
    "prices": ("anatomy", _prices),
    "one-person": ("one-person", _one_person),
}
