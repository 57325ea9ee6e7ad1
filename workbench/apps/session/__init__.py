"""The handle an analyst opens: `wb.open()`."""
