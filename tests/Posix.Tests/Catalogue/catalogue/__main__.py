"""python3 -m catalogue prepare DIR              makes the inputs of all cases below DIR
python3 -m catalogue run DIR MAKINGS SUBJECT… runs cases there, a JSON line for each; MAKINGS: input,changed,created or some of them
python3 -m catalogue list                     the names of all cases, a line each"""
import gc
import importlib
import json
import os
import pkgutil
import signal
import sys

from . import fixture, subjects
from .cases import SUBJECTS, NotApplicable
from .observing import can_change_ids
from .running import run_in_child

LIMIT_SECONDS = 40


def main(arguments):
    for module in sorted(module.name for module in pkgutil.iter_modules(subjects.__path__)):
        importlib.import_module(f"{subjects.__name__}.{module}")
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    match arguments:
        case ["list"]:
            for case_ in all_cases(SUBJECTS):
                print(case_.name)
        case ["prepare", directory]:
            for case_ in all_cases(SUBJECTS):
                if case_.made != "created":
                    fixture.make(os.path.join(directory, case_.name))
        case ["run", directory, makings, *chosen]:
            os.umask(0o022)
            can_change_ids()  # asked once, not in each child
            gc.freeze()  # children share these pages
            for case_ in all_cases(chosen):
                if case_.made in makings.split(","):
                    print(json.dumps({"case": case_.name, "observed": observe(case_, directory)}), flush=True)
                    _make_room(os.path.join(directory, case_.name, "big"))
        case _:
            sys.exit(__doc__)


def all_cases(chosen):
    return [case_ for subject in chosen for case_ in SUBJECTS[subject]]


def _make_room(path):
    try:
        os.unlink(path)
    except OSError:
        pass  # the case has moved it


def observe(case_, directory):
    place = os.path.join(directory, case_.name)

    def run():
        os.setsid()
        if case_.made == "created":
            fixture.make(place)
        elif case_.made == "changed":
            fixture.change(place)
        os.chdir(place)
        return case_.function()

    try:
        return run_in_child(run, LIMIT_SECONDS)
    except NotApplicable as reason:
        return {"not applicable": str(reason)}


main(sys.argv[1:])
