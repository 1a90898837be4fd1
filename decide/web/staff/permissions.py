"""Which role may open which page of the office: the whole table, on one page.

A view that is not in this table is closed to everybody; a test compares it with the addresses.
"""

from flask import Blueprint, abort, request
from flask_login import current_user

from decide.accounts.roles import STAFF_ROLES, Role
from decide.web.shared.guards import OPEN_VIEWS

EVERYBODY = STAFF_ROLES
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
IMPORTERS = frozenset({Role.ADMINISTRATOR, Role.IMPORTER})

MAY: dict[str, frozenset[str]] = {
    # Reading
    "staff.logout": EVERYBODY,
    "staff.dashboard": EVERYBODY,
    "staff.readiness": EVERYBODY,
    "staff.process_form": EVERYBODY,
    "staff.calendar": EVERYBODY,
    "staff.changes": EVERYBODY,
    "staff.reports": EVERYBODY,
    "staff.report_file": EVERYBODY,
    "staff.commitment": EVERYBODY,
    "staff.commitment_example": EVERYBODY,
    "staff.pledge": EVERYBODY,
    "staff.change": EVERYBODY,
    "staff.simulation": EVERYBODY,
    "staff.simulated": EVERYBODY,
    "staff.deliveries": EVERYBODY,
    "staff.delivery": EVERYBODY,
    "staff.delivery_receipt": EVERYBODY,
    "staff.delivery_receipt_signature": EVERYBODY,
    "staff.imports": EVERYBODY,
    "staff.shapes": EVERYBODY,
    "staff.import_run": EVERYBODY,
    "staff.audit_trail": EVERYBODY,
    "staff.pressure": EVERYBODY,
    "staff.invalidations": EVERYBODY,
    "staff.invalidation": EVERYBODY,
    "staff.survey": EVERYBODY,
    "staff.survey_file": EVERYBODY,
    "staff.suggestions": EVERYBODY,
    "staff.requests": EVERYBODY,
    "staff.bulletins": EVERYBODY,
    "staff.bulletin": EVERYBODY,
    "staff.bulletin_picture": EVERYBODY,
    "staff.activities": EVERYBODY,
    "staff.activities_file": EVERYBODY,
    "staff.activity": EVERYBODY,
    "staff.activity_code": EVERYBODY,
    "staff.access": EVERYBODY,
    "staff.account": EVERYBODY,
    "staff.mails": EVERYBODY,
    # The own account
    "staff.own_account": EVERYBODY,
    "staff.end_session": EVERYBODY,
    "staff.end_everywhere": EVERYBODY,
    "staff.change_passphrase": EVERYBODY,
    "staff.add_key": EVERYBODY,
    "staff.remove_key": EVERYBODY,
    "staff.renew_codes": EVERYBODY,
    # Changing
    "staff.print_letters": ADMINISTRATOR,
    "staff.new_accounts": ADMINISTRATOR,
    "staff.new_staff": ADMINISTRATOR,
    "staff.hand_over": ADMINISTRATOR,
    "staff.receipt": ADMINISTRATOR,
    "staff.close_account": ADMINISTRATOR,
    "staff.save_process": ADMINISTRATOR,
    "staff.load_map": ADMINISTRATOR,
    "staff.phase": ADMINISTRATOR,
    "staff.confirm_change": ADMINISTRATOR,
    "staff.discard_change": ADMINISTRATOR,
    "staff.set_pressure": ADMINISTRATOR,
    "staff.propose_invalidation": ADMINISTRATOR,
    "staff.approve_invalidation": ADMINISTRATOR,
    "staff.discard_invalidation": ADMINISTRATOR,
    "staff.revert_invalidation": ADMINISTRATOR,
    "staff.move_suggestion": IMPORTERS,
    # What people ask about their own data is read only by who may answer.
    "staff.request_form": IMPORTERS,
    "staff.take_up_request": IMPORTERS,
    "staff.answer_request": IMPORTERS,
    "staff.new_activity": IMPORTERS,
    "staff.save_activity": IMPORTERS,
    "staff.new_bulletin": IMPORTERS,
    "staff.save_bulletin": IMPORTERS,
    "staff.add_image": IMPORTERS,
    "staff.drop_image": IMPORTERS,
    "staff.publish_bulletin": ADMINISTRATOR,
    "staff.unschedule_bulletin": ADMINISTRATOR,
    "staff.withdraw_bulletin": ADMINISTRATOR,
    "staff.order_all": ADMINISTRATOR,
    "staff.order_one": ADMINISTRATOR,
    "staff.retry_delivery": ADMINISTRATOR,
    "staff.download_delivery": ADMINISTRATOR,
    "staff.delivery_letter": ADMINISTRATOR,
    "staff.delivery_by_hand": ADMINISTRATOR,
    "staff.delivery_scan": ADMINISTRATOR,
    "staff.upload": IMPORTERS,
    "staff.order_report": IMPORTERS,
    "staff.load_commitment": IMPORTERS,
    "staff.date_pledge": IMPORTERS,
    "staff.prove_pledge": IMPORTERS,
    "staff.put_map": IMPORTERS,
    "staff.remove_map": ADMINISTRATOR,
    "staff.import_check": IMPORTERS,
    "staff.import_commit": IMPORTERS,
    "staff.import_progress": IMPORTERS,
    "staff.import_columns": IMPORTERS,
    "staff.save_columns": IMPORTERS,
    "staff.import_discard": IMPORTERS,
    "staff.import_bad_rows": IMPORTERS,
    "staff.import_undo": ADMINISTRATOR,
}


def mount(door: Blueprint) -> None:
    """Hold the table before every view of this door, and give it to its templates."""
    door.before_request(enforce)
    door.context_processor(lambda: {"may": may})


def may(view: str) -> bool:
    """Whether who is logged in may open `staff.<view>`; for links and buttons."""
    return current_user.role in MAY.get(f"staff.{view}", frozenset())


def enforce() -> None:
    """403 for a role that the table does not name. Strangers are the door's guard's business."""
    if current_user.is_authenticated and current_user.role in STAFF_ROLES:
        allowed = MAY.get(request.endpoint or "", frozenset())
        if request.endpoint not in OPEN_VIEWS and current_user.role not in allowed:
            abort(403)
