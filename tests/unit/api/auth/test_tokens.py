"""Bearers of our own tokens, while what is kept of those changes."""

from __future__ import annotations

import asyncio
import io

import pytest

from hivehelm.api.auth.errors import AccessUnavailableError, UnauthenticatedError
from hivehelm.api.auth.identity import Identity
from hivehelm.api.auth.token import Token
from hivehelm.api.auth.tokens import FRESH, OLD, STALE, Tokens
from hivehelm.api.guard.log import Log
from hivehelm.kube.errors import UnreachableError

NOW = 1_767_225_600.0


class Kept:
    """Tokens that a test changes; counts how often somebody looks."""

    def __init__(self) -> None:
        self.tokens: dict[str, Token] = {}
        self.looks = 0
        self.broken = False

    def list(self) -> list[Token]:
        self.looks += 1
        if self.broken:
            raise UnreachableError("nobody is there")
        return list(self.tokens.values())

    def issue(self, name: str, seconds: float = 0) -> str:
        self.tokens[name], text = Token.issue(name, "viewer", (), NOW, seconds)
        return text


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Setting:
    """One source, one clock, one event loop."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.clock = Clock()
        self.said = io.StringIO()
        self.wall = NOW
        self.tokens = Tokens(
            [self.kept],
            clock=lambda: self.wall,
            monotonic=self.clock,
            sleep=self.sleep,
            log=Log(self.said),
        )
        self.runner = asyncio.Runner()

    async def sleep(self, seconds: float) -> None:
        self.clock.now += seconds

    def verify(self, text: str) -> Identity:
        return self.runner.run(self.tokens.verify(text))

    def refused(self, text: str) -> bool:
        try:
            self.verify(text)
        except UnauthenticatedError:
            return True
        return False

    def settle(self) -> None:
        """Let what goes on in the background end."""

        async def wait() -> None:
            task = self.tokens._task
            if task is not None:
                await task

        self.runner.run(wait())


@pytest.fixture
def setting() -> Setting:
    return Setting()


def test_a_token_is_known_and_looked_up_once(setting: Setting) -> None:
    text = setting.kept.issue("ci")
    assert setting.tokens.knows(text)
    assert not setting.tokens.knows("ey.x.y")
    assert not setting.tokens.knows_already(text)
    for _ in range(5):
        assert setting.verify(text).name == "ci"
    assert setting.kept.looks == 1
    assert setting.tokens.knows_already(text)


def test_wrong_ones_are_refused(setting: Setting) -> None:
    text = setting.kept.issue("ci")
    other = Kept().issue("ci")
    forged = text[:20] + other[20:]
    for wrong in (other, forged, "hm_", "hm_x", text + "a", text[:-1]):
        assert setting.refused(wrong), wrong
    assert setting.verify(text).name == "ci"


def test_a_new_one_is_good_at_once(setting: Setting) -> None:
    assert setting.refused(Kept().issue("other"))
    text = setting.kept.issue("ci")
    setting.clock.now += 0.01
    assert setting.verify(text).name == "ci"


def test_one_that_is_made_while_they_are_looked_at_is_good_at_once(setting: Setting) -> None:
    listed, made = setting.kept.list, ""

    def list_and_make() -> list[Token]:
        nonlocal made
        found = listed()
        made = made or setting.kept.issue("ci")
        return found

    setting.kept.list = list_and_make  # type: ignore[method-assign]

    async def both() -> Identity:
        first = asyncio.ensure_future(setting.tokens.verify(Kept().issue("other")))
        while not made:
            await asyncio.sleep(0)
        setting.clock.now += 0.01
        try:
            return await setting.tokens.verify(made)
        finally:
            await asyncio.gather(first, return_exceptions=True)

    assert setting.runner.run(both()).name == "ci"


def test_unknown_ones_cause_one_look_a_second(setting: Setting) -> None:
    began = setting.clock.now
    for _ in range(50):
        assert setting.refused(Kept().issue("other"))
    assert setting.kept.looks <= 1 + setting.clock.now - began


def test_unknown_ones_that_come_together_are_looked_for_together(setting: Setting) -> None:
    async def many() -> list[object]:
        asked = (setting.tokens.verify(Kept().issue("other")) for _ in range(50))
        return await asyncio.gather(*asked, return_exceptions=True)

    for _ in range(2):
        setting.clock.now += 0.01
        assert {type(each) for each in setting.runner.run(many())} == {UnauthenticatedError}
    assert setting.kept.looks == 2


def test_a_revoked_one_ends_within_seconds(setting: Setting) -> None:
    text = setting.kept.issue("ci")
    setting.verify(text)
    del setting.kept.tokens["ci"]
    setting.clock.now += FRESH + 0.1
    setting.verify(text)  # This one starts the look.
    setting.settle()
    assert setting.refused(text)


def test_a_revoked_one_ends_where_nobody_asked_for_long(setting: Setting) -> None:
    text = setting.kept.issue("ci")
    setting.verify(text)
    del setting.kept.tokens["ci"]
    setting.clock.now += OLD + 0.1
    assert setting.refused(text)


def test_an_expired_one_is_refused(setting: Setting) -> None:
    text = setting.kept.issue("ci", seconds=60)
    assert setting.verify(text).name == "ci"
    setting.wall += 61
    assert setting.refused(text)


def test_what_is_known_stands_in_for_a_while(setting: Setting) -> None:
    text = setting.kept.issue("ci")
    setting.verify(text)
    setting.kept.broken = True
    setting.clock.now += STALE - 1
    assert setting.verify(text).name == "ci"
    assert "tokens cannot be read" in setting.said.getvalue()
    assert text not in setting.said.getvalue()
    setting.clock.now += 2
    with pytest.raises(AccessUnavailableError, match="does not answer"):
        setting.verify(text)
    setting.kept.broken = False
    setting.clock.now += 2
    assert setting.verify(text).name == "ci"


def test_nobody_is_let_in_before_the_tokens_are_known(setting: Setting) -> None:
    text = setting.kept.issue("ci")
    setting.kept.broken = True
    with pytest.raises(AccessUnavailableError) as raised:
        setting.verify(text)
    assert raised.value.status == 503


def test_many_who_ask_at_once_cause_one_look(setting: Setting) -> None:
    text = setting.kept.issue("ci")

    async def many() -> None:
        found = await asyncio.gather(*(setting.tokens.verify(text) for _ in range(100)))
        assert {each.name for each in found} == {"ci"}

    setting.runner.run(many())
    assert setting.kept.looks == 1
