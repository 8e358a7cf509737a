"""Judges documents by a schema: an object {"schema": ..., "documents": [...]} in, a line "valid" or "invalid: why" for each out."""
import json
import sys

import jsonschema

task = json.load(sys.stdin)
jsonschema.Draft7Validator.check_schema(task["schema"])
validator = jsonschema.Draft7Validator(task["schema"])
for document in task["documents"]:
    errors = [error.message for error in validator.iter_errors(document)]
    print("invalid: " + errors[0].replace("\n", " ") if errors else "valid")
