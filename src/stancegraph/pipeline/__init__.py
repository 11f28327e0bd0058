"""The way from files to a published snapshot: read, infer, validate, publish; ``incremental`` updates the last one."""
