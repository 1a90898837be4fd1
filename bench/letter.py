"""The letter for a server's TLS by Qualys' "SSL Server Rating Guide" (version 2009r, May 2025).

No program that could be had gives that letter without asking a website about a public address, so
the guide's rules are here, over what sslyze reports. Whether browsers trust the certificate is left
out: that is the authority's, and a test's own is trusted by nobody.
"""

import re

PROTOCOLS = {
    "ssl_2_0": 0, "ssl_3_0": 80, "tls_1_0": 90, "tls_1_1": 95, "tls_1_2": 100, "tls_1_3": 100,
}  # fmt: skip
# Bits of RSA or of a Diffie-Hellman group, and of a symmetric key, below which a score ends.
KEYS = ((512, 20), (1024, 40), (2048, 80), (4096, 90), (None, 100))
CIPHERS = ((1, 0), (128, 20), (256, 80), (None, 100))
# Bits of a curve that are worth so many of RSA (NIST SP 800-57, table 2; X25519 tells 253).
CURVES = ((224, 1024), (250, 2048), (384, 3072), (521, 7680), (None, 15360))
LETTERS = ((80, "A"), (65, "B"), (50, "C"), (35, "D"), (20, "E"), (0, "F"))
ORDER = ("A+", "A", "A-", "B", "C", "D", "E", "F")
HALF_A_YEAR = 15_768_000  # seconds of HSTS from which it counts


def letter(scan, hsts):
    """The letter, the three scores, and why it is not a better one.

    `scan` is the `scan_result` of sslyze's JSON, each part of it `{"result": …}`; `hsts` the
    seconds of Strict-Transport-Security, 0 without.
    """
    found = {name: part["result"] for name, part in scan.items() if part.get("result")}
    spoken = {name: found[f"{name}_cipher_suites"] for name in PROTOCOLS}
    spoken = {name: each for name, each in spoken.items() if each["is_tls_version_supported"]}
    suites = [each for told in spoken.values() for each in told["accepted_cipher_suites"]]
    if not suites:
        return "F", (0, 0, 0), ["no protocol at all"]
    ciphers = [each["cipher_suite"] for each in suites]
    scores = (
        middle(PROTOCOLS[name] for name in spoken),
        min(step(KEYS, exchanged(each)) for each in suites),
        middle(step(CIPHERS, each["key_size"]) for each in ciphers),
    )
    whole = 0.3 * scores[0] + 0.3 * scores[1] + 0.4 * scores[2]
    reached = next(name for least, name in LETTERS if whole >= least)
    caps = capped(found, spoken, suites)
    if not caps and reached == "A" and hsts >= HALF_A_YEAR:
        return "A+", scores, []
    worst = max([reached, *(name for name, _ in caps)], key=ORDER.index)
    return worst, scores, [why for _, why in caps]


def capped(found, spoken, suites):
    """Each letter beyond which something keeps a server, and what."""
    ciphers = [each["cipher_suite"] for each in suites]
    names = " ".join(each["name"] for each in ciphers)
    nobody = any(each["is_anonymous"] or not each["key_size"] for each in ciphers)
    robot = found["robot"]["robot_result"].startswith("VULNERABLE")
    renegotiates = found["session_renegotiation"]["supports_secure_renegotiation"]
    falls_back = found["tls_fallback_scsv"]["supports_fallback_scsv"]
    return [
        (reached, why)
        for reached, why, here in (
            ("F", "SSL 2", "ssl_2_0" in spoken),
            ("F", "a cipher without a key or a name", nobody),
            ("F", "Heartbleed", found["heartbleed"]["is_vulnerable_to_heartbleed"]),
            ("F", "injected CCS", found["openssl_ccs_injection"]["is_vulnerable_to_ccs_injection"]),
            ("F", "ROBOT", robot),
            ("F", "insecure renegotiation", not renegotiates),
            ("C", "SSL 3", "ssl_3_0" in spoken),
            ("C", "compression", found["tls_compression"]["supports_compression"]),
            ("C", "RC4 or 3DES", re.search("RC4|3DES", names)),
            ("B", "TLS 1.0 or 1.1", {"tls_1_0", "tls_1_1"} & spoken.keys()),
            ("B", "no forward secrecy", not all(each["ephemeral_key"] for each in suites)),
            ("B", "no authenticated encryption", not re.search("GCM|CCM|POLY1305", names)),
            ("A-", "no TLS 1.3", "tls_1_3" not in spoken),
            ("A", "no TLS_FALLBACK_SCSV", "tls_1_3" in spoken and not falls_back),
        )
        if here
    ]


def exchanged(suite):
    """How many bits of RSA the exchange of keys is worth; what has none of its own is 2048."""
    key = suite["ephemeral_key"]
    if not key:
        return 2048
    return step(CURVES, key["size"]) if key["type_name"] == "ECDH" else key["size"]


def step(table, bits):
    """What a table of (below this many bits, this) says."""
    return next(value for end, value in table if end is None or bits < end)


def middle(scores):
    """The middle of the best and the worst, as the guide has it."""
    told = list(scores)
    return (max(told) + min(told)) / 2
