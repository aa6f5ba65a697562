"""Random objects, as three parties have them, and the patches that Helm makes of those."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch.client_side import create

from .manifests import three_states
from .patching import Patches


@given(seed=st.integers(0, 1 << 40), three_way=st.booleans())
def test_patches_are_those_of_helm(patches: Patches, seed: int, three_way: bool) -> None:
    original, modified, current = three_states(seed)
    patch, kind, error = patches.create(original, modified, current, three_way=three_way)
    before = json.dumps([original, modified, current])
    try:
        found = create(original, modified, current, three_way=three_way)
    except PatchError:
        # Which of several faults is met first is up to the random order of Go's maps.
        assert error
        return
    finally:
        assert json.dumps([original, modified, current]) == before
    if error.startswith("panic: "):
        # Where Helm itself breaks down there is nothing to compare with.
        return
    assert (found.patch, found.type, "") == (patch, kind, error)
    assert json.dumps(found.patch, sort_keys=True) == json.dumps(patch, sort_keys=True)
