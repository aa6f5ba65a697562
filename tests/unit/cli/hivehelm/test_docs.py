"""`docs`: the reference as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Helm


def test_markdown(helm: Helm, place: Path) -> None:
    (place / "out").mkdir()
    assert helm("docs", "--dir", "out") == (0, "", "")
    names = {path.name for path in (place / "out").iterdir()}
    assert {"helm.md", "helm_get_all.md", "helm_completion_bash.md"} <= names
    assert not {"helm_docs.md", "helm_help.md", "helm___complete.md"} & names
    text = (place / "out" / "helm_get_all.md").read_text()
    for part in (
        "## helm get all\n",
        "```\nhelm get all RELEASE_NAME [flags]\n```\n",
        "### Options\n",
        "      --revision int ",
        "### Options inherited from parent commands\n",
        "* [helm get](helm_get.md)\t - look into a release\n",
    ):
        assert part in text
    assert "* [helm get all](helm_get_all.md)" in (place / "out" / "helm_get.md").read_text()


@pytest.mark.parametrize("kind", ["md", "mdown", "markdown"])
def test_headers(helm: Helm, place: Path, kind: str) -> None:
    assert helm("docs", "--type", kind, "--generate-headers") == (0, "", "")
    assert (place / "helm_get_all.md").read_text().startswith('---\ntitle: "Helm Get All"\n---\n\n## helm')


def test_man_pages(helm: Helm, place: Path) -> None:
    assert helm("docs", "--type=man") == (0, "", "")
    text = (place / "helm-get-all.1").read_text()
    assert text.startswith('.nh\n.TH "HELM" "1" "" "Hivehelm" ""\n.SH NAME\nhelm\\-get\\-all \\- ')
    assert "\n.TP\n\\fB\\-n\\fP, \\fB\\-\\-namespace\\fP string\n" in text
    assert "\n.TP\n\\fB\\-\\-debug\\fP[=false]\n" in text
    assert text.endswith("\n.SH SEE ALSO\n\\fBhelm\\-get(1)\\fP\n")
    install = (place / "helm-install.1").read_text()
    assert install.count(".nf\n") == install.count(".fi\n") > 0
    assert "\\fB\\-\\-timeout\\fP=5m0s\n" in install


def test_bash(helm: Helm, place: Path) -> None:
    assert helm("docs", "--type", "bash") == (0, "", "")
    assert "complete -o default -F __start_helm helm" in (place / "completions.bash").read_text()


def test_errors(helm: Helm) -> None:
    assert helm("docs", "--type", "x") == (
        1,
        "",
        "Error: unknown doc type \"x\". Try 'markdown' or 'man'\n",
    )
    assert helm("docs", "--dir", "nosuch") == (
        1,
        "",
        "Error: open nosuch/helm_completion_bash.md: no such file or directory\n",
    )
