"""How many decoys a status list needs, so that set bits tell neither the number nor the rate of withdrawn badges."""

LIST_SIZE = 131_072  # VC-BSL: a list shorter than this would single out its subjects
LOW_WATER = LIST_SIZE // 10  # below this share of free places the next list is made and published first
_PRIOR_WITHDRAWN, _PRIOR_ISSUED = 1, 100


def wanted_decoys(*, issued: int, withdrawn: int, decoys: int, size: int = LIST_SIZE) -> int:
    """Return how many unused places should now become decoys (0 or more).

    The unused places (those without a badge, decoys included) should carry set bits at the rate at which issued
    badges are withdrawn. With few badges that rate says nothing, so it is smoothed as if 100 badges with one
    withdrawal had been issued before (docs/decisions). A decoy is never taken back.

    Args:
        issued: places given to badges.
        withdrawn: how many of those are set.
        decoys: places that are decoys already.
        size: places of the list.
    """
    unused = size - issued
    rate = (withdrawn + _PRIOR_WITHDRAWN) / (issued + _PRIOR_ISSUED)
    return max(0, round(rate * unused) - decoys)
