"""Generated from proto/ by `python run.py proto`; never edited."""
