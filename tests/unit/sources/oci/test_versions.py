from __future__ import annotations

import pytest

from hivehelm.golang.semver import VersionError
from hivehelm.sources.oci.errors import RegistryError
from hivehelm.sources.oci.versions import matching, sorted_versions


def test_only_versions_count_and_the_newest_is_first() -> None:
    tags = ["1.9.0", "latest", "v3.0.0", "1.10.0_b.1", "1.10.0-rc.1", "2", "sha256-abc.sig"]
    assert sorted_versions(tags) == ["1.10.0+b.1", "1.10.0-rc.1", "1.9.0"]
    assert sorted_versions([]) == []


def test_matching() -> None:
    tags = ["2.0.0-rc.1", "1.10.0", "1.9.0", "odd"]
    assert matching(tags, "") == "1.10.0"
    assert matching(tags, "odd") == "odd"
    assert matching(tags, "<1.10") == "1.9.0"
    assert matching(["odd", "1.0.0"], "1") == "1.0.0"
    with pytest.raises(RegistryError, match="could not locate a version matching provided version string >9"):
        matching(tags, ">9")
    with pytest.raises(VersionError, match='improper constraint: "nonsense"'):
        matching(tags, "nonsense")
