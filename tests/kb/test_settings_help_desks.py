"""Where drafts are written back to: set as a whole or not at all, and no secret is ever shown."""

from __future__ import annotations

import pytest

from kb.errors import SettingInvalid
from kb.settings_help_desks import help_desks_from_env

WHOLE = {
    "SVAR_ZENDESK_URL": "https://x.zendesk.com/",
    "SVAR_ZENDESK_AUTH": "a@b.example:token",
    "SVAR_ZENDESK_PLACE": "1:2",
}


def test_none_is_set_by_default() -> None:
    assert help_desks_from_env({}) == ()


def test_what_is_set_is_read() -> None:
    (zendesk,) = help_desks_from_env(WHOLE)
    assert (zendesk.system, zendesk.url, zendesk.place) == ("zendesk", "https://x.zendesk.com", "1:2")
    assert "token" not in repr(zendesk)
    (hubspot,) = help_desks_from_env({"SVAR_HUBSPOT_AUTH": "pat", "SVAR_HUBSPOT_PLACE": "7"})
    assert hubspot.url == "https://api.hubapi.com"


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"SVAR_ZENDESK_URL": ""}, "SVAR_ZENDESK_URL"), ({"SVAR_ZENDESK_URL": "http://x.example"}, "SVAR_ZENDESK_URL"),
        ({"SVAR_ZENDESK_URL": "https://a:b@x.example"}, "SVAR_ZENDESK_URL"), ({"SVAR_ZENDESK_AUTH": "only-a-token"}, "SVAR_ZENDESK_AUTH"),
        ({"SVAR_ZENDESK_AUTH": "a:b\nX: y"}, "SVAR_ZENDESK_AUTH"), ({"SVAR_ZENDESK_PLACE": "1"}, "SVAR_ZENDESK_PLACE"),
        ({"SVAR_ZENDESK_PLACE": "1/../2:3"}, "SVAR_ZENDESK_PLACE"), ({"SVAR_FRESHDESK_AUTH": "key"}, "SVAR_FRESHDESK_URL"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(changes: dict[str, str], name: str) -> None:
    with pytest.raises(SettingInvalid, match=name) as caught:
        help_desks_from_env(WHOLE | changes)
    assert "token" not in str(caught.value).replace("API token", "").replace("access token", "")
