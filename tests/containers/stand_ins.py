"""Base images where no container registry is in reach: a Debian from its packages, under the official images' names.

What they prove: our files build, start and hold together with real CPython 3.13, nginx, Redis and PostgreSQL 17.
What they don't: the official images' own contents and entrypoints, but for what ``postgres-entrypoint.sh`` imitates.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tests.containers.engine import Engine

SUITE: Final = "trixie"
PACKAGES: Final = (
    *("ca-certificates", "curl", "python3", "python3-pip", "python3-venv"),
    *("nginx-light", "redis-server", "postgresql-17", "prometheus"),
)
CERTBOT: Final = "4.2.0"
TRUST: Final = Path("/etc/ssl/certs/ca-certificates.crt")
ENTRYPOINT: Final = "/usr/local/bin/docker-entrypoint.sh"
CHANGES: Final = {
    "python:3.13-slim": ('CMD ["python3"]',),
    "nginx:1.28": ("STOPSIGNAL SIGQUIT",),
    "redis:8": ("VOLUME /data",),
    "postgres:17": (
        "RUN install --directory --owner postgres --group postgres /var/lib/postgresql/data",
        "RUN install --directory --owner postgres --group postgres --mode 3777 /var/run/postgresql",
        "ENV PATH=/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data",
        f'ENTRYPOINT ["{ENTRYPOINT}"]',
        'CMD ["postgres"]',
        "VOLUME /var/lib/postgresql/data",
        "STOPSIGNAL SIGINT",
    ),
    "prom/prometheus:v3.5.0": (
        "RUN install --directory --owner nobody --group nogroup /prometheus",
        "WORKDIR /prometheus",
        "USER nobody",
        'ENTRYPOINT ["prometheus"]',
        "VOLUME /prometheus",
    ),
    f"certbot/certbot:v{CERTBOT}": (
        f"ENV PIP_CERT={TRUST} PATH=/opt/certbot/bin:/usr/local/bin:/usr/bin:/bin",
        f"RUN python3 -m venv /opt/certbot && pip install --quiet --no-cache-dir certbot=={CERTBOT}",
        'ENTRYPOINT ["certbot"]',
        "VOLUME /etc/letsencrypt /var/lib/letsencrypt",
    ),
}
"""Official name to what makes the same Debian look like it."""


class CannotMake(Exception):
    """Why there can be no stand-ins here."""


def provide(engine: Engine, folder: Path) -> str:
    """See that each base image is there. Returns what they are: ``official`` or ``stand-ins``. Raises CannotMake."""
    missing = [name for name in CHANGES if not engine.has_image(name)]
    if not missing:
        stand_in = engine.docker("image", "inspect", "--format", "{{.Config.Labels}}", "python:3.13-slim")
        return "stand-ins" if "stand-in" in stand_in else "official"
    if all(engine.pulled(name) for name in missing):
        return "official"
    if not engine.own:
        raise CannotMake("no registry answers, and an engine of somebody else's is given no stand-ins")
    root = _root(folder)
    try:
        _import(engine, root)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return "stand-ins"


def _root(folder: Path) -> Path:
    if shutil.which("debootstrap") is None:
        raise CannotMake("no registry answers, and debootstrap isn't installed")
    began = time.monotonic()
    root = folder / "debian"
    command = [
        "debootstrap",
        "--variant=minbase",
        f"--include={','.join(PACKAGES)}",
        SUITE,
        str(root),
        _mirror(),
    ]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise CannotMake(f"debootstrap failed:\n{made.stdout[-2000:]}{made.stderr[-2000:]}")
    _furnish(root)
    sys.stderr.write(f"A Debian {SUITE} for stand-in images took {time.monotonic() - began:.0f} s.\n")
    return root


def _furnish(root: Path) -> None:
    for unneeded in (
        "var/cache/apt",
        "var/lib/apt/lists",
        "var/lib/postgresql/17",
        "usr/share/doc",
        "usr/share/man",
    ):
        shutil.rmtree(root / unneeded, ignore_errors=True)
    for name in ("python", "python3"):
        (root / "usr/local/bin" / name).symlink_to("/usr/bin/python3")
    if TRUST.exists():
        # Whom this machine trusts on its way to the package index.
        shutil.copy(TRUST, root / TRUST.relative_to("/"))
    entrypoint = root / ENTRYPOINT.removeprefix("/")
    shutil.copy(Path(__file__).with_name("postgres-entrypoint.sh"), entrypoint)
    entrypoint.chmod(0o755)
    (root / "docker-entrypoint-initdb.d").mkdir()
    (root / "data").mkdir()


def _import(engine: Engine, root: Path) -> None:
    tar = ["tar", "--create", "--numeric-owner", "--one-file-system", "--directory", str(root), "."]
    with subprocess.Popen(tar, stdout=subprocess.PIPE) as packed:
        base = engine.docker("import", "--change", "LABEL stand-in=true", "-", stdin=packed.stdout).strip()
    for name, changes in CHANGES.items():
        trust = f"ENV PIP_CERT={TRUST}" if name.startswith("python") else ""
        recipe = "\n".join([f"FROM {base}", trust, *changes])
        engine.docker("build", "--quiet", "--tag", name, "-", text=recipe)


def _mirror() -> str:
    """Where this machine gets its own packages."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    if shutil.which("apt-get"):
        listed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
        found = [each for each in listed if "security" not in each]
        if found:
            return found[0]
    raise CannotMake("this machine has no Debian mirror to make base images from")
