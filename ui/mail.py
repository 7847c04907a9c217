"""Handing mail in at the team's own mail server."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from kb.settings_outgoing import MailServer, Outgoing, is_this_machine, mail_address
from ui.http_post import Posted

TIMEOUT_S = 10.0
TOTAL_S = 40.0
"""For everything after the greeting: a server that sends one byte now and then does not hold the outbox up."""
_PERMANENT = 500


def compose(outgoing: Outgoing, *, to: str, subject: str, text: str, key: str, at: datetime) -> EmailMessage:
    """A mail in plain text; the same for every try, so that a server that knows its Message-ID keeps it once.

    Args:
        outgoing: Who it is from.
        to: One address; checked again here.
        subject: Any text; line breaks and control characters become spaces.
        text: Any text.
        key: Of the post.
        at: When it was written.

    Raises:
        ValueError: The address is not one address.
    """
    address = mail_address(to)
    if not address or address != to:
        raise ValueError(f"{to[:80]!r} is not one email address")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = outgoing.mail_from
    mail["To"] = address
    mail["Subject"] = " ".join("".join(c if c.isprintable() else " " for c in subject).split())
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{key}@{outgoing.mail_from.rpartition('@')[2]}>"
    mail.set_content(text.replace("\x00", ""))
    return mail


def hand_in(server: MailServer, mail: EmailMessage, *, timeout_s: float = TIMEOUT_S) -> Posted:
    """Hand a mail in once; whatever goes wrong is an answer too.

    Args:
        server: Where. A password is only ever said over an encrypted connection, or to this very machine.
        mail: What.
        timeout_s: How long each step may take.
    """
    own_name = str(mail["From"]).rpartition("@")[2]
    try:
        with _connection(server, own_name, timeout_s) as connection, _within(TOTAL_S, connection):
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(mail)
        return Posted(ok=True, said="handed in")
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()), (0, b""))
        return Posted(ok=False, said=_line(code, said), final=code >= _PERMANENT)
    except smtplib.SMTPAuthenticationError as error:
        return Posted(ok=False, said=f"the mail server refused the password ({error.smtp_code})")
    except smtplib.SMTPResponseException as error:
        # A refused text stays refused; a refused sender or greeting is something that an admin can mend.
        final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _PERMANENT
        return Posted(ok=False, said=_line(error.smtp_code, error.smtp_error), final=final)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Posted(ok=False, said=f"{type(error).__name__}: {error}"[:200])


def _connection(server: MailServer, own_name: str, timeout_s: float) -> smtplib.SMTP:
    # Without a name of our own, smtplib looks the machine's up in the network and tells it.
    context = ssl.create_default_context()
    if server.implicit_tls:
        return smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=timeout_s, context=context)
    connection = smtplib.SMTP(server.host, server.port, own_name, timeout=timeout_s)
    try:
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        elif server.user and not is_this_machine(server.host):
            raise smtplib.SMTPException("the mail server offers no encryption, so the password is not sent")
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _within(seconds: float, connection: smtplib.SMTP) -> Iterator[None]:
    def end() -> None:
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    ending = threading.Timer(seconds, end)
    ending.daemon = True
    ending.start()
    try:
        yield
    finally:
        ending.cancel()


def _line(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"SMTP {code} {' '.join(text.split())}"[:200]
