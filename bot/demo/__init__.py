"""People without a token talk to the real bot here: a Bot API server on this machine and a chat page."""
