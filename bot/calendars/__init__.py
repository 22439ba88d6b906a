"""bot.calendars."""
