"""bot.features.meetings."""
