"""bot.features.questions."""
