"""Settings of what may leave the server: what is allowed, what is refused, and that no password is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import SettingInvalid
from kb.settings_outgoing import MailServer, Outgoing, is_webhook, mail_address, outgoing_from_env

SECRET = "0123456789abcdef"


def test_nothing_is_set() -> None:
    assert outgoing_from_env({}) == Outgoing()
    assert not Outgoing().can_mail


def test_everything_is_set() -> None:
    found = outgoing_from_env(
        {
            "SVAR_SMTP_URL": "smtps://svar:p%40ss@mail.firma.example",
            "SVAR_MAIL_FROM": "support@firma.example",
            "SVAR_MAIL_DOMAINS": "firma.example, @Partner.example",
            "SVAR_REPLY_WEBHOOK": "https://desk.example/in?x=1",
            "SVAR_REPLY_WEBHOOK_SECRET": SECRET,
        }
    )
    assert found.mail_server == MailServer(
        host="mail.firma.example", port=465, implicit_tls=True, user="svar", password="p@ss"
    )
    assert found.mail_domains == ("firma.example", "partner.example")
    assert (found.mail_from, found.reply_webhook, found.reply_secret) == (
        "support@firma.example", "https://desk.example/in?x=1", SECRET,
    )  # fmt: skip
    assert "p@ss" not in repr(found)
    assert SECRET not in repr(found)


@pytest.mark.parametrize(("url", "port"), [("smtp://h", 587), ("smtp://h:25", 25), ("smtps://h/", 465)])
def test_ports(url: str, port: int) -> None:
    server = outgoing_from_env({"SVAR_SMTP_URL": url, "SVAR_MAIL_FROM": "a@b.example"}).mail_server
    assert server is not None
    assert server.port == port


@pytest.mark.parametrize(
    ("name", "value", "others"),
    [
        ("SVAR_SMTP_URL", "mail.firma.example", {}),
        ("SVAR_SMTP_URL", "http://mail.firma.example", {}),
        ("SVAR_SMTP_URL", "smtp://h:0", {}),
        ("SVAR_SMTP_URL", "smtp://h:99999", {}),
        ("SVAR_SMTP_URL", "smtp://u:hidden@h/path", {}),
        ("SVAR_MAIL_FROM", "", {"SVAR_SMTP_URL": "smtp://h"}),
        ("SVAR_MAIL_FROM", "Svar <a@b.example>", {}),
        ("SVAR_MAIL_DOMAINS", "firma example", {}),
        ("SVAR_REPLY_WEBHOOK", "http://desk.example", {"SVAR_REPLY_WEBHOOK_SECRET": SECRET}),
        ("SVAR_REPLY_WEBHOOK_SECRET", "short", {"SVAR_REPLY_WEBHOOK": "https://desk.example"}),
        ("SVAR_REPLY_WEBHOOK_SECRET", "", {"SVAR_REPLY_WEBHOOK": "https://desk.example"}),
    ],
)
def test_what_is_wrong_is_named_and_no_password_shown(name: str, value: str, others: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid, match=f"^{name} is") as error:
        outgoing_from_env({**others, name: value})
    assert "hidden" not in str(error.value)
    assert "short" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@b.example", "a@b.example"),
        (" Anna.Berg+x@Firma.Example ", "Anna.Berg+x@firma.example"),
        ("kund@företag.example", "kund@xn--fretag-wxa.example"),
        ("a@localhost", "a@localhost"),
        ("åsa@b.example", ""),
        ("a@b", ""),
        ("a@", ""),
        ("@b.example", ""),
        ("a..b@c.example", ""),
        ("a@b..example", ""),
        ("a@-b.example", ""),
        ("a@b.example\n", "a@b.example"),
        ("a@b.example\nBcc: c@d.example", ""),
        ("a@b.example\r\nSubject: x", ""),
        ("a@b.example,c@d.example", ""),
        ("a@b.example;c@d.example", ""),
        ('"a b"@c.example', ""),
        ("<a@b.example>", ""),
        ("a@[127.0.0.1]", ""),
        ("a\x00@b.example", ""),
        ("a" * 250 + "@b.example", ""),
        ("", ""),
    ],
)
def test_one_mail_address(text: str, address: str) -> None:
    assert mail_address(text) == address


@given(text=st.text(alphabet=st.sampled_from('ab@.\r\n ,;:<>"\\\x00\u2028å-'), max_size=40))
def test_what_passes_fits_into_one_header_line(text: str) -> None:
    found = mail_address(text)
    assert found.isascii()
    assert not set(found) & set('\r\n ,;:<>"\\\x00')
    assert found.count("@") == bool(found)
    assert mail_address(found) == found


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://x.example", True),
        ("https://x.example:8443/a/b?c=d", True),
        ("http://127.0.0.1:8000/x", True),
        ("http://localhost/x", True),
        ("http://[::1]:80/", True),
        ("http://x.example", False),
        ("http://10.0.0.1/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://localhost@evil.example/", False),
        ("https://user:pass@x.example", False),
        ("https://", False),
        ("https:///x", False),
        ("https://x.example/#part", False),
        ("https://x.example/ y", False),
        ("https://x.example/\r\nX: y", False),
        ("https://x.example:0/", False),
        ("https://x.example:port/", False),
        ("https://[::1", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_webhooks(url: str, *, allowed: bool) -> None:
    assert is_webhook(url) is allowed
