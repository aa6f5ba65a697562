"""What follows the `?` of a request: which objects are meant, how one is written."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    Query = list[tuple[str, str]]

# Helm's own name among an object's managers: its records and ours must agree on it.
FIELD_MANAGER = "helm"


def selection(label_selector: str = "", field_selector: str = "", **others: str) -> Query:
    """Return which objects are meant, of a list or a watch; what is empty is left out."""
    pairs = {"labelSelector": label_selector, "fieldSelector": field_selector, **others}
    return [(name, value) for name, value in pairs.items() if value]


def writing(*, dry_run: bool, field_validation: str) -> Query:
    """Return how an object is written: by whom, how strictly, and whether it is kept."""
    options = [("fieldManager", FIELD_MANAGER)]
    if field_validation:
        options.append(("fieldValidation", field_validation))
    if dry_run:
        options.append(("dryRun", "All"))
    return options
