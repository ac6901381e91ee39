"""What to ask, when to ask it again, and how well it is known; pure: time and chance come in."""
