"""Files that spreadsheets open: what people wrote is never run as a formula, as CSV nor as XLSX."""
