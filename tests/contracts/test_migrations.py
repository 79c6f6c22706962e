"""Revisions only add: the code of the version before runs on the new tables, side by side with the new code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
REVISIONS = sorted(VERSIONS.glob("0*.py"))
ADDING = frozenset({"create_table", "create_index", "add_column", "create_check_constraint", "f"})
"""Of alembic's operations. A check on new columns is no burden to code that doesn't know them."""
TAKING_AWAY = re.compile(r"\b(DROP|RENAME|TRUNCATE|SET NOT NULL|DELETE FROM|ALTER COLUMN)\b", re.IGNORECASE)


def flaws(source: str) -> list[str]:
    """What in ``upgrade`` the code of before could stumble over."""
    tree = ast.parse(source)
    (upgrade,) = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "upgrade"]
    before = [each for each in tree.body if not isinstance(each, ast.FunctionDef)]
    found = [text for node in (upgrade, *before) for text in _texts(node) if TAKING_AWAY.search(text)]
    for call in (each for each in ast.walk(upgrade) if isinstance(each, ast.Call)):
        match call.func:
            case ast.Attribute(value=ast.Name(id="op"), attr="execute"):
                continue
            case ast.Attribute(value=ast.Name(id="op"), attr="add_column"):
                column = call.args[1]
                assert isinstance(column, ast.Call)
                if not _may_be_left_out(column):
                    found.append(ast.unparse(call))
            case ast.Attribute(value=ast.Name(id="op"), attr="alter_column"):
                if _named(call).keys() != {"nullable"} or _named(call)["nullable"] != "True":
                    found.append(ast.unparse(call))
            case ast.Attribute(value=ast.Name(id="op"), attr=operation) if operation not in ADDING:
                found.append(ast.unparse(call))
    return found


def _texts(node: ast.AST) -> list[str]:
    return [
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]


def _named(call: ast.Call) -> dict[str | None, str]:
    return {each.arg: ast.unparse(each.value) for each in call.keywords}


def _may_be_left_out(column: ast.Call) -> bool:
    """Whoever doesn't know the column writes rows without it."""
    named = _named(column)
    return named.get("nullable", "True") == "True" or "server_default" in named


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda path: path.stem)
def test_a_revision_takes_nothing_away(revision: Path) -> None:
    assert flaws(revision.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "statement",
    [
        'op.drop_column("users", "phone_lookup")',
        'op.drop_table("users")',
        'op.alter_column("users", "epoch", nullable=False)',
        'op.alter_column("users", "epoch", new_column_name="era")',
        'op.add_column("users", sa.Column("epoch", sa.Integer, nullable=False))',
        'op.execute("ALTER TABLE users DROP COLUMN epoch")',
        'op.create_unique_constraint("once", "users", ["phone_tail"])',
    ],
)
def test_one_that_does_would_be_noticed(statement: str) -> None:
    assert flaws(f"def upgrade() -> None:\n    {statement}\n")
