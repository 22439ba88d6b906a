"""What is held about somebody: shown, exported, erased."""
