"""bot.features.channels."""
