"""search repo and search hub through the real Helm and ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conformance.test_index import home, sides

from hivehelm.testing.chart_repository import ChartRepository, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.testing.chart_repository import Asked

STABLE = """apiVersion: v1
entries:
  nginx:
  - {name: nginx, version: 1.2.0, appVersion: "1.25", description: A web server, keywords: [http, proxy]}
  - {name: nginx, version: 1.10.0, appVersion: "1.26", description: A web server, keywords: [http, proxy]}
  - {name: nginx, version: 2.0.0-rc.1, appVersion: "2", description: A newer web server}
  - {name: nginx, version: 0.9.0, description: NGINX of old}
  nginx-ingress:
  - {name: nginx-ingress, version: 0.1.0-alpha.1, description: Ingress with nginx}
  mysql:
  - {name: mysql, version: 8.0.0, description: A database not nginx, keywords: [sql, database, "Web Server"]}
  - {name: mysql, version: 7.9.9, description: Before nginx was mentioned, keywords: [sql]}
  wide:
  - {name: wide, version: 1.0.0, description: "日本語のとても長い説明 with words on and on, till it is full"}
  turkish: [{name: turkish, version: 1.0.0, description: "İSTANBUL Straße ΣΑΣ"}]
  "odd$$name": [{name: odd, version: 1.0.0, description: odd}]
  other: [{name: renamed, version: 1.0.0+build.7, description: under another name}]
  none: []
  zero: [{name: zero, version: 0.0.0}, {name: zero, version: 0.0.0-0}]
"""
MORE = """apiVersion: v1
entries:
  nginx: [{name: nginx, version: 3.0.0, description: "From elsewhere", deprecated: true}]
  a/b: [{name: ab, version: 1.0.0}]
  ../up: [{name: up, version: 1.0.0}]
  lines: [{name: lines, version: 1.0.0, description: "two\\nlines", appVersion: "a\\tb"}]
