from __future__ import annotations

import re
from pathlib import Path

import pytest

from hivehelm.cluster import build
from hivehelm.cluster.recipes import PARTS, RECIPES, Recipe

MODULES = Path(build.__file__).parent / "modules"


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_the_module_names_the_package_at_the_recipes_version(recipe: Recipe) -> None:
    module = (MODULES / recipe.module / "go.mod").read_text()
    assert re.search(rf"^(tool |\t){re.escape(recipe.package)}$", module, re.MULTILINE)
    versions = dict(re.findall(r"^(?:require |\t)(\S+) v(\S+)", module, re.MULTILINE))
    origin = max((name for name in versions if f"{recipe.package}/".startswith(f"{name}/")), key=len)
    assert versions[origin] == recipe.version


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_the_module_can_be_built_by_the_go_that_the_recipe_asks_for(recipe: Recipe) -> None:
    module = (MODULES / recipe.module / "go.mod").read_text()
    found = re.search(r"^go (\d+)\.(\d+)", module, re.MULTILINE)
    assert found is not None
    assert (int(found[1]), int(found[2])) <= recipe.go
    assert "\ntoolchain " not in module


@pytest.mark.parametrize("module", sorted({recipe.module for recipe in RECIPES.values()}))
def test_every_module_that_is_required_has_its_hash(module: str) -> None:
    text = (MODULES / module / "go.mod").read_text()
    hashes = set(re.findall(r"^(\S+ \S+?)(?:/go\.mod)? h1:", (MODULES / module / "go.sum").read_text(), re.M))
    replaced = dict(re.findall(r"^(?:replace |\t)(\S+) => (\S+ \S+)$", text, re.MULTILINE))
    required = re.findall(r"^(?:require |\t)(\S+) (v\S+)", text, re.MULTILINE)
    assert len(required) > 20
    assert not [name for name, version in required if replaced.get(name, f"{name} {version}") not in hashes]


def test_every_part_can_be_built() -> None:
    assert set(PARTS) <= RECIPES.keys()
    assert all(RECIPES[part].asset for part in PARTS)
