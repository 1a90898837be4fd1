"""The one-file verifier: what was delivered passes, nothing else does, not even if we sign it.

`MUTANTS=10000 pytest tests/integration/test_verification.py` tries that many of each kind.
"""

import base64
import dataclasses
import io
import os
import random
import sqlite3
import subprocess
import sys
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from decide.delivery.evidence import VERIFIER
from decide.seals.merkle import included
from decide.seals.notes import Checkpoint, Signer, opened, signed
from tests.delivery_world import own_world, spoken_world  # noqa: F401
from tests.verified import (
    delivered_world,  # noqa: F401
    everything_delivered,  # noqa: F401
    members,
    packed,
    resigned,
    verdict,
    verificar,
    with_database,
    without_an_idea,
)

MUTANTS = int(os.environ.get("MUTANTS", "300"))


def test_every_delivered_package_passes(office):
    for key, package in office.packages.items():
        manifest, head, _ = verificar.revisar(io.BytesIO(package), office.key)
        assert manifest["clave_de_quien_recibe"].lower() == key
        assert head[2] == base64.b64encode(bytes.fromhex(office.seals[0].root)).decode()


def test_it_runs_as_a_program_with_the_shipped_copy(office, tmp_path):
    files = members(office.packages["lucero"])
    assert files["verificar.py"] == VERIFIER.read_bytes()
    assert len(files["verificar.py"].splitlines()) <= 150
    (tmp_path / "verificar.py").write_bytes(files["verificar.py"])
    (tmp_path / "paquete.zip").write_bytes(office.packages["lucero"])

    def run(*more):
        return subprocess.run(
            [sys.executable, "verificar.py", "paquete.zip", *more],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    good = run(office.key)
    assert good.returncode == 0, good.stderr
    assert good.stdout.startswith("TODO EN ORDEN. Recibe: Partido Lucero (LUCERO)")
    assert run().returncode == 0, "without a key it takes the package's own and says which"
    other = Signer("otra", Ed25519PrivateKey.generate()).verifier.text()
    bad = run(other)
    assert bad.returncode == 1
    assert bad.stderr.startswith("NO COINCIDE: firma del paquete: no la firmó")


def test_our_own_implementation_agrees_with_the_verifiers(office):
    for package in office.packages.values():
        base = sqlite3.connect(":memory:")
        base.deserialize(members(package)["datos.sqlite"])
        told = base.execute("SELECT nivel, huellas FROM prueba ORDER BY nivel").fetchall()
        leaves = base.execute("SELECT hoja, contenido, folio FROM hoja ORDER BY hoja").fetchall()
        assert told == list(office.tree.proving(leaf for leaf, _, _ in leaves))
        for leaf, content, folio in leaves:
            node = sha256(b"\0" + content + folio).digest()
            assert included(
                office.tree.root(), office.tree.size, leaf, node, office.tree.proof(leaf)
            )
        base.close()


def test_no_flipped_byte_in_any_file_passes(office):
    """Of every file, re-packed as it is: what was signed is what must be there."""
    chance = random.Random(7)
    files = members(office.packages["nopal"])
    for name, content in files.items():
        for _ in range(max(8, MUTANTS // len(files))):
            broken = bytearray(content)
            place = chance.randrange(len(broken))
            broken[place] ^= 1 << chance.randrange(8)
            reason = verdict(packed(files | {name: bytes(broken)}), office.key)
            # Our key is given, so the copy of the key in the package is only a file like others.
            assert reason, (name, place)


def test_whatever_is_flipped_in_the_zip_nothing_else_is_ever_taken_for_the_delivery(office):
    """A flip in the ZIP's own frame may be harmless; then every file still is the signed one."""
    chance = random.Random(11)
    package = office.packages["nopal"]
    wanted, harmless = members(package), 0
    for _ in range(MUTANTS):
        broken = bytearray(package)
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        if verdict(bytes(broken), office.key) is None:
            assert members(bytes(broken)) == wanted
            harmless += 1
    assert harmless < MUTANTS / 10


def test_a_file_more_or_less_is_refused(office):
    files = members(office.packages["nopal"])
    assert "sobra o falta" in verdict(packed(files | {"nuevo.txt": b"x"}), office.key)
    for name in files:
        less = {each: content for each, content in files.items() if each != name}
        assert verdict(packed(less), office.key), name


def test_a_package_signed_by_somebody_else_is_refused(office):
    stranger = Signer(office.signer.name, Ed25519PrivateKey.generate())
    files = members(office.packages["nopal"])
    files["clave.txt"] = f"{stranger.verifier.text()}\n".encode()
    text, _ = opened(files["cabeza.txt"].decode(), [office.signer.verifier])
    files["cabeza.txt"] = signed(text, [stranger]).encode()
    forged = resigned(files, stranger)
    assert verdict(forged, None) is None, "by its own key it is consistent: so give the real key"
    assert "no la firmó la clave de la autoridad" in verdict(forged, office.key)


FORGERIES = {
    "an idea left out": (
        ("DELETE FROM idea WHERE idea = 1", "DELETE FROM hoja WHERE idea = 1"),
        "no dan la raíz",
    ),
    "an idea left out, its leaf kept": (
        ("DELETE FROM idea WHERE idea = 1",), "hay hojas sin idea",
    ),
    "an idea invented": (
        (("INSERT INTO idea SELECT 9999, asunto, version, tipo, tema, municipio, dia, 0, 'x',"
         " NULL, NULL, sal FROM idea LIMIT 1"),), "hay ideas sin hoja",
    ),
    "a word changed": (
        ("UPDATE idea SET texto = texto || '.' WHERE idea = 3",), "no es la que se selló",
    ),
    "an idea moved to another day": (
        ("UPDATE idea SET dia = '2021-05-01' WHERE idea = 3",), "no es la que se selló",
    ),
    "an idea moved to another text": (
        (("UPDATE idea SET asunto = (SELECT max(asunto) FROM asunto WHERE asunto <> idea.asunto)"
         " WHERE idea = 3"),), "no es la que se selló",
    ),
    "an idea hidden as withdrawn": (
        ("UPDATE idea SET retirada = 1, texto = '', sal = NULL WHERE idea = 3",
         "UPDATE hoja SET contenido = randomblob(32) WHERE idea = 3"),
        "no dan la raíz",
    ),
    "two texts swapped": (
        (("UPDATE idea SET texto = (SELECT texto FROM idea o WHERE o.idea = 5 - idea.idea)"
         " WHERE idea IN (2, 3)"),), "no es la que se selló",
    ),
    "a count changed": (
        (("UPDATE conteo SET me_gusta = me_gusta + 1 WHERE rowid = (SELECT min(rowid) FROM conteo"
         " WHERE me_gusta > 0)"),), "no son los comprometidos",
    ),
    "a like turned into a dislike": (
        (("UPDATE conteo SET me_gusta = me_gusta - 1, no_me_gusta = no_me_gusta + 1"
         " WHERE rowid = (SELECT min(rowid) FROM conteo WHERE me_gusta > 0)"),),
        "no son los comprometidos",
    ),
    "a days count changed": (
        ("UPDATE conteo_diario SET me_gusta = me_gusta + 1 WHERE rowid = 1",), "por día",
    ),
    "a subject given to another actor": (
        (("UPDATE asunto SET actor = 'LUCERO-RAIZ' WHERE asunto = (SELECT min(i.asunto) FROM idea i"
         " JOIN asunto a ON a.asunto = i.asunto WHERE a.actor = 'LUCERO')"),),
        "no es la que se selló",
    ),
    "a leaf moved": (
        ("UPDATE hoja SET hoja = hoja + 100000 WHERE idea = 1",), "no cabe en el registro",
    ),
    "a proof torn": (
        ("UPDATE prueba SET huellas = zeroblob(length(huellas)) WHERE nivel = 0",),
        "no dan la raíz",
    ),
    "a proof cut short": (
        (("UPDATE prueba SET huellas = substr(huellas, 1, length(huellas) - 32)"
         " WHERE length(huellas) > 0"),), "no dan la raíz",
    ),
    "a level of the proof left out": (
        ("DELETE FROM prueba WHERE nivel = (SELECT max(nivel) FROM prueba)",), "dañado o alterado",
    ),
    "a commitment's opening exchanged": (
        ("UPDATE compromiso SET sal = zeroblob(32)",), "no son los comprometidos",
    ),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_not_even_we_can_forge(office, tmp_path, forgery):
    """Signed with the authority's own key: the seals of every day stand against it."""
    statements, reason = FORGERIES[forgery]
    forged = with_database(office.packages["lucero"], office.signer, tmp_path, *statements)
    assert reason in verdict(forged, office.key)


def test_who_leaves_out_an_idea_and_mends_the_proof_meets_the_commitment(office, tmp_path):
    forged = without_an_idea(office, "lucero", tmp_path)
    assert "no son los comprometidos" in verdict(forged, office.key)


def test_the_forger_who_changes_nothing_is_not_refused(office):
    files = members(office.packages["lucero"])
    assert verdict(resigned(files, office.signer), office.key) is None


def test_an_older_head_is_refused(office):
    for older in office.seals[1:]:
        files = members(office.packages["lucero"])
        if older.root == office.seals[0].root:
            continue
        files["cabeza.txt"] = older.note.encode()
        assert verdict(resigned(files, office.signer), office.key)


def test_a_head_with_another_root_or_another_list_is_refused_though_we_sign_it(office):
    files = members(office.packages["lucero"])
    text, _ = opened(files["cabeza.txt"].decode(), [office.signer.verifier])
    head = Checkpoint.parse(text)
    forged = dataclasses.replace(head, root=b"x" * 32)
    files["cabeza.txt"] = signed(forged.text(), [office.signer]).encode()
    assert "no dan la raíz" in verdict(resigned(files, office.signer), office.key)
    files = members(office.packages["lucero"])
    files["compromisos.txt"] = files["compromisos.txt"].replace(b"LUCERO ", b"LUCERA ")
    assert "los compromisos no son" in verdict(resigned(files, office.signer), office.key)


def test_the_package_of_one_actor_is_not_taken_for_anothers(office):
    """Whole databases exchanged and signed: each is consistent, and says whose it is."""
    mixed = members(office.packages["nopal"])
    mixed["datos.sqlite"] = members(office.packages["lucero"])["datos.sqlite"]
    assert "clave_de_quien_recibe" in verdict(resigned(mixed, office.signer), office.key)


@pytest.mark.parametrize("junk", [b"", b"PK", b"\0" * 100, b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_package_is_refused(junk):
    assert "dañado o alterado" in verdict(junk, None)
