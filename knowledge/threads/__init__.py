"""What people wrote in the threads below posts of the bot."""
