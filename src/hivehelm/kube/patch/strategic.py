"""Three-way strategic merge patches (apimachinery's `strategicpatch.CreateThreeWayMergePatch`)."""

from __future__ import annotations

from hivehelm.kube.integers import integers
from hivehelm.kube.patch.diff import Diff
from hivehelm.kube.patch.merge import merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.patch.types import GoType

    Map = dict[str, Any]


def three_way(original: Map, modified: Map, current: Map, go_type: GoType) -> Map:
    """Return the patch that brings an object to what is wanted and leaves what others have added.

    `original` is what was wanted last, `modified` what is wanted now, `current` what is there. What changed
    between `current` and `modified` is set; what `original` had and `modified` lacks is deleted. The values
    are plain JSON and are left as they are. An empty patch says that there is nothing to do.

    Raises:
        PatchError: there is no such patch; in apimachinery's words.
    """
    original, modified, current = integers(original), integers(modified), integers(current)
    changes = Diff(deletions=False).maps(current, modified, go_type)
    deletions = Diff(changes=False).maps(original, modified, go_type)
    return merge(deletions, changes, go_type)
