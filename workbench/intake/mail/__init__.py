"""One raw message to rows and facts. Pure: no files, no network, no frames, no verdict."""
