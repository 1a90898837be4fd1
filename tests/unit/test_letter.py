"""R27: the letter for TLS, by the guide's own rules."""

import pytest

from bench.letter import HALF_A_YEAR, PROTOCOLS, letter

GOOD = ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 128)
BEST = ("TLS_AES_256_GCM_SHA384", 256)


def suite(name, bits, *, key=("ECDH", 253)):
    return {
        "cipher_suite": {"name": name, "key_size": bits, "is_anonymous": False},
        "ephemeral_key": key and {"type_name": key[0], "size": key[1]},
    }


def scan(spoken, **other):
    """What sslyze reports of a server that speaks so, and has no hole but those named."""
    said = {
        f"{name}_cipher_suites": {
            "is_tls_version_supported": name in spoken,
            "accepted_cipher_suites": spoken.get(name, []),
        }
        for name in PROTOCOLS
    }
    said |= {
        "heartbleed": {"is_vulnerable_to_heartbleed": False},
        "openssl_ccs_injection": {"is_vulnerable_to_ccs_injection": False},
        "robot": {"robot_result": "NOT_VULNERABLE_RSA_NOT_SUPPORTED"},
        "session_renegotiation": {"supports_secure_renegotiation": True},
        "tls_compression": {"supports_compression": False},
        "tls_fallback_scsv": {"supports_fallback_scsv": True},
    }
    return {name: {"result": each} for name, each in (said | other).items()}


TODAY = {"tls_1_2": [suite(*GOOD)], "tls_1_3": [suite(*BEST)]}


def test_two_protocols_of_today_are_an_a_and_with_hsts_an_a_plus():
    assert letter(scan(TODAY), 0) == ("A", (100, 90, 90), [])
    assert letter(scan(TODAY), HALF_A_YEAR) == ("A+", (100, 90, 90), [])
    assert letter(scan(TODAY), HALF_A_YEAR - 1)[0] == "A"


@pytest.mark.parametrize(
    ("wanted", "spoken", "other"),
    [
        ("A-", {"tls_1_2": [suite(*GOOD)]}, {}),
        ("B", TODAY | {"tls_1_1": [suite(*GOOD)]}, {}),
        ("B", TODAY | {"tls_1_2": [suite("TLS_RSA_WITH_AES_128_GCM_SHA256", 128, key=None)]}, {}),
        ("B", {"tls_1_3": [suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 128)]}, {}),
        ("C", TODAY | {"ssl_3_0": [suite(*GOOD)]}, {}),
        ("C", TODAY | {"tls_1_2": [suite("TLS_ECDHE_RSA_WITH_RC4_128_SHA", 128)]}, {}),
        ("F", TODAY | {"ssl_2_0": [suite(*GOOD)]}, {}),
        ("F", TODAY | {"tls_1_2": [suite("TLS_ECDHE_RSA_WITH_NULL_SHA", 0)]}, {}),
        ("F", TODAY, {"heartbleed": {"is_vulnerable_to_heartbleed": True}}),
        ("F", TODAY, {"robot": {"robot_result": "VULNERABLE_WEAK_ORACLE"}}),
        ("F", {}, {}),
    ],
)
def test_each_weakness_keeps_it_from_a_better_letter(wanted, spoken, other):
    found, _, why = letter(scan(spoken, **other), HALF_A_YEAR)
    assert found == wanted
    assert why


def test_short_keys_lower_the_score_though_nothing_else_is_wrong():
    weak = TODAY | {"tls_1_2": [suite(*GOOD, key=("DH", 1000))]}
    assert letter(scan(weak), HALF_A_YEAR)[1] == (100, 40, 90)
    assert letter(scan({"tls_1_3": [suite(*BEST, key=("ECDH", 384))]}), 0)[1] == (100, 100, 100)
