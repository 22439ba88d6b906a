"""What a command imports: nothing that it does not need, since whoever asks waits for it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Beside the standard library, by the name that is imported.
EVERY_COMMAND = frozenset(
    """
    adapters annotated_doc annotated_types attr attrs babel better_exceptions bot cattrs
    charset_normalizer colorama dotenv filelock greenlet knowledge linkify_it marisa_trie
    markdown_it mdurl numpy platformdirs py3langid pydantic pydantic_core pydantic_settings
    pygments pytz regex rich scipy shellingham sqlalchemy sqlmodel Stemmer structlog threadpoolctl
    typer typing_extensions typing_inspection yaml
    """.split()  # noqa: SIM905 (forty names in quotes are hard to read)
)
LARGE_PARTS = ("optimize", "cluster", "spatial", "special", "linalg", "stats", "sparse.linalg")
"""Of scipy, what no question needs."""
PROGRAM = """
import json, sys
from bot.cli import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write("\\n" + json.dumps(sorted(sys.modules)))
"""


def imported(folder: Path, *command: str) -> tuple[str, set[str]]:
    """What `crosswalk` printed, and every module that it had imported in the end."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{folder}/c.db"},
        capture_output=True,
        text=True,
        check=True,
        timeout=200,
    )
    return done.stdout, set(json.loads(done.stderr.splitlines()[-1]))


def foreign(modules: set[str]) -> set[str]:
    """The packages among them that are not the standard library's."""
    names = {name.partition(".")[0] for name in modules}
    here = {name for name in names if not name.startswith("_")}
    return here - sys.stdlib_module_names - {"sitecustomize", "cython", "cython_runtime"}


def large(modules: set[str]) -> set[str]:
    """The large parts of scipy among them."""
    return {f"scipy.{part}" for part in LARGE_PARTS} & modules


def test_help_imports_only_what_it_needs(tmp_path: Path) -> None:
    said, modules = imported(tmp_path, "ask", "--help")
    assert "--country" in said
    assert foreign(modules) - EVERY_COMMAND == set()
    assert large(modules) == set()


@pytest.mark.model
def test_a_question_imports_only_what_it_needs(tmp_path: Path, migrated: Path) -> None:
    shutil.copyfile(migrated, tmp_path / "c.db")
    said, modules = imported(tmp_path, "ask", "How do cities share data?", "--json")
    assert json.loads(said)["confidence"] == "none"
    assert foreign(modules) - EVERY_COMMAND == set()
    assert large(modules) == set()
