"""How much is read of what strangers send. Chosen so that an honest file fits and a hostile one cannot fill the memory."""

MOST_DOCUMENT = 50 * 1024**2
"""Bytes of a file that is one ad: a page, a picture, a PDF, subtitles, a text."""
MOST_WORKBOOK = 100 * 1024**2
"""Bytes of a spreadsheet as it lies on the disk."""
MOST_UNPACKED = 1024**3
"""Bytes of a spreadsheet unpacked."""
MOST_RATIO = 200
"""How many times larger a spreadsheet may be unpacked; honest ones stay below 50."""
MOST_PIECE = 20_000
"""Characters of a document that make one ad; a longer one is cut between its parts into several."""
MOST_EXPORT = 256 * 1024**2
"""Bytes of a JSON file, which is read whole."""
MOST_FIELD = 8 * 1024**2
"""Characters of one cell or bytes of one JSON line; the longest ad that is assessed has 100,000."""
MOST_COLUMNS = 2_000
MOST_SHEET_ROWS = 1_048_576
"""What a spreadsheet program itself allows."""
MOST_PIXELS = 50_000_000
MOST_PAGES = 2_000
MOST_SHOWN = 5
"""Broken rows named one by one before the rest is only counted."""
MOST_EXCERPT = 80
