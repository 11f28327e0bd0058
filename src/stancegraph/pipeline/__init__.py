"""From files to a published snapshot: read, infer, validate, publish; ``incremental`` goes on from the last."""
