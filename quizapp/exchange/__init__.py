"""In and out: notebooks, scripts, reports, Anki, CSV, Markdown."""
