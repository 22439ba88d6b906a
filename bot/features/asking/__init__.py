"""bot.features.asking."""
