"""What programs that know the formats say about our files. Needs no engine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from tests.containers.stack import copy_tree
from tests.containers.tools import Tools
from tests.product.process import ROOT

YAML_RULES = "{extends: relaxed, rules: {line-length: {max: 120}}}"
GIXY_ALLOWED = {
    # Rows come as they are found: that is what streaming means. Two locations, both with limits before them.
    "proxy_buffering_off"
}
OVERLAYS = ("deploy/compose/metrics.yml", "deploy/compose/acme.yml")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    copy_tree(tmp_path)
    return tmp_path


@pytest.mark.parametrize("file", ["docker-compose.yml", "docker-compose.dev.yml"])
def test_compose_reads_the_file(programs: Tools, tree: Path, file: str) -> None:
    programs.passes("docker-compose", "--file", file, "config", "--quiet", folder=tree)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_compose_reads_what_may_be_added(programs: Tools, tree: Path, overlay: str) -> None:
    (tree / ".env").write_text("DOMAIN=chat.example.org\nEMAIL=somebody@example.org\n")
    files = ("--file", "docker-compose.yml", "--file", overlay)
    programs.passes("docker-compose", *files, "config", "--quiet", folder=tree)


def test_compose_does_not_read_just_anything(programs: Tools, tree: Path) -> None:
    (tree / "docker-compose.yml").write_text("services: {nginx: {imagine: nginx}}")
    assert programs.run("docker-compose", "config", "--quiet", folder=tree).returncode != 0


def test_hadolint_has_nothing_against_the_dockerfile(programs: Tools) -> None:
    programs.passes("hadolint", "Dockerfile")


def test_yamllint_has_nothing_against_any_of_it(programs: Tools) -> None:
    programs.passes(
        "yamllint", "--strict", "--config-data", YAML_RULES,
        "docker-compose.yml", "docker-compose.dev.yml", "deploy", "nginx",
    )  # fmt: skip


def test_gixy_finds_nothing_in_the_front_that_is_not_meant(programs: Tools, tree: Path) -> None:
    conf = tree / "nginx" / "nginx.conf"
    for made, text in (
        ("backends.conf", "server 127.0.0.1:9;\n"),
        ("public-url.conf", 'map "" $public_url { default "https://localhost"; }\n'),
    ):
        (conf.parent / made).write_text(text)
        conf.write_text(conf.read_text().replace(f"/tmp/{made}", made))
    found = json.loads(programs.run("gixy", "--format", "json", str(conf)).stdout)
    assert {each["plugin"] for each in found} - GIXY_ALLOWED == set(), found


def test_gixy_can_find_something(programs: Tools, tmp_path: Path) -> None:
    conf = tmp_path / "nginx.conf"
    conf.write_text(
        "http { server { location / { proxy_set_header Host $http_host; proxy_pass http://x; } } }"
    )
    assert "host_spoofing" in programs.run("gixy", "--format", "json", str(conf)).stdout


def test_the_cluster_would_take_the_kustomization(programs: Tools, tmp_path: Path) -> None:
    built = tmp_path / "built.yaml"
    built.write_text(programs.passes("kubectl", "kustomize", "deploy/kubernetes"))
    rest = ("deploy/kubernetes/secrets.example.yaml", "deploy/kubernetes/autoscaling/autoscaler.yaml")
    said = programs.passes("kubernetes-validate", "--strict", str(built), *rest)
    assert "deployment/backend" in said
    assert "deployment/front" in said


def test_the_autoscaler_can_be_added_as_a_component(programs: Tools, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    shutil.copytree(ROOT / "nginx", tmp_path / "nginx")
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "kustomization.yaml").write_text(
        "resources: [../deploy/kubernetes]\ncomponents: [../deploy/kubernetes/autoscaling]\n"
    )
    assert "HorizontalPodAutoscaler" in programs.passes("kubectl", "kustomize", str(overlay))


def test_a_manifest_with_a_mistake_is_found(programs: Tools, tmp_path: Path) -> None:
    built = tmp_path / "built.yaml"
    text = programs.passes("kubectl", "kustomize", "deploy/kubernetes")
    built.write_text(re.sub(r"replicas: 3", "replicas: three", text))
    assert programs.run("kubernetes-validate", "--strict", str(built)).returncode != 0


@pytest.mark.parametrize(
    "command", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts.test.yml"),
                ("check", "config", "--syntax-only", "prometheus.yml")]
)  # fmt: skip
def test_prometheus_takes_the_alerts_and_they_ring(
    command: tuple[str, ...], not_here: Callable[[str], NoReturn]
) -> None:
    if shutil.which("promtool") is None:
        not_here("alert rules in promtool (Debian: prometheus)")
    ended = subprocess.run(
        ["promtool", *command],
        cwd=ROOT / "deploy" / "prometheus",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("script", ["nginx/run.sh", "deploy/compose/roll.sh", "deploy/compose/acme.sh"])
def test_a_shell_can_read_the_scripts(script: str) -> None:
    subprocess.run(["sh", "-n", script], cwd=ROOT, check=True)
