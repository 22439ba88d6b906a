"""HTML to PNG, by the Chromium that is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--force-device-scale-factor=1",
)  # fmt: skip


def browser() -> str | None:
    """The program that takes the pictures; None where none is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def photograph(style: str, body: str, file: Path, width: int = 700, height: int = 800) -> None:
    """Write what fits the window of that size, in pixels: what lies below is not seen at once.

    Raises FileNotFoundError without a browser, CalledProcessError when it fails.
    """
    program = browser()
    if program is None:
        raise FileNotFoundError("Pictures need Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(f"<meta charset=utf-8><style>{style}</style>{body}", "utf-8")
        command = [
            program, *QUIET, f"--user-data-dir={folder}/profile", f"--screenshot={file}",
            f"--window-size={width},{height}", page.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=60)
