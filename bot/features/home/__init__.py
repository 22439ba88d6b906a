"""bot.features.home."""
