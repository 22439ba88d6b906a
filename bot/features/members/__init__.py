"""bot.features.members."""
