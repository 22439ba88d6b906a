"""bot.features.help."""
