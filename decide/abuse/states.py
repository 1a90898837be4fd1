"""The states of a marking that people make, and which follow which."""

from enum import StrEnum

from decide.errors import Conflict


class MarkingState(StrEnum):
    """From a proposal to its effect and back."""

    PROPOSED = "proposed"
    DISCARDED = "discarded"
    APPROVED = "approved"
    APPLIED = "applied"
    REVERTED = "reverted"


STEPS = {
    MarkingState.PROPOSED: {MarkingState.APPROVED, MarkingState.DISCARDED},
    MarkingState.APPROVED: {MarkingState.APPLIED},
    MarkingState.APPLIED: {MarkingState.REVERTED},
    MarkingState.DISCARDED: set[MarkingState](),
    MarkingState.REVERTED: set[MarkingState](),
}


class WrongState(Conflict):
    """Somebody moved it first."""


def step(held: MarkingState, wanted: MarkingState) -> MarkingState:
    """The wanted state; WrongState when it does not follow."""
    if wanted not in STEPS[held]:
        raise WrongState("Alguien ya movió esta anulación. Vea cómo está ahora.")
    return wanted
