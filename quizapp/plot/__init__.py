"""Charts of a run as rows of characters: pure, without Textual, Rich or numpy."""
