"""`/api/helm/releases`: what changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi import Body as InBody
from starlette.responses import Response

from hivehelm.api.auth.caller import DEFAULT, AnyDeployer, Deployer
from hivehelm.api.auth.identity import DEPLOYER
from hivehelm.api.bodies import releases as bodies
from hivehelm.api.bodies.fields import Body, strategy
from hivehelm.api.bodies.operations import Operation
from hivehelm.api.changes import Changes
from hivehelm.api.errors import Responses, refusals
from hivehelm.api.parameters import BodyNamespace, Flag, Name, Namespace
from hivehelm.api.problems import ProblemError
from hivehelm.api.references import References
from hivehelm.api.shelf import Shelf
from hivehelm.api.terms import GivenTerms
from hivehelm.operations.model import Request

if TYPE_CHECKING:
    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.services import Services

_DONE: Responses = {
    202: {
        "model": Operation,
        "description": "It is noted, and will be done: `Location` is the operation's path.",
        "headers": {"Location": {"schema": {"type": "string"}, "description": "The operation's path."}},
    }
}


def _answers(status: int, description: str) -> Responses:
    done: Responses = {status: {"model": bodies.HelmRelease, "description": description}}
    return _DONE | done | refusals(400, 404, 409, 413, 424, 502, 504)


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/helm/releases", tags=["releases"])
    changes = Changes(services)
    asked = Asked(services)

    @routes.post(
        "",
        status_code=202,
        response_model=Operation,
        responses=_answers(201, "With `wait=true`: it is installed."),
    )
    async def install_chart(
        identity: AnyDeployer,
        terms: GivenTerms,
        body: bodies.Install,
        namespace: BodyNamespace = None,
    ) -> Response:
        """Install a chart as a release."""
        place = where(identity, body.namespace, namespace)
        request = await asked.charted("install", body.name, place, body, identity)
        return await changes.make(request, identity, terms, sent=sent(body), status=201)

    @routes.put(
        "/{name}",
        status_code=202,
        response_model=Operation,
        responses=_answers(200, "With `wait=true`: it is upgraded."),
    )
    async def upgrade_release(
        identity: AnyDeployer,
        terms: GivenTerms,
        name: Name,
        body: bodies.Upgrade,
        namespace: BodyNamespace = None,
    ) -> Response:
        """Upgrade a release; with `install: true`, install it where there is none."""
        place = where(identity, body.namespace, namespace)
        request = await asked.charted("upgrade", name, place, body, identity)
        return await changes.make(request, identity, terms, sent=sent(body))

    @routes.delete(
        "/{name}",
        status_code=202,
        response_model=Operation,
        responses=_answers(200, "With `wait=true`: it is uninstalled."),
    )
    async def uninstall_release(
        identity: Deployer,
        terms: GivenTerms,
        name: Name,
        namespace: Namespace = "default",
        keep_history: Annotated[Flag, Query(description="Keep its records: it can be rolled back.")] = False,
        no_hooks: Annotated[Flag, Query(description="Leave hooks out.")] = False,
        ignore_not_found: Annotated[Flag, Query(description="Be content where there is none.")] = False,
        cascade: Annotated[
            Literal["background", "orphan", "foreground"], Query(description="What becomes of dependents.")
        ] = "background",
        description: Annotated[str, Query(max_length=512, description="What is noted on the record.")] = "",
        gone: Annotated[
            Flag, Query(description="The operation waits until all objects are gone: Helm's `--wait`.")
        ] = False,
        gone_timeout: Annotated[
            float, Query(ge=0, le=86_400, description="With `gone`: for how many seconds.")
        ] = 300.0,
    ) -> Response:
        """Uninstall a release."""
        options = {
            "keep_history": keep_history,
            "no_hooks": no_hooks,
            "ignore_not_found": ignore_not_found,
            "cascade": cascade,
            "description": description,
            "wait": strategy(gone),
            "timeout": gone_timeout,
        }
        request = asked.plain("uninstall", name, namespace, options, identity)
        return await changes.make(request, identity, terms, sent=options)

    @routes.post(
        "/{name}/rollback",
        status_code=202,
        response_model=Operation,
        responses=_answers(200, "With `wait=true`: it is rolled back."),
    )
    async def roll_back_release(
        identity: AnyDeployer,
        terms: GivenTerms,
        name: Name,
        body: Annotated[bodies.Rollback | None, InBody()] = None,
        namespace: BodyNamespace = None,
    ) -> Response:
        """Roll a release back to an earlier revision."""
        given = body or bodies.Rollback.model_validate({})
        place = where(identity, given.namespace, namespace)
        request = asked.plain("rollback", name, place, given.options(), identity)
        return await changes.make(request, identity, terms, sent=sent(given))

    @routes.post(
        "/{name}/test",
        status_code=202,
        response_model=Operation,
        responses=_answers(200, "With `wait=true`: all tests succeeded."),
    )
    async def run_tests(
        identity: AnyDeployer,
        terms: GivenTerms,
        name: Name,
        body: Annotated[bodies.Test | None, InBody()] = None,
        namespace: BodyNamespace = None,
    ) -> Response:
        """Run a release's tests; `GET …/hooks` tells how each of them ended."""
        given = body or bodies.Test.model_validate({})
        place = where(identity, given.namespace, namespace)
        request = asked.plain("test", name, place, given.options(), identity)
        return await changes.make(request, identity, terms, sent=sent(given))

    return routes


