"""The steps a proposal may take.

    DRAFT ──publish──▶ PUBLISHED ──withdraw──▶ WITHDRAWN
                        ▲     │ publish a correction      │
                        └─────┴──────── publish again ◀───┘

A withdrawn proposal may come back, as a new version when its text changed: the campaign is not
over, and what citizens answered before stays with the version they saw. Nothing goes back to DRAFT:
what was public once is on record.
"""

from datetime import datetime

from decide.catalog.models import Proposal, ProposalState
from decide.errors import Refused

STEPS: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.DRAFT: frozenset({ProposalState.PUBLISHED}),
    ProposalState.PUBLISHED: frozenset({ProposalState.PUBLISHED, ProposalState.WITHDRAWN}),
    ProposalState.WITHDRAWN: frozenset({ProposalState.PUBLISHED}),
}
WORDS: dict[ProposalState, str] = {
    ProposalState.DRAFT: "en borrador",
    ProposalState.PUBLISHED: "publicada",
    ProposalState.WITHDRAWN: "retirada",
}


class WrongState(Refused):
    """The table knows no such step."""

    def __init__(self, here: ProposalState, there: ProposalState) -> None:
        """Say both states in words."""
        super().__init__(f"La propuesta está {WORDS[here]}; no puede quedar {WORDS[there]}.")


def move(proposal: Proposal, to: ProposalState, *, at: datetime) -> None:
    """Take one step, or raise WrongState."""
    if to not in STEPS[proposal.state]:
        raise WrongState(proposal.state, to)
    proposal.state, proposal.changed_at = to, at
