"""Signed notes: what was signed opens, and nothing else does."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from decide.seals.notes import BrokenNote, Checkpoint, Signer, Verifier, opened, signed

# The example of the C2SP signed-note specification, signed by its own key.
EXAMPLE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
    "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def key(name="decide.test/em.2021", seed=1):
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def test_the_example_of_the_specification_opens():
    text, names = opened(EXAMPLE, [Verifier.parse(EXAMPLE_KEY)])
    assert names == (Verifier.parse(EXAMPLE_KEY),)
    assert text.endswith("what your problem is.\n")
    assert Verifier.parse(EXAMPLE_KEY).text() == EXAMPLE_KEY


def test_a_note_opens_with_each_of_its_keys_and_with_no_other():
    old, new, other = key(seed=1), key(seed=2), key(seed=3)
    note = signed("texto\n", [old, new])
    assert opened(note, [old.verifier])[0] == "texto\n"
    assert len(opened(note, [old.verifier, new.verifier])[1]) == 2
    with pytest.raises(BrokenNote, match="no known key"):
        opened(note, [other.verifier])


def test_no_flipped_byte_opens():
    signer = key()
    note = signed("decide.test\n3\nabc\n", [signer]).encode()
    for place in range(len(note)):
        for flip in (1 << bit for bit in range(8)):
            broken = bytearray(note)
            broken[place] ^= flip
            with pytest.raises((BrokenNote, UnicodeDecodeError)):
                opened(bytes(broken).decode(), [signer.verifier])


@pytest.mark.parametrize(
    "note", ["", "\n\n", "texto\n", "texto\n\n", "texto\n\nalgo\n", "a\n\n— b c\n"]
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(BrokenNote):
        opened(note, [key().verifier])


def test_a_checkpoint_reads_back_as_it_was_written():
    head = Checkpoint("decide.test/em.2021", 5, b"r" * 32, (("sello", "3"), ("conteos", "x=")))
    assert Checkpoint.parse(head.text()) == head
    assert head.told()["sello"] == "3"
    bare = Checkpoint("decide.test/em.2021", 0, b"r" * 32, ())
    assert Checkpoint.parse(bare.text()) == bare
    for broken in (
        head.text()[:-1],
        head.text().replace("\n5\n", "\n05\n"),
        head.text().replace("\n5\n", "\nx\n"),
        head.text() + "suelta\n",
        head.text().replace(base64.b64encode(b"r" * 32).decode(), "cG9jbw=="),
        "",
    ):
        with pytest.raises(BrokenNote):
            Checkpoint.parse(broken)


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", EXAMPLE_KEY.replace("c7", "c8")])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(BrokenNote):
        Verifier.parse(text)
