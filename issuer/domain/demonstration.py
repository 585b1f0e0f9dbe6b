"""Demonstrations: at work or the school's own, their states, and what each step needs."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

CORRECTION_DAYS: Final = timedelta(days=14)


class Kind(StrEnum):
    """Two things that share a form and must never be confused (domain.md section 4, fact 5)."""

    WORK = "work"  # osaamisen osoittaminen työssä
    SCHOOL = "school"  # oppilaitoksen näyttö


class State(StrEnum):
    """Suunniteltu, annettu, arvioitu, hyväksytty, täydennettävä."""

    PLANNED = "planned"
    GIVEN = "given"
    ASSESSED = "assessed"
    APPROVED = "approved"
    TO_COMPLETE = "to_complete"
