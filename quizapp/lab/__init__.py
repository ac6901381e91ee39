"""The host of demos: a warm process, one run at a time, its events, the catalogue."""
