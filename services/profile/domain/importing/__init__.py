"""People from a CSV export of an HR system: columns, rows, and what they mean for the organization."""
