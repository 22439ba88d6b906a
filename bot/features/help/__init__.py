"""What can be said, and the fixed words of each platform: menus, commands, empty forms."""
