"""Pages for people and the door for webhooks."""
