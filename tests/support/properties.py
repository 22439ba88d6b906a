"""With how many examples properties are tried: by the profile, or fewer where one takes long.

The environment chooses: `HYPOTHESIS_PROFILE=thorough` tries twenty times as many as `usual`. No
example has a deadline: on a busy machine it would say nothing about the code.
"""

import os
from typing import Any

from hypothesis import settings

PROFILES = {"usual": 100, "thorough": 2_000}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "usual")
THOROUGH = PROFILE == "thorough"
SLOWER = 8
"""How many times fewer examples a slow property gets."""


def load_profile() -> None:
    """What holds for every property that says nothing else."""
    for name, examples in PROFILES.items():
        settings.register_profile(name, deadline=None, max_examples=examples)
    settings.load_profile(PROFILE)


def slow(**more: Any) -> settings:
    """For a property of which one example takes a tenth of a second or longer."""
    return settings(max_examples=max(1, PROFILES[PROFILE] // SLOWER), deadline=None, **more)
