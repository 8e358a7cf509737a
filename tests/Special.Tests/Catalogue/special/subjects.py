"""The register of subjects: functions that return a dictionary of fields."""
import os

from catalogue.cases import NotApplicable

SUBJECTS = {}


def subject(name, function, *arguments, path=None, must=False):
    """Adds a subject; one about a path that this machine does not have says nothing, unless every machine must have it."""
    def run():
        if path is not None and not must and not os.path.lexists(path):
            raise NotApplicable(f"there is no {path} here")
        return function(*arguments)

    assert name not in SUBJECTS, name
    SUBJECTS[name] = run


def named(function):
    """A subject by itself, called as its function: proc_self_exe_of_a_thread is proc.self_exe_of_a_thread."""
    area, rest = function.__name__.split("_", 1)
    subject(f"{area}.{rest}", function)
    return function