"""
REPOSITORIES = "repositories:\n- {name: stable, url: 'https://a'}\n- {name: more, url: 'https://b'}\n"

SEARCHES = r"""
search repo
search repo nginx ; search repo NGINX ; search repo Ngin ; search repo web server ; search repo "web server"
search repo stable/ ; search repo more/nginx ; search repo database ; search repo sql ; search repo "proxy http"
search repo nginx -l ; search repo --versions ; search repo nginx --versions --devel ; search repo -l --devel
search repo nginx --devel ; search repo ingress --devel ; search repo ingress
search repo nginx --version 1 ; search repo nginx --version ^1.0.0 ; search repo nginx --version '>1 <1.5' -l
search repo nginx --version 2.0.0-rc.1 ; search repo nginx --version 1.2 ; search repo --version 0.0.0-0 -l
search repo --version '>0.0.0-0' ; search repo --devel --version 1.x ; search repo --version '<0.0.1-0' -l
search repo nginx --version x.y ; search repo --version '' ; search repo --version 'a b' ; search repo zero -l
search repo -r '^ngin' ; search repo -r 'nginx$' ; search repo --regexp 'a.*server' ; search repo -r NGINX
search repo -r '(?i)WEB' ; search repo -r '(' ; search repo -r '' ; search repo -r '日.語' ; search repo -r '\bold'
search repo istanbul ; search repo i̇stanbul ; search repo STRASSE ; search repo straße ; search repo σας
search repo odd ; search repo odd -o yaml ; search repo renamed ; search repo other ; search repo up ; search repo ab
search repo nginx -o json ; search repo nginx -o yaml ; search repo nginx -o table ; search repo nginx -o xml
search repo nosuch ; search repo nosuch -o json ; search repo nosuch -o yaml ; search repo nosuch -o table
search repo nosuch --fail-on-no-result ; search repo nosuch -o json --fail-on-no-result
search repo nosuch -o yaml --fail-on-no-result ; search repo nginx --fail-on-no-result
search repo --max-col-width 10 ; search repo --max-col-width 0 ; search repo nginx --max-col-width 1
search repo lines ; search repo lines -o json ; search repo wide --max-col-width 20 ; search repo --max-col-width x
search repo --max-col-width -1 ; search repo --foo ; search repo --version
search repo "" ; search repo "" "" ; search repo " " ; search repo -l -r 'nginx' --version '>=1' -o json
search repo nginx --debug ; search repo nginx --devel --debug
search repo --repository-config nosuch ; search repo --repository-cache nosuch ; search repo --repository-config .
""".strip().splitlines()  # noqa: E501 - command lines


def write(top: Path) -> dict[str, str]:
    environment = home(top)
    (top / ".config/helm/repositories.yaml").write_text(REPOSITORIES)
    for name, text in (("stable", STABLE), ("more", MORE)):
        (top / f".cache/helm/repository/{name}-index.yaml").write_text(text)
    return environment


@pytest.mark.parametrize("line", SEARCHES)
def test_repositories(helm: Path, tmp_path: Path, line: str) -> None:
    real, own = sides(helm, tmp_path, line.split(" ; "), write(tmp_path))
    assert own == real


@pytest.mark.parametrize(
    "text",
    [
        "",
        "repositories: []\n",
        "repositories: [",
        "repositories:\n- {name: a/b, url: 'https://a'}\n",
        "repositories:\n- {name: '', url: 'https://a'}\n- {url: b}\n",
        "repositories:\n- {name: stable, url: 'https://a'}\n- {name: stable, url: 'https://b'}\n",
        "repositories:\n- {name: ../repository/stable, url: 'https://a'}\n- {name: nosuch}\n",
        "repositories:\n- {name: .., url: 'https://a'}\n- {name: more}\n",
        "[]",
    ],
)
def test_lists_of_repositories(helm: Path, tmp_path: Path, text: str) -> None:
    environment = write(tmp_path)
    (tmp_path / ".config/helm/repositories.yaml").write_text(text)
    real, own = sides(helm, tmp_path, ["search repo nginx", "search repo -l"], environment)
    assert own == real


def found(number: int, **more: object) -> dict[str, object]:
    return {
        "id": f"repo/chart{number}",
        "type": "chart",
        "attributes": {
            "name": f"chart{number}",
            "description": f"The {number}. chart & more, in words that are too many for a column of fifty",
            "repo": {"name": "repo", "url": "https://example.com/charts"},
        },
        "relationships": {
            "latestChartVersion": {"data": {"version": f"{number}.0.0", "app_version": f"v{number}"}}
        },
        **more,
    }


def late(created: object) -> dict[str, object]:
    data = {"created": created, "version": "2.0.0"}
    return {"id": "r/late", "relationships": {"latestChartVersion": {"data": data}}}


HUB = {
    "one": json.dumps({"data": [found(1)]}),
    "two": json.dumps({"data": [found(1), found(2, artifactHub={"packageUrl": "https://hub/x"})]}),
    "none": '{"data": []}',
    "null": "null",
    "empty": "",
    "text": "<html>",
    "list": "[]",
    "cut": '{"data": [{"id": "a"}',
    "more": '{"data": [{"id": "a/b", "artifactHub": null}]} and more',
    "wrong": json.dumps({"data": [{"id": 1, "attributes": []}, found(3), "x", None]}),
    "map": '{"data": {"id": "a"}}',
    "times": json.dumps({"data": [late("2020-01-02T03:04:05Z"), late("yesterday"), found(4)]}),
}


def choose(asked: Asked) -> Reply | None:
    path, _, query = asked.path.partition("?q=")
    if path not in ("/api/chartsvc/v1/charts/search", "/below/api/chartsvc/v1/charts/search"):
        return None
    if query in HUB:
        return Reply(headers={"Content-Type": "application/json"}, body=HUB[query].encode())
    if query == "moved":
        return Reply(status=302, headers={"Location": "/api/chartsvc/v1/charts/search?q=two"})
    if query == "refused":
        return Reply(status=500, body=b"no")
    # What was asked, and by whom.
    text = f"{asked.path} {asked.headers['user-agent']} {asked.headers.get('accept-encoding')}"
    return Reply(body=json.dumps({"data": [{"id": text}]}).encode())


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ChartRepository(tmp_path_factory.mktemp("hub"), choose=choose) as repository:
        yield repository.url


HUBS = r"""
search hub one --endpoint HUB ; search hub two --endpoint HUB --max-col-width 20 ; search hub two --endpoint=HUB/below/
search hub two --endpoint HUB --list-repo-url ; search hub two --endpoint HUB --list-repo-url --max-col-width 0
search hub two --endpoint HUB -o json ; search hub two --endpoint HUB -o yaml ; search hub two --endpoint HUB -o x
search hub none --endpoint HUB ; search hub none --endpoint HUB -o json ; search hub none --endpoint HUB -o yaml
search hub none --endpoint HUB --fail-on-no-result ; search hub none --endpoint HUB --fail-on-no-result -o json
search hub null --endpoint HUB ; search hub empty --endpoint HUB ; search hub text --endpoint HUB
search hub list --endpoint HUB ; search hub cut --endpoint HUB ; search hub more --endpoint HUB
search hub wrong --endpoint HUB -o json ; search hub map --endpoint HUB ; search hub times --endpoint HUB -o json
search hub moved --endpoint HUB ; search hub refused --endpoint HUB ; search hub refused --endpoint HUB --debug
search hub --endpoint HUB ; search hub 'a b&c=é' d --endpoint HUB ; search hub 'org:x AND "y"' --endpoint HUB/?x=y
search hub x --endpoint nohost ; search hub x --endpoint '' ; search hub x --endpoint ':' ; search hub x --endpoint //h:1/
search hub x --endpoint ftp://127.0.0.1 ; search hub x --endpoint http://127.0.0.1:1 ; search hub x --endpoint http://%zz
""".strip().splitlines()  # noqa: E501 - command lines


@pytest.mark.parametrize("line", HUBS)
def test_hubs(helm: Path, tmp_path: Path, hub: str, line: str) -> None:
    real, own = sides(helm, tmp_path, line.replace("HUB", hub).split(" ; "), write(tmp_path))
    assert own == real
