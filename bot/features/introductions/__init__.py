"""bot.features.introductions."""
