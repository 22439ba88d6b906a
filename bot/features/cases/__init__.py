"""bot.features.cases."""
