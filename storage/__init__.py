"""Storage: the only importer of SQLModel and SQLAlchemy. Tables, migrations, and what is read from and written to them.

Every function takes a connection inside a unit of work (``engine.Store.perform``) and gets the present instant as an
argument: nothing here looks at a clock.
"""
