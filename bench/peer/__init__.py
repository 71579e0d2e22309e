"""What a developer would write by hand instead of this project: twelve questions with aiogram's state machine, kept in memory."""