class Asked:
    """Makes requests for the runner of what clients send."""

    def __init__(self, services: Services) -> None:
        self._site = services.site
        self._shelf = Shelf(services)
        self._threads = services.threads
        self._references = References.of(services)

    async def charted(
        self, verb: str, name: str, namespace: str, body: bodies.Install | bodies.Upgrade, identity: Identity
    ) -> Request:
        """Return the request to install or upgrade what a body says.

        Raises:
            NotAReferenceError: the chart may not come from there.
            UnknownChartError, UnknownChartVersionError, UnknownRepositoryError: there is none of that name.
            InputError: the values are no YAML.
        """
        if isinstance(body.values, str):
            await self._threads.run(_check_values, body.values)
        chart, repository = await self._threads.run(self._checked, body)
        return Request(
            verb=verb,
            name=name,
            namespace=namespace,
            chart=chart,
            version=body.version,
            repository=repository,
            values=body.values,
            options=body.options(),
            who=identity.who(),
        )

    def _checked(self, body: bodies.Install | bodies.Upgrade) -> tuple[str, str]:
        """Return the chart and its repository; a name that nobody knows is told of at once."""
        from hivehelm.platform.errors import UnknownChartError

        chart, repository = self._references.check(body.chart, body.repository)
        if not repository:
            try:
                self._site.resolve(chart, version=body.version)
            except UnknownChartError:
                raise self._shelf.unknown(chart, body.version) from None
            if "://" not in chart and "/" in chart:
                self._site.repositories.get(chart.partition("/")[0])
        return chart, repository

    def plain(
        self, verb: str, name: str, namespace: str, options: dict[str, Any], identity: Identity
    ) -> Request:
        """Return a request without a chart."""
        return Request(verb=verb, name=name, namespace=namespace, options=options, who=identity.who())


def where(identity: Identity, body: str | None, query: str | None) -> str:
    """Return the namespace that a body and a query name, in which the caller has to be a deployer.

    Raises:
        ProblemError: they do not agree.
        ForbiddenError: the caller is none there.
    """
    if body and query and body != query:
        raise ProblemError(400, f'the body names namespace "{body}", and the query "{query}"')
    namespace = body or query or DEFAULT
    identity.check(DEPLOYER, namespace)
    return namespace


def sent(body: Body) -> dict[str, Any]:
    """Return what a client sent, and not what is assumed where it said nothing."""
    return body.model_dump(mode="json", exclude_unset=True)


def _check_values(text: str) -> None:
    from hivehelm.platform.values import read_values

    read_values(text)
