"""requirements.lock: what constraints.txt pins, with the digest of every file of it.

Renewed with `python -m tests.support.lock` (needs `uv`) in an environment that has it all
installed. What the program needs comes first; below LINE stands what only tests need. torch is in
neither part: its wheels come from the index that the installation names, each with other digests.
"""

import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK, CONSTRAINTS = ROOT / "requirements.lock", ROOT / "constraints.txt"
LINE = "# Only tests need what stands below."
ELSEWHERE = frozenset({"torch"})
HEAD = "# Made by `make lock` from constraints.txt; see docs/operate.md.\n"


def pinned(text: str) -> dict[str, str]:
    """The version of each package that a file of requirements names."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", text, re.MULTILINE)
    return {canonicalize_name(name): version.partition("+")[0] for name, version in found}


def needed(package: str = "crosswalk") -> set[str]:
    """All that an installed package needs to run here, by name."""
    found: set[tuple[str, str]] = set()
    waiting = {(package, "")}
    while waiting:
        found |= waiting
        waiting = {each for one in waiting for each in _required(*one)} - found
    return {name for name, _ in found} - {package}


def _required(package: str, extra: str) -> Iterator[tuple[str, str]]:
    for line in requires(package) or ():
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate({"extra": extra}):
            for wanted in ("", *asked.extras):
                yield canonicalize_name(asked.name), wanted


def renew() -> None:
    """Write the lock anew."""
    asked = "\n".join(
        f"{name}=={version}"
        for name, version in pinned(CONSTRAINTS.read_text("utf-8")).items()
        if name not in ELSEWHERE
    )
    command = [
        "uv",
        "pip",
        "compile",
        "-",
        "--no-deps",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
    ]
    made = subprocess.run(command, input=asked, capture_output=True, text=True, check=True).stdout
    blocks = re.findall(r"^\S.*(?:\n    .*)*", made, re.MULTILINE)
    running = needed()
    first = [each for each in blocks if pinned(each).keys() & running]
    rest = [each for each in blocks if each not in first]
    LOCK.write_text(HEAD + "\n".join((*first, LINE, *rest)) + "\n", "utf-8")


if __name__ == "__main__":
    renew()
