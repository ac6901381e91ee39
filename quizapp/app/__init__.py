"""The application without a screen: what the terminal app and the command line share."""
