"""All figures, the most important first, each with what it is expected to show."""

from dataclasses import replace

from bench.figure import Figure, Goal, Results, Run

FULL, MILLION = 100_000, 1_000_000
SCENARIOS = ("std", "scarce", "ties")
SPEED = {"std": 15.0, "scarce": 2.0, "ties": 1.0}
ENOUGH_OF_FLOW = 0.99999


def _round(scenario: str, people: int = FULL) -> Run:
    return Run(f"{scenario} {people:,}", "rounds.whole", {"people": people, "scenario": scenario})


def _all_gaps(results: Results) -> bool:
    gaps = [sample.facts["gap_percent"] for sample in results.values() if "gap_percent" in sample.facts]
    return len(gaps) >= len(SCENARIOS) and max(gaps) <= 0.1


def _flow_goal(scenario: str) -> Goal:
    def is_met(results: Results) -> bool:
        ours, flow = results[f"{scenario}: auction"], results[f"{scenario}: OR-tools"]
        return ours.facts["total"] >= ENOUGH_OF_FLOW * flow.facts["total"] and flow.cpu >= SPEED[scenario] * ours.cpu

    speed = f"{SPEED[scenario]:g} times its speed" if SPEED[scenario] > 1 else "no slower"
    return Goal(f"{scenario}: 99.999 % or more of the flow's total, {speed}", is_met)


def _share(results: Results, ours: str, theirs: str) -> float:
    return float(results[ours].facts["total"]) / float(results[theirs].facts["total"])


def _bounded(results: Results, ours: str, percent: float) -> bool:
    gap = results[ours].facts["gap_percent"]
    return gap is not None and gap <= percent


