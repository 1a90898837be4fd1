"""Sending one mail by SMTP."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, localtime
from urllib.parse import SplitResult, unquote, urlsplit

from decide.settings import MAIL_IN_CLEAR, Settings

TIMEOUT = 15  # seconds
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
LONGEST_ADDRESS = 254
ADDRESS = re.compile(
    r"[^@\s,;<>\"()\\\x00-\x1f\x7f]{1,64}"
    r"@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}"
)


class MailRefused(Exception):
    """The server does not take this mail, and never will; the message is the kind of the fault."""


class MailDelayed(Exception):
    """The server could not be reached or says later; the message is the kind of the fault."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is sent. `name` is the same at every attempt, so that a repeated mail is recognised.

    `leave` is where one press ends such mails for good (RFC 8058); empty where there is no list.
    """

    to: str
    subject: str
    text: str
    html: str
    name: str
    leave: str = ""


def is_address(text: str) -> bool:
    """Whether somebody typed one whole mail address and nothing else."""
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def send(settings: Settings, message: Message) -> None:
    """Hand a mail to the server of `SMTP_URL`. Raise MailRefused or MailDelayed."""
    parts = urlsplit(settings.smtp_url)
    try:
        with connected(parts.scheme, parts.hostname or "", parts.port) as server:
            if parts.scheme == "smtp" and not may_be_read(parts):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(composed(settings, message))
    except (
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPDataError,
        smtplib.SMTPSenderRefused,
    ) as error:
        kind = MailRefused if code_of(error) >= 500 else MailDelayed
        raise kind(type(error).__name__) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailDelayed(type(error).__name__) from error


def connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    """An open connection: `smtps` is encrypted from the first byte, `smtp` not yet."""
    if scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
    server.ehlo()
    return server


def may_be_read(parts: SplitResult) -> bool:
    """Whether mails may go in clear: nobody is on the way, or the address says that none matters.

    A server that does not offer encryption is no reason: whoever is on the way can hide the offer.
    """
    return parts.query == MAIL_IN_CLEAR or parts.hostname in THIS_MACHINE


def code_of(error: smtplib.SMTPException) -> int:
    """The SMTP code of a refusal; 4xx is for later, 5xx for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _words in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 400


def composed(settings: Settings, message: Message) -> EmailMessage:
    """The mail with both bodies. Addresses and subject are checked by the library for new lines."""
    host = urlsplit(settings.public_url).hostname or "localhost"
    made = EmailMessage()
    made["From"] = formataddr((settings.site_name, settings.mail_from or settings.help_email))
    made["Date"] = localtime()
    made["To"] = message.to
    made["Subject"] = message.subject
    made["Message-ID"] = f"<{message.name}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    if message.leave:
        made["List-Unsubscribe"] = f"<{message.leave}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(message.text)
    made.add_alternative(message.html, subtype="html")
    return made
