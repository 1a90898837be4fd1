"""What a browser may answer when asked for a passkey: nothing but a right answer is taken."""

import json

import pytest

from decide.accounts import actions, passkeys
from decide.accounts.passkeys import KeyRefused
from decide.accounts.roles import Role
from tests import factories

PARTS = {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "AA"}
RUBBISH = (
    "", " ", "\x00", "null", "[]", "0", '"x"', "{}", '{"id":1}', "{" * 900, "9" * 5000,
    '{"id":"a","rawId":"a","type":"public-key"}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": PARTS}),
    json.dumps(
        {"id": "AA", "rawId": "AA", "type": "public-key", "response": PARTS | {"signature": "AA"}}
    ),
    json.dumps({"id": "ñ", "rawId": "%%", "type": "public-key", "response": {"signature": 7}}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": None}),
)  # fmt: skip


@pytest.fixture
def session(resources):
    with resources.database.transaction() as opened:
        yield opened


@pytest.fixture
def account(session):
    made = actions.create_account(
        session, username="llave", person="Persona Llave", role=Role.OBSERVER, actor_id=None,
        at=factories.CAMPAIGN, by=None,
    )  # fmt: skip
    return made.id


def test_rubbish_is_refused_in_a_sentence(session, settings, account):
    asked = {"token": "t", "at": factories.CAMPAIGN}
    for answer in RUBBISH:
        with pytest.raises(KeyRefused):
            passkeys.add_key(session, settings, account, answer, "x", **asked)
        with pytest.raises(KeyRefused):
            passkeys.answered(session, settings, account, answer, **asked)
    assert passkeys.keys_of(session, account) == ()


def test_each_session_has_a_challenge_of_its_own(session, settings, account):
    offered = [
        json.loads(passkeys.offer_key(session, settings, account, token)) for token in ("a", "b")
    ]
    assert offered[0]["challenge"] != offered[1]["challenge"]
    assert offered[0]["user"]["id"] == offered[1]["user"]["id"]
    assert "llave" not in offered[0]["user"]["id"]
    assert passkeys.ask_key(session, settings, account, "a") == ""
