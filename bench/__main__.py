"""Measure the engine beside its peers: `make bench`, or `make bench ARGS="--only assignment --quick"`."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.catalog import FIGURES
from bench.figure import Figure
from bench.plots import draw_all
from bench.report import judge, save, show
from bench.running import Settings, lines_of


def main(arguments: Sequence[str]) -> int:
    """Measure, print, write; the exit status says whether a goal was missed."""
    told = _parser().parse_args(arguments)
    console = Console(width=160 if not sys.stdout.isatty() else None)
    chosen = [figure for figure in FIGURES if not told.only or figure.name in told.only]
    with tempfile.TemporaryDirectory() as folder:
        scratch = told.scratch or Path(folder)
        extras = frozenset({"million"}) if told.million else frozenset[str]()
        settings = Settings(scratch.resolve(), told.quick, extras, told.time_limit)
        missed = [not _measured(figure, settings, console) for figure in chosen]
    return int(any(missed))


def _measured(figure: Figure, settings: Settings, console: Console) -> bool:
    lines = []
    if settings.quick:
        console.print("[yellow]quick: a tenth of the people of each name, once[/]")
    with console.status(figure.title):
        for line in lines_of(figure, settings):
            lines.append(line)
            console.print(f"[dim]{figure.name}: {line.run.name} {line.reason or 'measured'}[/]", highlight=False)
    reported = judge(figure, lines, full=not settings.quick)
    show(reported, console)
    if not settings.quick:
        draw_all(save([reported])["figures"])
    return False not in reported.verdicts.values()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[figure.name for figure in FIGURES], help="these figures alone")
    parser.add_argument("--quick", action="store_true", help="a tenth of the people, once; nothing is judged or kept")
    parser.add_argument("--million", action="store_true", help="1,000,000 people, too")
    parser.add_argument("--scratch", type=Path, help="keep the organizations in this folder for the next time")
    parser.add_argument("--time-limit", type=float, help="give up on a measurement after so many seconds")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
