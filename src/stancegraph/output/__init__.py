"""Output of answers and graphs: tables, pictures, exports."""
