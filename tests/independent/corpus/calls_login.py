"""Calls about logging in, devices and the connection itself."""

from __future__ import annotations

from tests.independent.corpus.scene import Case, fn, t

API, HASH = 12345, "0123456789abcdef0123456789abcdef"
SETTINGS = t.CodeSettings()


def send_code(phone: str, api: int = API, api_hash: str = HASH) -> fn.auth.SendCodeRequest:
    return fn.auth.SendCodeRequest(phone, api, api_hash, SETTINGS)


CASES = (
    Case("a code for no phone", lambda s: send_code("nobody"), "400 PHONE_NUMBER_INVALID", "new"),
    Case("a code for an empty phone", lambda s: send_code(""), "400 PHONE_NUMBER_INVALID", "new"),
    Case(
        "a code for a phone without account",
        lambda s: send_code("+15550100"),
        "400 PHONE_NUMBER_INVALID",
        "new",
    ),
    Case(
        "a sign-in with an unknown hash",
        lambda s: fn.auth.SignInRequest("+9996610014", "feedface", phone_code="11111"),
        "400 PHONE_CODE_EXPIRED",
        "new",
    ),
    Case(
        "a sign-in of no phone",
        lambda s: fn.auth.SignInRequest("x", "feedface", phone_code="1"),
        "400 PHONE_NUMBER_INVALID",
        "new",
    ),
    Case(
        "another code for an unknown hash",
        lambda s: fn.auth.ResendCodeRequest("+9996610014", "feedface"),
        "400 PHONE_CODE_EXPIRED",
        "new",
    ),
    Case(
        "another code without a hash",
        lambda s: fn.auth.ResendCodeRequest("+9996610014", ""),
        "400 PHONE_CODE_HASH_EMPTY",
        "new",
    ),
    Case(
        "cancelling an unknown code",
        lambda s: fn.auth.CancelCodeRequest("+9996610014", "feedface"),
        "400 PHONE_CODE_EXPIRED",
        "new",
    ),
    Case(
        "who am I, not logged in",
        lambda s: fn.users.GetUsersRequest([t.InputUserSelf()]),
        "401 AUTH_KEY_UNREGISTERED",
        "new",
    ),
    Case("chats, not logged in", lambda s: fn.updates.GetStateRequest(), "401 AUTH_KEY_UNREGISTERED", "new"),
    Case("the configuration, not logged in", lambda s: fn.help.GetConfigRequest(), "Config", "new"),
    Case("the nearest data centre", lambda s: fn.help.GetNearestDcRequest(), "NearestDc", "new"),
    Case("a login token", lambda s: fn.auth.ExportLoginTokenRequest(API, HASH, []), "LoginToken", "new"),
    Case(
        "an unknown login token",
        lambda s: fn.auth.ImportLoginTokenRequest(b"x" * 24),
        "400 AUTH_TOKEN_INVALID",
        "new",
    ),
    Case(
        "accepting an unknown token",
        lambda s: fn.auth.AcceptLoginTokenRequest(b"x" * 24),
        "400 AUTH_TOKEN_INVALIDX",
    ),
    Case(
        "a login brought from nowhere",
        lambda s: fn.auth.ImportAuthorizationRequest(5, b"x"),
        "400 AUTH_BYTES_INVALID",
        "new",
    ),
    Case("a login for no data centre", lambda s: fn.auth.ExportAuthorizationRequest(99), "400 DC_ID_INVALID"),
    Case(
        "a password where there is none",
        lambda s: fn.auth.CheckPasswordRequest(t.InputCheckPasswordEmpty()),
        "400 PASSWORD_HASH_INVALID",
    ),
    Case("the password's parameters", lambda s: fn.account.GetPasswordRequest(), "Password"),
    Case(
        "binding with a key that is not temporary",
        lambda s: fn.auth.BindTempAuthKeyRequest(1, 1, t_soon(), b"x" * 104),
        "400 TEMP_AUTH_KEY_EMPTY",
    ),
    Case("devices", lambda s: fn.account.GetAuthorizationsRequest(), "Authorizations"),
    Case(
        "throwing out others, fresh",
        lambda s: fn.auth.ResetAuthorizationsRequest(),
        "406 FRESH_RESET_AUTHORISATION_FORBIDDEN",
    ),
    Case(
        "throwing out one other, fresh",
        lambda s: fn.account.ResetAuthorizationRequest(7),
        "406 FRESH_RESET_AUTHORISATION_FORBIDDEN",
    ),
    Case(
        "taking everything along, fresh",
        lambda s: fn.account.InitTakeoutSessionRequest(),
        "420 TAKEOUT_INIT_DELAY_%d",
    ),
    Case(
        "ending what was not begun",
        lambda s: fn.account.FinishTakeoutSessionRequest(),
        "403 TAKEOUT_REQUIRED",
    ),
    Case(
        "a request within no takeout",
        lambda s: fn.InvokeWithTakeoutRequest(5, fn.updates.GetStateRequest()),
        "400 TAKEOUT_INVALID",
    ),
    Case("being here", lambda s: fn.account.UpdateStatusRequest(False), "bool"),
    Case("terms of service", lambda s: fn.help.GetTermsOfServiceUpdateRequest(), "TermsOfServiceUpdateEmpty"),
    Case(
        "an e-mail address that is none",
        lambda s: fn.account.SendVerifyEmailCodeRequest(t.EmailVerifyPurposeLoginChange(), "x"),
        "400 EMAIL_NOT_ALLOWED",
    ),
    Case(
        "the difference from nothing",
        lambda s: fn.updates.GetDifferenceRequest(0, None, 0),
        "400 PERSISTENT_TIMESTAMP_EMPTY",
    ),
    Case(
        "a channel's difference from nothing",
        lambda s: fn.updates.GetChannelDifferenceRequest(s.news, t.ChannelMessagesFilterEmpty(), 0, 10),
        "400 PERSISTENT_TIMESTAMP_INVALID",
    ),
    Case(
        "a channel's difference with a wrong hash",
        lambda s: fn.updates.GetChannelDifferenceRequest(s.wrong_hash, t.ChannelMessagesFilterEmpty(), 1, 10),
        "400 CHANNEL_INVALID",
    ),
    Case("where things stand", lambda s: fn.updates.GetStateRequest(), "State"),
)


def t_soon() -> object:
    from tests.independent.corpus.scene import soon

    return soon(hours=1)
