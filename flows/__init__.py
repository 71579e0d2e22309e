"""What is asked, what is answered, what may happen next: pure decisions, standard library only, no clock, no chance."""
