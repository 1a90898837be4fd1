"""How long each kind of trace is kept. Whatever has no line here is part of the process' record."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Rows of `table` for which `over` holds `days` days after; `over` compares with :before."""

    table: str
    what: str
    days: int
    over: str
    why: str


RULES = (
    Rule(
        "account_session",
        "Log-ins of parties and staff (hash of a token, times)",
        30,
        "last_used_at < :before",
        "to look into a stolen log-in",
    ),
    Rule(
        "login_allowance",
        "Failed log-ins, under a keyed hash of network or account",
        2,
        "spent_until < :before",
        "to slow down guessing",
    ),
    Rule(
        "mail",
        "Which reminder went to which log-in (no address, no text)",
        180,
        "due_at < :before",
        "so that no reminder goes out twice in a process",
    ),
    Rule(
        "letter_to_list",
        "Which notice went to which subscriber",
        30,
        "due_at < :before",
        "so that no notice goes out twice",
    ),
    Rule(
        "subscriber",
        "Addresses (encrypted) that nobody confirmed",
        2,
        "asked_at < :before AND confirmed_at IS NULL"
        " AND NOT EXISTS (SELECT FROM letter_to_list WHERE subscriber_id = subscriber.id)",
        "to let the owner of the address confirm",
    ),
    Rule(
        "visit_batch",
        "Names of batches of counted pages (no person)",
        30,
        "settled_at < :before",
        "so that no batch counts twice",
    ),
    Rule(
        "arco_request",
        "Requests about personal data, with their answers",
        365,
        "closed_at < :before",
        "so that who asked can read the answer and complain",
    ),
    Rule(
        "poster_batch",
        "Orders of posters, with their files (no person but who ordered)",
        30,
        "ordered_at < :before AND state IN ('ready', 'failed')",
        "they can be drawn again at any time",
    ),
)
