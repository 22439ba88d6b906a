"""Where the bot is, where it may answer, and what stewards chose each channel for."""
