"""The folder that an installation's secrets are in: complete after the first start, the same after every other."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from quart_app.configuration import parsing
from quart_app.installation.secret_files import SecretFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_the_app_takes_what_is_made(folder: Path) -> None:
    SecretFiles(folder).complete("chat.example.org")
    made = contents(folder)
    assert parsing.pepper(made["backend/pepper"].strip())
    assert parsing.secret_key(made["backend/secret_key"].strip())
    for name, parse in (("database_url", parsing.database_url), ("redis_url", parsing.redis_url)):
        assert parse(made[f"backend/{name}"].strip())
    assert made["backend/database_url"] != made["migrate/database_url"]


def test_no_two_secrets_are_the_same(folder: Path) -> None:
    SecretFiles(folder).complete("chat.example.org")
    made = contents(folder)
    assert len(set(made.values())) == len(made) == 14


def test_a_second_start_changes_nothing(folder: Path) -> None:
    SecretFiles(folder).complete("chat.example.org")
    before = contents(folder)
    again = SecretFiles(folder)
    again.complete("another.example.org")
    assert again.made == []
    assert contents(folder) == before


def test_what_the_operator_has_put_there_stays(folder: Path) -> None:
    (folder / "backend").mkdir()
    (folder / "backend" / "database_url").write_text("postgresql://mine@elsewhere/db")
    SecretFiles(folder).complete("chat.example.org")
    assert contents(folder)["backend/database_url"] == "postgresql://mine@elsewhere/db"


def test_others_on_the_host_get_nowhere(folder: Path) -> None:
    folder.chmod(0o755)
    SecretFiles(folder).complete("chat.example.org")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o222]


def test_the_certificate_is_for_the_host_and_fits_its_key(folder: Path) -> None:
    SecretFiles(folder).complete("chat.example.org")
    made = contents(folder)
    certificate = x509.load_pem_x509_certificate(made["nginx/certificate.pem"].encode())
    key = load_pem_private_key(made["nginx/private-key.pem"].encode(), None)
    assert key.public_key() == certificate.public_key()
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "chat.example.org" in names.get_values_for_type(x509.DNSName)


def test_half_a_pair_is_the_operators_and_left_alone(folder: Path) -> None:
    (folder / "nginx").mkdir()
    (folder / "nginx" / "certificate.pem").write_text("theirs")
    SecretFiles(folder).complete("chat.example.org")
    assert contents(folder)["nginx/certificate.pem"] == "theirs"
    assert "nginx/private-key.pem" not in contents(folder)


@pytest.mark.parametrize("name", ["pepper", "secret_key"])
def test_a_rotation_keeps_what_was(folder: Path, name: str) -> None:
    files = SecretFiles(folder)
    files.complete("chat.example.org")
    before = contents(folder)[f"backend/{name}"]
    files.rotate(name)
    after = contents(folder)
    assert after[f"backend/{name}_previous"] == before
    assert after[f"backend/{name}"] != before


def test_the_rules_of_redis_hold_no_password_and_follow_the_version(folder: Path) -> None:
    files = SecretFiles(folder)
    files.complete("chat.example.org")
    made = contents(folder)
    passwords = [made[f"operator/redis_{user}_password"].strip() for user in ("backend", "operator")]
    assert not [one for one in passwords if one in made["redis/users.acl"]]
    assert passwords[0] in made["backend/redis_url"]
    (folder / "redis" / "users.acl").chmod(0o644)
    (folder / "redis" / "users.acl").write_text("of an older version")
    files.complete("chat.example.org")
    assert contents(folder)["redis/users.acl"] == made["redis/users.acl"]