ROUND = Figure(
    "round",
    "A whole round: index, lists, auction, price rounds, certificate",
    [
        *(_round(scenario) for scenario in SCENARIOS),
        Run("mentor-match 1,000", "peers.mentor_match", {"people": 1_000, "scenario": "std"}),
        _round("std", 10_000),
        _round("std", 1_000),
    ],
    [
        Goal("certified gap of 0.1 % or less on all", _all_gaps),
        Goal(
            "std 100,000 in no more CPU time than mentor-match takes for 1,000",
            lambda results: results["std 100,000"].cpu <= results["mentor-match 1,000"].cpu,
        ),
        Goal("400 MB or less on std", lambda results: results["std 100,000"].memory <= 400),
    ],
    ("learners", "matched", "gap_percent", "solver"),
)
ASSIGNMENT = Figure(
    "assignment",
    "The assignment alone, over the same pairs",
    [
        Run(f"{scenario}: {name}", f"assignment.{case}", {"people": FULL, "scenario": scenario})
        for scenario in SCENARIOS
        for name, case in (("auction", "ours"), ("OR-tools", "flow"))
    ],
    [_flow_goal(scenario) for scenario in SCENARIOS],
    ("edges", "matched", "total"),
)
ONE_PERSON = Figure(
    "one-person",
    "The best ten of everybody for one person, by language and clock: found, and then explained in words",
    [Run("std 100,000", "one_person.best_ten", {"people": FULL, "scenario": "std"})],
    [Goal("explained: p99 of 1 ms or less", lambda results: results["std 100,000"].facts["p99_ms"] <= 1)],
    ("questions", "found_p50_ms", "found_p99_ms", "p50_ms", "p99_ms"),
)
SERVED = Figure(
    "served",
    "Through the API: from the request to readable proposals, and opportunities over HTTP",
    [Run("std 100,000", "served.round_and_opportunities", {"people": FULL, "scenario": "std"}, served=True)],
    [
        Goal("15 s or less to readable proposals", lambda results: results["std 100,000"].facts["readable_s"] <= 15),
        Goal("1 GB or less in the worker", lambda results: results["std 100,000"].memory <= 1_000),
        Goal(
            "opportunities over HTTP: p95 of 10 ms or less",
            lambda results: results["std 100,000"].facts["opportunities_p95_ms"] <= 10,
        ),
    ],
    (
        "readable_s",
        "proposals",
        "worker_mb",
        "solver_mb",
        "publish_s",
        "radar_s",
        "opportunities_first_s",
        "opportunities_p50_ms",
        "opportunities_p95_ms",
        "both_ways_p95_ms",
    ),
)
STABLE = Figure(
    "stable",
    "Stable pairs",
    [
        Run("proposals 100,000", "stable.proposals", {"people": FULL, "scenario": "std"}),
        Run("whole round 100,000", "stable.whole", {"people": FULL, "scenario": "std"}),
    ],
    [
        Goal("proposals of 100,000 in 0.1 s or less", lambda results: results["proposals 100,000"].cpu <= 0.1),
        Goal("no blocking pair", lambda results: results["whole round 100,000"].facts["blocking"] == 0),
    ],
    ("matched", "blocking"),
)
LATE = Figure(
    "late",
    "Latecomers, 1 %",
    [Run(name, f"late.{name}", {"people": FULL, "scenario": "std"}) for name in ("cold", "warm", "frozen")],
    [
        Goal("warm in a fifth of a cold run", lambda results: results["warm"].cpu <= results["cold"].cpu / 5),
        Goal("frozen in a fifth of a cold run", lambda results: results["frozen"].cpu <= results["cold"].cpu / 5),
        Goal("frozen: no agreed pair moves", lambda results: results["frozen"].facts["moved"] == 0),
    ],
    ("late", "matched", "moved", "total"),
)
RECIPROCAL = Figure(
    "reciprocal",
    "Pairs who teach each other",
    [
        Run("1,000", "reciprocal.ours", {"people": 1_000, "scenario": "std"}),
        Run("1,000: blossom", "reciprocal.blossom", {"people": 1_000, "scenario": "std", "listed": 1_000}),
        Run("10,000", "reciprocal.ours", {"people": 10_000, "scenario": "std"}),
        Run("10,000: blossom", "reciprocal.blossom", {"people": 10_000, "scenario": "std", "listed": 16}),
        Run("100,000", "reciprocal.ours", {"people": FULL, "scenario": "std"}),
    ],
    [
        Goal(
            "99.95 % or more of blossom",
            lambda results: all(_share(results, size, f"{size}: blossom") >= 0.9995 for size in ("1,000", "10,000")),
        ),
        Goal("100,000: within 0.05 % of its own bound", lambda results: _bounded(results, "100,000", 0.05)),
    ],
    ("matched", "total", "bound", "gap_percent"),
)
GROUPS = Figure(
    "groups",
    "Groups of two to eight with one teacher",
    [
        Run("1,000", "groups.ours", {"people": 1_000, "scenario": "std"}),
        Run("1,000: HiGHS", "groups.highs", {"people": 1_000, "scenario": "std"}),
        Run("10,000", "groups.ours", {"people": 10_000, "scenario": "std"}),
    ],
    [
        Goal(
            "1,000: within 5 % of HiGHS in no more than its time",
            lambda results: (
                _share(results, "1,000", "1,000: HiGHS") >= 0.95 and results["1,000"].cpu <= results["1,000: HiGHS"].cpu
            ),
        ),
        Goal("10,000: a bound is printed", lambda results: results["10,000"].facts["bound"] is not None),
    ],
    ("matched", "total", "bound", "gap_percent", "solver"),
)
CYCLES = Figure(
    "cycles",
    "Rings of up to three",
    [
        Run("1,000", "cycles.ours", {"people": 1_000, "scenario": "std"}),
        Run("1,000: HiGHS", "cycles.highs", {"people": 1_000, "scenario": "std"}),
        Run("10,000", "cycles.ours", {"people": 10_000, "scenario": "std"}),
        Run("100,000", "cycles.ours", {"people": FULL, "scenario": "std"}),
    ],
    [
        Goal("1,000: within 0.5 % of HiGHS", lambda results: _share(results, "1,000", "1,000: HiGHS") >= 0.995),
        Goal("100,000: within 0.5 % of its own bound", lambda results: _bounded(results, "100,000", 0.5)),
    ],
    ("matched", "total", "bound", "gap_percent", "listed_gap_percent", "solver"),
)
ANATOMY = Figure(
    "anatomy",
    "What each price round did (for the plots)",
    [Run(scenario, "rounds.anatomy", {"people": FULL, "scenario": scenario}) for scenario in SCENARIOS],
    [],
    ("learners", "upper_bound"),
)
LARGE = Figure(
    "million",
    "1,000,000 people",
    [replace(_round("std", people), only_with="million") for people in (FULL, MILLION)],
    [
        Goal("10 CPU minutes or less", lambda results: results["std 1,000,000"].cpu <= 600),
        Goal("1.5 GB or less", lambda results: results["std 1,000,000"].memory <= 1_500),
        Goal(
            "no more than 3 times the CPU time a person of 100,000",
            lambda results: results["std 1,000,000"].cpu <= 3 * MILLION / FULL * results["std 100,000"].cpu,
        ),
    ],
    ("learners", "matched", "gap_percent", "solver"),
)
SURVEY = Figure(
    "survey",
    "A whole round of the survey of 2016: everybody teaches and learns, and few scores differ",
    [_round("people_2016", 37_803)],
    [Goal("certified gap of 0.1 % or less", lambda results: _bounded(results, "people_2016 37,803", 0.1))],
    ("learners", "matched", "gap_percent", "solver"),
)
FIGURES = (
    ROUND, ASSIGNMENT, ONE_PERSON, SERVED, STABLE, RECIPROCAL, GROUPS, CYCLES, LATE, ANATOMY, SURVEY, LARGE,
)  # fmt: skip
