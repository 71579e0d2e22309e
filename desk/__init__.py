"""The use cases: receive one incoming thing, deliver one outgoing thing. The only place where a decision meets the database."""
