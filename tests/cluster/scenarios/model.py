"""What a scenario is: steps that both tools take, and the charts that they take them with.

A family is a module of `families` whose `SCENARIOS` maps names to scenarios. A step is a command line
(`install x ./a --wait`), run with the tool that is compared; with `helm ` or `helm3 ` in front, by that
program on both sides. Anything else that has to happen is a callable that gets the side: see `steps`.

Charts are directories next to each other, made anew for each side; `NAMESPACE` in them, in command lines
and in objects stands for the side's namespace, so that `widgets.NAMESPACE.example.com` is a name of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import yaml

from hivehelm.record import Record

if TYPE_CHECKING:
    from tests.cluster.scenarios.side import Side

Chart = dict[str, str]
Object = dict[str, Any]
Step = "str | Callable[[Side], None]"


class Scenario(Record):
    """Some steps with some charts.

    Attributes:
        steps: what is done, compared after each.
        charts: directories by name.
        environment: variables for both tools.
        namespace: whether the namespace is there from the start.
        masks: what else may differ: regular expressions, and what their matches become.
        unordered: whether lines of the output come in random order.
    """

    steps: tuple[str | Callable[[Side], None], ...]
    charts: Mapping[str, Chart] = {}
    environment: Mapping[str, str] = {}
    namespace: bool = True
    masks: tuple[tuple[str, str], ...] = ()
    unordered: bool = False


def scenario(*steps: str | Callable[[Side], None], **charts: Chart) -> Scenario:
    """Return a scenario that needs nothing but charts."""
    return Scenario(steps=steps, charts=charts)


def text(objects: tuple[Object | str, ...]) -> str:
    """Return objects, or templates of some, as one template."""
    documents = [
        one if isinstance(one, str) else yaml.safe_dump(one, sort_keys=False, width=1000) for one in objects
    ]
    return "---\n".join(documents)


def chart(
    *objects: Object | str,
    version: str = "0.1.0",
    values: str = "",
    notes: str = "",
    crds: tuple[Object, ...] = (),
    files: Mapping[str, str] | None = None,
) -> Chart:
    """Return the files of a chart with these objects, and whatever else is given."""
    made = {"Chart.yaml": f"apiVersion: v2\nname: case\nversion: {version}\n"}
    if objects:
        made["templates/objects.yaml"] = text(objects)
    if values:
        made["values.yaml"] = values
    if notes:
        made["templates/NOTES.txt"] = notes
    if crds:
        made["crds/crds.yaml"] = text(crds)
    return {**made, **(files or {})}
