"""An outsider who reckons by linear programmes (HiGHS): what range does all that is shown leave for one cell?"""

import math

import highspy

from issuer.domain.suppression import Cell, Figures

_ALMOST = 1e-6  # of the solver's tolerances
_OPTIMAL = highspy.HighsModelStatus.kOptimal
_ENDS = (_OPTIMAL, highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)


class LinearOutsider:
    """See `issuer.domain.suppression.Outsider`.

    Args:
        figures: counts, sums and bounds; of the counts only those that are shown are used.
        hidden: cells that are not shown.
    """

    def __init__(self, figures: Figures, hidden: frozenset[Cell]) -> None:
        self._place = {cell: place for place, cell in enumerate(figures.counts)}
        self._shown = {cell for cell in figures.counts if cell not in hidden}
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the binding annotates its methods, not its constructor
        solver.silent()
        for cell, count in figures.counts.items():
            low, high = (0, highspy.kHighsInf) if cell in hidden else (count, count)
            solver.addVar(low, high)
        for one in figures.sums:
            cells = [self._place[cell] for cell in (one.whole, *one.parts)]
            solver.addRow(0, 0, len(cells), cells, [-1.0, *(one.weights or [1.0] * len(one.parts))])
        for bound in figures.at_most:
            cells = [self._place[bound.smaller], self._place[bound.larger]]
            solver.addRow(-highspy.kHighsInf, 0, 2, cells, [1.0, -bound.times])
        self._solver = solver

    def range_of(self, cell: Cell) -> tuple[int, int | None]:
        """Smallest and largest whole number that the cell can be; None: no end."""
        low, high = self._extreme(cell, highspy.ObjSense.kMinimize), self._extreme(cell, highspy.ObjSense.kMaximize)
        smallest = 0 if low is None else math.ceil(low - _ALMOST)
        return smallest, None if high is None else math.floor(high + _ALMOST)

    def holding(self, cell: Cell) -> frozenset[Cell]:
        """Shown cells that hold the range of a cell as narrow as it is: those with a price in either programme."""
        found: set[Cell] = set()
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            if self._extreme(cell, sense) is not None:
                prices = self._solver.getSolution().col_dual
                found.update(one for one in self._shown if abs(prices[self._place[one]]) > _ALMOST)
        return frozenset(found)

    def forget(self, cell: Cell) -> None:
        """Take a cell out of what is shown."""
        self._shown.discard(cell)
        self._solver.changeColBounds(self._place[cell], 0, highspy.kHighsInf)

    def _extreme(self, cell: Cell, sense: highspy.ObjSense) -> float | None:
        """The cell's largest or smallest value; None: it has no end."""
        solver, place = self._solver, self._place[cell]
        solver.changeColCost(place, 1.0)
        solver.changeObjectiveSense(sense)
        status = self._solved()
        if status not in _ENDS:  # the last solution was no good beginning for this one
            solver.clearSolver()
            status = self._solved()
        value = solver.getInfo().objective_function_value
        solver.changeColCost(place, 0.0)
        if status == _OPTIMAL:
            return float(value)
        if status in _ENDS:
            return None
        raise ArithmeticError(f"the solver ended with {status}")

    def _solved(self) -> highspy.HighsModelStatus:
        self._solver.run()
        return self._solver.getModelStatus()
