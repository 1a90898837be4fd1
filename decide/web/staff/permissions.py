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
# Texts of the authority, and what people write to it.
WRITERS = frozenset({Role.ADMINISTRATOR, Role.WRITER})
# Letters of the actors' people; never those of colleagues (see `access.reach`).
POSTERS = frozenset({Role.ADMINISTRATOR, Role.CREDENTIALS})
AUDITORS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
# Who looks at everything; each other role sees its own work and what all need.
WATCHERS = frozenset({Role.ADMINISTRATOR, Role.OBSERVER, Role.AUDITOR})

MAY: dict[str, frozenset[str]] = {
    # Reading
    "staff.logout": EVERYBODY,
    "staff.dashboard": EVERYBODY,
    "staff.progress": EVERYBODY,
    "staff.readiness": EVERYBODY,
    "staff.process_form": EVERYBODY,
    "staff.calendar": EVERYBODY,
    "staff.changes": EVERYBODY,
    "staff.reports": WRITERS | WATCHERS,
    "staff.report_file": WRITERS | WATCHERS,
    "staff.commitment": WRITERS | WATCHERS,
    "staff.commitment_example": WRITERS | WATCHERS,
    "staff.pledge": WRITERS | WATCHERS,
    "staff.benchmarks": WRITERS | WATCHERS,
    "staff.benchmark": WRITERS | WATCHERS,
    "staff.benchmark_file": WRITERS | WATCHERS,
    "staff.benchmark_proof": WRITERS | WATCHERS,
    "staff.benchmark_portal": WRITERS | WATCHERS,
    "staff.change": EVERYBODY,
    "staff.simulation": EVERYBODY,
    "staff.simulated": EVERYBODY,
    "staff.deliveries": WATCHERS,
    "staff.delivery": WATCHERS,
    "staff.delivery_receipt": WATCHERS,
    "staff.delivery_receipt_signature": WATCHERS,
    "staff.imports": IMPORTERS | WATCHERS,
    "staff.shapes": IMPORTERS | WATCHERS,
    "staff.platforms": IMPORTERS | WRITERS | WATCHERS,
    "staff.platform_draft": IMPORTERS | WRITERS,
    "staff.draft_file": IMPORTERS | WRITERS,
    "staff.read_platform": IMPORTERS | WRITERS,
    "staff.save_draft": IMPORTERS | WRITERS,
    "staff.drop_draft": IMPORTERS | WRITERS,
    "staff.earlier_processes": IMPORTERS | WATCHERS,
    "staff.earlier_process": IMPORTERS | WATCHERS,
    "staff.import_run": IMPORTERS | WATCHERS,
    "staff.audit_trail": WATCHERS,
    "staff.audit_file": AUDITORS,
    "staff.pressure": WATCHERS,
    "staff.invalidations": WATCHERS,
    "staff.invalidation": WATCHERS,
    "staff.survey": WRITERS | WATCHERS,
    "staff.survey_file": WRITERS | WATCHERS,
    "staff.suggestions": WRITERS | WATCHERS,
    "staff.requests": WRITERS | WATCHERS,
    "staff.texts": WRITERS | WATCHERS,
    "staff.text": WRITERS | WATCHERS,
    "staff.text_version": WRITERS | WATCHERS,
    "staff.text_page": WRITERS | WATCHERS,
    "staff.text_page_at": WRITERS | WATCHERS,
    "staff.text_picture": WRITERS | WATCHERS,
    "staff.bulletins": WRITERS | WATCHERS,
    "staff.bulletin": WRITERS | WATCHERS,
    "staff.bulletin_picture": WRITERS | WATCHERS,
    "staff.activities": WRITERS | WATCHERS,
    "staff.activities_file": WRITERS | WATCHERS,
    "staff.activity": WRITERS | WATCHERS,
    "staff.activity_code": WRITERS | WATCHERS,
    "staff.posters": WRITERS | WATCHERS,
    "staff.poster_batch": WRITERS | WATCHERS,
    "staff.posters_file": WRITERS | WATCHERS,
    "staff.access": POSTERS | WATCHERS,
    "staff.account": POSTERS | WATCHERS,
    "staff.batches": POSTERS | WATCHERS,
    "staff.batch": POSTERS | WATCHERS,
    "staff.revoke_letter": POSTERS,
    "staff.add_receipt": POSTERS,
    "staff.mails": POSTERS | WATCHERS,
    # The own account
    "staff.own_account": EVERYBODY,
    "staff.office_manual": EVERYBODY,
    "staff.end_session": EVERYBODY,
    "staff.end_everywhere": EVERYBODY,
    "staff.change_passphrase": EVERYBODY,
    "staff.add_key": EVERYBODY,
    "staff.remove_key": EVERYBODY,
    "staff.renew_codes": EVERYBODY,
    # Changing
    "staff.print_letters": POSTERS,
    "staff.new_accounts": POSTERS,
    "staff.new_staff": ADMINISTRATOR,
    "staff.hand_over": POSTERS,
    "staff.receipt": POSTERS | AUDITORS,
    "staff.close_account": ADMINISTRATOR,
    "staff.save_process": ADMINISTRATOR,
    "staff.load_map": ADMINISTRATOR,
    "staff.phase": ADMINISTRATOR,
    "staff.early_statistics": ADMINISTRATOR,
    "staff.confirm_change": ADMINISTRATOR,
    "staff.discard_change": ADMINISTRATOR,
    "staff.set_pressure": ADMINISTRATOR,
    "staff.propose_invalidation": ADMINISTRATOR,
    "staff.approve_invalidation": ADMINISTRATOR,
    "staff.discard_invalidation": ADMINISTRATOR,
    "staff.revert_invalidation": ADMINISTRATOR,
    "staff.move_suggestion": WRITERS,
    # What people ask about their own data is read only by who may answer.
    "staff.request_form": WRITERS,
    "staff.take_up_request": WRITERS,
    "staff.answer_request": WRITERS,
    "staff.new_activity": WRITERS,
    "staff.save_activity": WRITERS,
    "staff.order_posters": WRITERS,
    "staff.retry_posters": WRITERS,
    "staff.new_text": WRITERS,
    "staff.save_text": WRITERS,
    "staff.add_text_image": WRITERS,
    "staff.drop_text_image": WRITERS,
    "staff.review_text_link": WRITERS,
    "staff.restore_text": WRITERS,
    "staff.discard_text": WRITERS,
    "staff.propose_text": WRITERS,
    "staff.unschedule_text": ADMINISTRATOR,
    "staff.withdraw_text": ADMINISTRATOR,
    "staff.new_bulletin": WRITERS,
    "staff.save_bulletin": WRITERS,
    "staff.add_image": WRITERS,
    "staff.drop_image": WRITERS,
    "staff.publish_bulletin": ADMINISTRATOR,
    "staff.unschedule_bulletin": ADMINISTRATOR,
    "staff.withdraw_bulletin": ADMINISTRATOR,
    "staff.order_all": ADMINISTRATOR,
    "staff.order_one": ADMINISTRATOR,
    "staff.retry_delivery": ADMINISTRATOR,
    "staff.download_delivery": ADMINISTRATOR,
    "staff.delivery_letter": ADMINISTRATOR,
    "staff.delivery_phrase": ADMINISTRATOR,
    "staff.delivery_by_hand": ADMINISTRATOR,
    "staff.delivery_scan": ADMINISTRATOR,
    "staff.upload": IMPORTERS,
    "staff.new_earlier": IMPORTERS,
    "staff.save_earlier": IMPORTERS,
    "staff.remove_earlier": IMPORTERS,
    "staff.order_report": WRITERS,
    "staff.load_commitment": WRITERS,
    "staff.date_pledge": WRITERS,
    "staff.prove_pledge": WRITERS,
    "staff.start_benchmark": WRITERS,
    "staff.add_portal": WRITERS,
    "staff.remove_portal": WRITERS,
    "staff.answer_benchmark": WRITERS,
    "staff.new_step": WRITERS,
    "staff.save_step": WRITERS,
    "staff.propose_benchmark": ADMINISTRATOR,
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
