"""The whole journey as people see it: in the browser, and in the terminal."""
