"""A catalogue of what a POSIX file system on Linux does, as named cases that only observe.

A case never says what is right: it returns what it saw, in a form that does not depend on the place (errno names, permissions, bytes,
relations between times). Whoever runs the catalogue in two places compares. A case runs in a child of its own, in a directory of its own
that holds the fixture (fixture.py), once where the fixture was there before (`@input`), once where each of its parts
was then changed and changed back (`@changed`), and once where it has just been made (`@created`).
"""
