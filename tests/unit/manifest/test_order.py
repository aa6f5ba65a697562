from __future__ import annotations

from hivehelm.manifest.order import INSTALL_ORDER, UNINSTALL_ORDER, sort


def test_the_orders_name_the_same_kinds() -> None:
    assert sorted(INSTALL_ORDER) == sorted(UNINSTALL_ORDER)
    assert len(set(INSTALL_ORDER)) == 38
    assert UNINSTALL_ORDER[:4] == (
        "ValidatingWebhookConfiguration",
        "MutatingWebhookConfiguration",
        "APIService",
        "Ingress",
    )
    assert (UNINSTALL_ORDER[-1], INSTALL_ORDER[0]) == ("PriorityClass", "PriorityClass")


def test_items_of_one_kind_keep_their_order() -> None:
    items = [("Pod", 1), ("zeta", 1), ("Secret", 1), ("Pod", 2), ("Alpha", 1), ("", 1), ("zeta", 0)]
    assert sort(items, lambda item: item[0]) == [
        ("Secret", 1),
        ("Pod", 1),
        ("Pod", 2),
        ("", 1),
        ("Alpha", 1),
        ("zeta", 1),
        ("zeta", 0),
    ]
