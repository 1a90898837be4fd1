"""Every knob of the service: one frozen object, read once by an entry point.

A knob without a default must be set, and a missing one stops the start by its name. The quiet
default is always the safe one. `flask decide settings` prints this file as a table.
"""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, get_type_hints
from urllib.parse import parse_qs, urlsplit

KEYS = ("secret_key", "process_key")
MAIL_IN_CLEAR = "tls=none"  # what ends an address of a mail server that may be spoken to so


class SettingsError(Exception):
    """A knob is missing or cannot be read; the message names it and says what to write."""


def knob(help_text: str, default: object = MISSING, *, secret: bool = False) -> Any:
    """Declare one knob: its help, its default (none = must be set), whether printing hides it."""
    metadata = {"help": help_text, "secret": secret}
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings. The environment variable of a knob is its name in upper case."""

    database_url: str = knob(
        "PostgreSQL ≥ 18, as postgresql+psycopg://user@host/name. In clear, unless it ends in "
        "?sslmode=verify-full&sslrootcert=/path/of/the/authority.pem.",
        secret=True,
    )
    redis_url: str = knob(
        "Ledger Redis/Valkey: press log and counters. Must run appendfsync always, noeviction. "
        "redis+cluster://host:port leads to a cluster, rediss:// is encrypted "
        "(?ssl_ca_certs=/path/of/the/authority.pem).",
        secret=True,
    )
    queue_url: str = knob(
        "Queue Redis/Valkey: jobs and throttles. May be another database of the same server.",
        secret=True,
    )
    secret_key: str = knob(
        "Signs log-in sessions and forms. May be rotated. For the web server alone.", secret=True
    )
    replica_url: str = knob(
        "A PostgreSQL that follows the first, from which pages that are the same for everybody are "
        "read while it is not behind; empty = none.",
        "",
        secret=True,
    )
    process_key: str = knob(
        "Keys device cookies, press ids and folios. Must never change during one process. "
        "The drain and `flask decide migrate` need none.",
        secret=True,
    )
    files_folder: Path = knob("Where deliveries, letters and uploads are kept.")
    files_url: str = knob(
        "An S3-compatible store behind FILES_FOLDER, for several hosts, as "
        "s3://bucket/folder?endpoint=https://…&region=…; empty = the folder alone.",
        "",
    )
    files_key: str = knob("Access key of FILES_URL.", "", secret=True)
    files_secret: str = knob("Secret key of FILES_URL.", "", secret=True)
    public_url: str = knob("Address citizens use, without a final slash.", "http://127.0.0.1:8000")
    site_name: str = knob("Name of the tool on every page.", "Decide")
    authority: str = knob(
        "Name of the electoral authority.", "Instituto Electoral del Estado de México"
    )
    help_phone: str = knob("Help telephone in the footer of each page.", "800 712 43 36")
    help_email: str = knob("Help mail address in the footer of each page.", "decide@example.org")
    smtp_url: str = knob(
        "Mail server, as smtp://user:password@host:587 or smtps://…; empty = no mail is sent. "
        f"Encrypted, unless it is this machine or ends in ?{MAIL_IN_CLEAR}.",
        "",
        secret=True,
    )
    mail_from: str = knob("Sender of mails; empty = the help mail address.", "")
    help_hours: str = knob("When help is answered.", "lunes a viernes, de 9:00 a 17:00 horas")
    time_zone: str = knob("Zone of every date on a page.", "America/Mexico_City")
    ledger_shards: int = knob(
        "Shards of the press log. Fixed for one process: a press always lands in the same shard.", 4
    )
    snapshot_seconds: float = knob(
        "Seconds between a web worker's looks at calendar and subjects in SQL; 0 = always.",
        1.0,
    )
    presses_per_hour: int = knob("Presses one device may send in an hour.", 600)
    ideas_per_hour: int = knob("Ideas one device may send in an hour.", 20)
    answers_per_network: int = knob(
        "Answers from one network in a day of one worker; beyond it an alert asks for a proof.", 300
    )
    confirmations_per_network: int = knob(
        "Confirmations without script that one network may send in an hour of one worker.", 120
    )
    alert_answers_per_minute: int = knob(
        "Answers in a minute from which the program raises the pressure level to alert.", 6_000
    )
    siege_answers_per_minute: int = knob(
        "Answers in a minute from which the program raises the pressure level to siege.", 30_000
    )
    proxies: int = knob(
        "Reverse proxies in front that append X-Forwarded-For; 0 = none, trust no such header.", 0
    )
    api_per_minute: int = knob("Questions one network may put to the API in a minute.", 600)
    voices_per_hour: int = knob(
        "Survey answers, suggestions or requests one network may send in an hour.", 300
    )
    logins_per_quarter: int = knob("Failed log-ins per account in 15 minutes before a pause.", 10)
    session_idle_minutes: int = knob("A log-in ends after this time without use.", 30)
    session_hours: int = knob("A log-in ends after this time in any case.", 12)
    second_factor: bool = knob(
        "Asks every account for a second factor. A demonstration asks only whoever has set one up.",
        True,
    )
    migration_url: str = knob(
        "The same database for `flask decide migrate`: its owner, the first time a superuser. "
        "Empty = DATABASE_URL.",
        "",
        secret=True,
    )
    role_passwords: str = knob(
        "Passwords that `flask decide migrate` gives to the database's roles, as "
        "app=…,drain=…,backup=…; empty = they keep theirs.",
        "",
        secret=True,
    )
    activation_days: int = knob("Days until the code on a letter expires, 14 at most.", 14)
    argon2_memory_kib: int = knob("Memory of one password hash, in KiB.", 19456)
    argon2_rounds: int = knob("Passes of one password hash.", 2)
    page_cache_mib: int = knob(
        "Memory for rendered public pages in each web worker, in MiB; 0 = keep none.", 64
    )
    shared_pages_mib: int = knob(
        "Most memory of the queue Redis for rendered pages that web workers share, in MiB; 0, or a "
        "queue on the ledger's own server: each renders its own.",
        64,
    )
    open_data_minutes: float = knob(
        "Minutes between two editions of the open data while content changes.", 10.0
    )
    upload_limit_mib: int = knob("Largest request body, in MiB.", 16)
    idea_retention_days: int = knob("Days after delivery until ideas are destroyed.", 365)
    demonstration: bool = knob("Shows the ribbon that says that all actors are invented.", False)
    metrics_token: str = knob(
        "Word that opens /metricas to a monitor (Authorization: Bearer …); empty = nobody.",
        "",
        secret=True,
    )
    log_level: str = knob("debug, info, warning or error.", "info")

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], *, keys: Collection[str] = KEYS
    ) -> "Settings":
        """Read all knobs from `environ`; SettingsError names each one missing or wrong.

        `keys` are those of KEYS that this program needs. Another one may be left out, so that who
        breaks into the program finds none; nobody can guess what then stands in its place.
        """
        types = get_type_hints(cls)
        values: dict[str, Any] = {}
        faults: list[str] = []
        for each in fields(cls):
            text = environ.get(each.name.upper(), "")
            if text:
                if each.name.endswith("_url"):
                    text = in_clear_unless_told(text)
                    faults += [f"{each.name.upper()}: {fault}" for fault in unfit(each.name, text)]
                try:
                    values[each.name] = parsed(types[each.name], text)
                except ValueError:
                    faults.append(
                        f"{each.name.upper()}: cannot read {text!r} as {types[each.name].__name__}"
                    )
            elif each.name in KEYS and each.name not in keys:
                values[each.name] = token_urlsafe(32)
            elif each.default is MISSING:
                faults.append(f"{each.name.upper()} is not set. {each.metadata['help']}")
        if faults:
            raise SettingsError("\n".join(faults))
        return cls(**values)

    @property
    def https(self) -> bool:
        """Whether citizens arrive by TLS: decides the cookie names and HSTS."""
        return self.public_url.startswith("https://")

    def described(self) -> list[tuple[str, str, str, str]]:
        """Rows (variable, type, value or “required”/“set”, help) for the documentation command."""
        types = get_type_hints(type(self))
        return [
            (
                each.name.upper(),
                types[each.name].__name__,
                shown(each, getattr(self, each.name)),
                each.metadata["help"],
            )
            for each in fields(self)
        ]


def parsed(kind: type, text: str) -> object:
    """`text` as `kind`; raises ValueError. Booleans are spelled out, so that "0" is not true."""
    if kind is bool:
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off"):
            return False
        raise ValueError(text)
    return kind(text)


def unfit(name: str, address: str) -> list[str]:
    """Why an address must not stand: it names no server, or encryption with whoever answers."""
    parts = urlsplit(address)
    if name == "smtp_url":
        readable = parts.scheme in ("smtp", "smtps") and parts.hostname
        known = readable and parts.query in ("", MAIL_IN_CLEAR)
        return [] if known else [f"write smtp://…, smtps://… or smtp://…?{MAIL_IN_CLEAR}"]
    told = parse_qs(parts.query)
    mode = told.get("sslmode", ["disable"])[-1]
    if address.startswith("postgresql") and mode not in ("disable", "verify-full"):
        return [f"sslmode={mode} takes any certificate. Write sslmode=verify-full."]
    if address.startswith("rediss:") and {"ssl_cert_reqs", "ssl_check_hostname"} & told.keys():
        return ["Certificates are always checked: leave out ssl_cert_reqs and ssl_check_hostname."]
    return []


def in_clear_unless_told(address: str) -> str:
    """The address; one of PostgreSQL that does not speak of encryption goes in clear.

    Its library would encrypt by itself and check nothing, which looks safe and is not.
    """
    if not address.startswith("postgresql") or "sslmode=" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}sslmode=disable"


def shown(each: "Field[Any]", value: object) -> str:
    """A knob's value for a person's eyes: secrets only as “set”."""
    return "(set)" if each.metadata["secret"] else str(value)


def documented() -> list[tuple[str, str, str, str]]:
    """Rows (variable, type, default or “required”, help) of all knobs, without reading any."""
    types = get_type_hints(Settings)
    return [
        (
            each.name.upper(),
            types[each.name].__name__,
            "required" if each.default is MISSING else str(each.default),
            each.metadata["help"],
        )
        for each in fields(Settings)
    ]
