"""The steps of a delivery, as a table.

ORDERED ──> BUILDING ──> READY
   ^  └──────┬─┴──> FAILED
   └─────────┴───────┘   a new attempt, by the sweep or by staff
"""

from datetime import datetime

from decide.delivery.models import AnswerState, Delivery, DeliveryState
from decide.errors import Refused

__all__ = ["STEPS", "WORDS", "AnswerState", "DeliveryState", "WrongState", "again", "move"]

STEPS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.ORDERED: frozenset({DeliveryState.BUILDING, DeliveryState.FAILED}),
    DeliveryState.BUILDING: frozenset(
        {DeliveryState.READY, DeliveryState.FAILED, DeliveryState.ORDERED}
    ),
    DeliveryState.FAILED: frozenset({DeliveryState.ORDERED}),
    DeliveryState.READY: frozenset(),
}

WORDS: dict[DeliveryState, str] = {
    DeliveryState.ORDERED: "en cola",
    DeliveryState.BUILDING: "en preparación",
    DeliveryState.READY: "lista",
    DeliveryState.FAILED: "detenida",
}


class WrongState(Refused):
    """The delivery cannot take this step now."""


def move(delivery: Delivery, state: DeliveryState, *, at: datetime) -> None:
    """Take one step; WrongState when the table does not hold it."""
    if state not in STEPS[delivery.state]:
        raise WrongState(
            f"La entrega está {WORDS[delivery.state]}: no puede pasar a «{WORDS[state]}». "
            "Recargue la página para ver su estado."
        )
    delivery.state, delivery.touched_at = state, at


def again(delivery: Delivery, *, at: datetime) -> None:
    """Begin a new attempt of a delivery that failed or that nobody works on any more."""
    if delivery.state is not DeliveryState.ORDERED:
        move(delivery, DeliveryState.ORDERED, at=at)
    delivery.attempt += 1
    delivery.progress = 0
    delivery.touched_at = at
