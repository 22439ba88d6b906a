"""`python -m bot`: the same as `crosswalk`."""

from bot.cli import main

main()
