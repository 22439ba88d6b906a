"""bot.features.conversations."""
