"""bot.features.public_questions."""
