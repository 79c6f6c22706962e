"""help.*: what the data centre says about itself."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.methods import answers


@answers(fn.help.GetConfigRequest, before_login=True)
def get_config(caller: Caller, _request: Any) -> Any:
    now = int(caller.world.clock())
    return t.Config(
        date=now,
        expires=now + 3600,
        test_mode=False,
        this_dc=caller.data_centre_id,
        dc_options=[
            t.DcOption(id=number, ip_address=host, port=port)
            for number, (host, port) in caller.world.data_centres.addresses.items()
        ],
        dc_txt_domain_name="",
        chat_size_max=200,
        megagroup_size_max=200_000,
        forwarded_count_max=100,
        online_update_period_ms=210_000,
        offline_blur_timeout_ms=5000,
        offline_idle_timeout_ms=30_000,
        online_cloud_timeout_ms=300_000,
        notify_cloud_delay_ms=30_000,
        notify_default_delay_ms=1500,
        push_chat_period_ms=60_000,
        push_chat_limit=2,
        edit_time_limit=172_800,
        revoke_time_limit=2_147_483_647,
        revoke_pm_time_limit=2_147_483_647,
        rating_e_decay=2_419_200,
        stickers_recent_limit=200,
        channels_read_media_period=604_800,
        call_receive_timeout_ms=20_000,
        call_ring_timeout_ms=90_000,
        call_connect_timeout_ms=30_000,
        call_packet_timeout_ms=10_000,
        me_url_prefix="https://t.me/",
        caption_length_max=1024,
        message_length_max=4096,
        webfile_dc_id=caller.data_centre_id,
    )


@answers(fn.help.GetNearestDcRequest, before_login=True)
def get_nearest_dc(caller: Caller, _request: Any) -> Any:
    return t.NearestDc("ZZ", caller.data_centre_id, caller.data_centre_id)


@answers(fn.help.GetAppConfigRequest, before_login=True)
def get_app_config(_caller: Caller, _request: Any) -> Any:
    return t.help.AppConfig(hash=1, config=t.JsonObject([]))


@answers(fn.help.GetTermsOfServiceUpdateRequest)
def get_terms_of_service_update(caller: Caller, _request: Any) -> Any:
    return t.help.TermsOfServiceUpdateEmpty(expires=int(caller.world.clock()) + 86_400)
