"""The base of what actions refuse or fail at; on its own, for those that run before there is an action."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class ActionError(HivehelmError):
    """Base of the errors of actions."""
