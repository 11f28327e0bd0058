"""Answers and graphs for others: tables, pictures, exports."""
