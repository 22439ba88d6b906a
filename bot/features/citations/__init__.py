"""bot.features.citations."""
