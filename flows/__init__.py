"""What is asked, what is answered, what may happen next: pure decisions, standard library only, no clock, no chance."""

from zoneinfo import reset_tzpath

# The rules of the clocks are those of the ``tzdata`` package that the lock file names, not those of the machine, which may be years old and
# differ from one replica to the next (pitfall 89). Here, because whatever reckons with zones comes by this package.
reset_tzpath(())
