"""Interview practice for LLM fine-tuning, with every answer proven live."""

__version__ = "0.1.0"
