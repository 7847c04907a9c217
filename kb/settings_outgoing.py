"""What may leave the server and by which way: the mail server, who mail may go to, and the help desk's webhook."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from kb.errors import SettingInvalid

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?P<domain>[^\s@<>,;:\"]+)")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_ADDRESS = 254
"""RFC 5321, section 4.5.3.1."""
_FEWEST_SECRET = 16
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in."""

    host: str
    port: int
    implicit_tls: bool
    """smtps: encrypted from the first byte; else encrypted as soon as the server offers it."""
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Nothing leaves by a way that is not set here, or that no admin gave a team."""

    mail_server: MailServer | None = None
    mail_from: str = ""
    """The address that mail comes from."""
    mail_domains: tuple[str, ...] = ()
    """Mail goes to these domains only; empty means to all."""
    reply_webhook: str = ""
    """Public replies to imported tickets go there; empty means nowhere."""
    reply_secret: str = field(default="", repr=False)
    """What they are signed with."""

    @property
    def can_mail(self) -> bool:
        """Whether mail can be sent."""
        return self.mail_server is not None


def outgoing_from_env(env: Mapping[str, str]) -> Outgoing:
    """Read SVAR_SMTP_URL, SVAR_MAIL_FROM, SVAR_MAIL_DOMAINS, SVAR_REPLY_WEBHOOK and SVAR_REPLY_WEBHOOK_SECRET.

    Args:
        env: Usually os.environ.

    Raises:
        SettingInvalid: A value is not what it should be; the message names the variable and shows no password.
    """
    server = _mail_server(env.get("SVAR_SMTP_URL", "").strip())
    sender = env.get("SVAR_MAIL_FROM", "").strip()
    if server is not None or sender:
        checked = mail_address(sender)
        if not checked:
            raise SettingInvalid("SVAR_MAIL_FROM", sender, "the email address that mail comes from")
        sender = checked
    webhook = env.get("SVAR_REPLY_WEBHOOK", "").strip()
    secret = env.get("SVAR_REPLY_WEBHOOK_SECRET", "").strip()
    if webhook and not is_webhook(webhook):
        raise SettingInvalid("SVAR_REPLY_WEBHOOK", webhook, "an address that begins with https://, without a password")
    if webhook and not is_secret(secret):
        raise SettingInvalid(
            "SVAR_REPLY_WEBHOOK_SECRET", "(not shown)", f"at least {_FEWEST_SECRET} letters, digits and signs of ASCII"
        )
    return Outgoing(
        mail_server=server, mail_from=sender, mail_domains=_domains(env.get("SVAR_MAIL_DOMAINS", "")),
        reply_webhook=webhook, reply_secret=secret,
    )  # fmt: skip


def mail_address(text: str) -> str:
    """One e-mail address as it may stand in a header, its domain in ASCII; empty if it is none.

    No names, no lists, no quoted local parts, no control characters: what passes cannot become a second header.
    """
    match = _ADDRESS.fullmatch(text.strip())
    if match is None or len(text) > _LONGEST_ADDRESS:
        return ""
    try:
        domain = match["domain"].encode("idna").decode("ascii").casefold()
    except UnicodeError:
        return ""
    labels = domain.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or (len(labels) < 2 and domain != "localhost"):
        return ""
    return f"{match[0].rpartition('@')[0]}@{domain}"


def is_webhook(url: str) -> bool:
    """Whether an address may be posted to: https, or http to this very machine; no password in it, no fragment."""
    if len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        if not parts.hostname or parts.port == 0 or parts.username or parts.password or parts.fragment:
            return False
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname))


def is_this_machine(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_secret(text: str) -> bool:
    """Whether something is long enough to sign with."""
    return len(text) >= _FEWEST_SECRET and text.isascii() and text.isprintable()


def _mail_server(url: str) -> MailServer | None:
    if not url:
        return None
    allowed = "smtp://user:password@host:port or smtps://…"
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise SettingInvalid("SVAR_SMTP_URL", "(not shown)", allowed) from None
    if parts.scheme not in _PORTS or not parts.hostname or not port or parts.path not in {"", "/"}:
        raise SettingInvalid("SVAR_SMTP_URL", "(not shown)", allowed)
    return MailServer(
        host=parts.hostname, port=port, implicit_tls=parts.scheme == "smtps", user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )  # fmt: skip


def _domains(text: str) -> tuple[str, ...]:
    found = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        address = mail_address(f"x@{part.removeprefix('@')}")
        if not address:
            raise SettingInvalid("SVAR_MAIL_DOMAINS", text, "domains such as firma.example, with commas between them")
        found.append(address.partition("@")[2])
    return tuple(found)
