"""The register of cases."""

SUBJECTS = {}


class NotApplicable(Exception):
    """The case makes no sense for this user; said, and counted."""


class Case:
    def __init__(self, function, made):
        self.subject = function.__module__.rsplit(".", 1)[1]
        self.function = function
        self.name = f"{self.subject}.{function.__name__}@{made}"
        self.made = made


def case(function):
    """Runs with the fixture as input, as changed input and as created."""
    return _add(function, ("input", "changed", "created"))


def case_of_created(function):
    """Runs once, for what it makes by itself."""
    return _add(function, ("created",))


def _add(function, makings):
    for made in makings:
        new = Case(function, made)
        SUBJECTS.setdefault(new.subject, []).append(new)
    return function
