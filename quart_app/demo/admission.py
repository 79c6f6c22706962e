"""Who may call what now: introduction, login, data centre, rate."""

from __future__ import annotations

import logging
from typing import Any

from telethon.tl import functions as fn
from telethon.tl.alltlobjects import LAYER

from quart_app.demo.authorization import AuthorizationKey, Device
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import Method, Methods
from quart_app.demo.rates import Rates
from quart_app.demo.world import World
from quart_app.demo.wrappers import Request

logger = logging.getLogger(__name__)

_ANYWHERE = ("auth.", "help.", "upload.")
"""Methods that a data centre answers that is not the account's own."""


class Admission:
    """One data centre's. Every refusal is an RpcError."""

    def __init__(self, world: World, methods: Methods, rates: Rates, data_centre_id: int) -> None:
        self._world = world
        self._methods = methods
        self._rates = rates
        self._data_centre_id = data_centre_id

    def introduce(self, key: AuthorizationKey, request: Request) -> None:
        """Note what a client says about itself in initConnection."""
        layer = request.layer or key.owner.device.layer
        if request.layer and not 0 < request.layer <= LAYER:
            raise RpcError(400, "CONNECTION_LAYER_INVALID")
        if request.takeout:
            raise RpcError(400, "TAKEOUT_INVALID")
        init = request.introduction
        if init is None:
            return
        if 0 < layer < LAYER:
            logger.warning("A client is answered in a newer layer than its own", extra={"layer": layer})
        if not layer:
            raise RpcError(400, "CONNECTION_LAYER_INVALID")
        if init.api_id <= 0 or (self._world.api is not None and init.api_id != self._world.api[0]):
            raise RpcError(400, "CONNECTION_API_ID_INVALID")
        key.initialised = True
        key.owner.device = Device(
            init.api_id, init.device_model, init.system_version, init.app_version, layer
        )

    def admit(self, key: AuthorizationKey, query: Any, name: str) -> Method:
        """The method, if whoever holds this key may call it now."""
        binds = isinstance(query, fn.auth.BindTempAuthKeyRequest)
        if not key.initialised and not binds:
            raise RpcError(400, "CONNECTION_NOT_INITED")
        method = self._methods.find(query)
        if method is None:
            raise RpcError(400, "METHOD_INVALID")
        if key.temporary and key.permanent is None and not binds:
            raise RpcError(401, "AUTH_KEY_PERM_EMPTY")
        owner = key.owner
        if not method.before_login and not owner.user_id:
            raise RpcError(401, owner.ended)
        if owner.user_id and not name.startswith(_ANYWHERE):
            self._at_home(owner.user_id)
        self._rates.take(name, owner.user_id or owner.id)
        return method

    def _at_home(self, user_id: int) -> None:
        account = self._world.accounts.get(user_id)
        if account is None or account.person.phone is None:
            return
        home = self._world.data_centres.home_of(account.person.phone)
        if home not in {0, self._data_centre_id}:
            raise RpcError(303, f"USER_MIGRATE_{home}")
