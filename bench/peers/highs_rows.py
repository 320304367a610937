"""Integer programs for HiGHS, row by row."""

import highspy
import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Columns = npt.NDArray[np.int64]


class Rows:
    """Constraints, gathered a kind at a time."""

    def __init__(self) -> None:
        self.count = 0
        self.lower: list[Doubles] = []
        self.upper: list[Doubles] = []
        self._cells: list[tuple[Columns, Columns, Doubles]] = []

    def add(
        self,
        column: Columns,
        row: Columns,
        value: Doubles,
        rows: int,
        lower: float,
        upper: float | npt.NDArray[np.int32],
    ) -> None:
        """Add so many rows: the cells, by column and row, and what each row must lie between."""
        self._cells.append((column, row + self.count, value))
        self.lower.append(np.full(rows, lower, dtype=np.float64))
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), rows).copy())
        self.count += rows

    def by_row(self) -> tuple[Columns, Columns, Doubles]:
        """Where each row starts, and the columns and values of its cells."""
        column, row, value = (np.concatenate(parts) for parts in zip(*self._cells, strict=True))
        order = np.argsort(row, kind="stable")
        start = np.searchsorted(row[order], np.arange(self.count + 1))
        return start, column[order], value[order]


def solve(rows: Rows, worth: Doubles, upper: Doubles, gap: float, seconds: float) -> tuple[Doubles, float]:
    """The best whole numbers between 0 and `upper`, by worth, and a bound on what any add up to."""
    model = highspy.HighsLp()
    start, column, value = rows.by_row()
    model.num_col_, model.num_row_ = len(worth), rows.count
    model.col_cost_, model.col_lower_, model.col_upper_ = worth, np.zeros(len(worth)), upper
    model.row_lower_, model.row_upper_ = np.concatenate(rows.lower), np.concatenate(rows.upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = start, column, value
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(worth)
    model.sense_ = highspy.ObjSense.kMaximize
    solver = highspy.Highs()
    for option, setting in (("output_flag", False), ("mip_rel_gap", gap), ("time_limit", seconds)):
        solver.setOptionValue(option, setting)
    solver.passModel(model)
    solver.run()
    values: Doubles = np.array(solver.getSolution().col_value)
    return values, float(solver.getInfo().mip_dual_bound)
