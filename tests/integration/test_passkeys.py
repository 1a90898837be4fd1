"""What a browser may answer when asked for a passkey: nothing but a right answer is taken."""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from decide.accounts import actions, passkeys
from decide.accounts.models import Passkey
from decide.accounts.passkeys import KeyRefused
from decide.accounts.roles import Role
from decide.errors import NotFound, Refused
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
    again = json.loads(passkeys.offer_key(session, settings, account, "a"))
    assert again["challenge"] == offered[0]["challenge"], "two pages of one session"
    assert offered[0]["user"]["id"] == offered[1]["user"]["id"]
    assert "llave" not in offered[0]["user"]["id"]
    assert passkeys.ask_key(session, settings, account, "a") == ""


class Key:
    """A key as a browser and its device make one, without the device."""

    def __init__(self, settings, number=1):
        self.host, self.origin = passkeys.place_of(settings)
        self.identity, self.count = bytes([number]) * 16, 0
        self.private = ec.generate_private_key(ec.SECP256R1())

    def data(self, flags):
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def answer(self, response):
        name = coded(self.identity)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def told(self, kind, offered):
        challenge = json.loads(offered)["challenge"]
        told = {"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin}
        return json.dumps(told).encode()

    def made(self, offered):
        """The answer to `offer_key`."""
        point = self.private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        data = self.data(0x45) + bytes(16) + len(self.identity).to_bytes(2) + self.identity
        data += cbor2.dumps(public)
        whole = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = coded(self.told("create", offered))
        return self.answer({"clientDataJSON": told, "attestationObject": coded(whole)})

    def signed(self, asked):
        """The answer to `ask_key`."""
        self.count += 1
        told, data = self.told("get", asked), self.data(0x05)
        signature = self.private.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
        return self.answer(
            {
                "clientDataJSON": coded(told),
                "authenticatorData": coded(data),
                "signature": coded(signature),
            }
        )


def coded(content):
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def test_a_key_answers_for_its_account_and_its_session_once(session, settings, account):
    key, at = Key(settings), factories.CAMPAIGN
    made = key.made(passkeys.offer_key(session, settings, account, "a"))
    with pytest.raises(KeyRefused):
        passkeys.add_key(session, settings, account, made, "x", token="b", at=at)
    passkeys.add_key(session, settings, account, made, "  Llave   azul ", token="a", at=at)
    with pytest.raises(KeyRefused):
        passkeys.add_key(session, settings, account, made, "otra vez", token="a", at=at)
    (line,) = passkeys.keys_of(session, account)
    assert (line.name, line.added_at, line.used_at) == ("Llave azul", at, None)
    asked = passkeys.ask_key(session, settings, account, "c")
    assert [each["id"] for each in json.loads(asked)["allowCredentials"]] == [coded(key.identity)]
    answer, later = key.signed(asked), at + timedelta(hours=1)
    for token, whose in (("d", account), ("c", account + 1)):
        with pytest.raises(KeyRefused):
            passkeys.answered(session, settings, whose, answer, token=token, at=later)
    passkeys.answered(session, settings, account, answer, token="c", at=later)
    assert passkeys.keys_of(session, account)[0].used_at == later
    with pytest.raises(KeyRefused):  # a copy has counted no further
        passkeys.answered(session, settings, account, answer, token="c", at=later)
    passkeys.answered(session, settings, account, key.signed(asked), token="c", at=later)


def test_a_signature_of_another_key_is_refused(session, settings, account):
    key, at = Key(settings), factories.CAMPAIGN
    made = key.made(passkeys.offer_key(session, settings, account, "a"))
    passkeys.add_key(session, settings, account, made, "x", token="a", at=at)
    forged = Key(settings).signed(passkeys.ask_key(session, settings, account, "a"))
    with pytest.raises(KeyRefused):
        passkeys.answered(session, settings, account, forged, token="a", at=at)


def test_an_account_keeps_ten_keys_and_its_only_second_step(session, settings, account):
    at, token = factories.CAMPAIGN, "a"

    def add(number):
        answer = Key(settings, number).made(passkeys.offer_key(session, settings, account, token))
        passkeys.add_key(session, settings, account, answer, "", token=token, at=at)

    for number in range(1, 11):
        add(number)
    with pytest.raises(Refused, match="hasta 10 llaves"):
        add(11)
    own = passkeys.keys_of(session, account)
    assert [line.name for line in own] == ["Llave"] * 10
    for line in own[1:]:
        passkeys.remove_key(session, account, line.id, at=at)
    with pytest.raises(Refused, match="único segundo paso"):
        passkeys.remove_key(session, account, own[0].id, at=at)
    with pytest.raises(NotFound):
        passkeys.remove_key(session, account, own[1].id, at=at)
    assert session.query(Passkey).count() == 1
