"""bot.features.personal_data."""
