"""What owners send, as bytes: a safe preview and a few facts, gained in capped child processes. Knows nothing of cases."""
