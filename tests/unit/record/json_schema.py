#!/usr/bin/python3
"""The published JSON Schema says what the reader says.

usage: json_schema.py SAMPLES SCHEMA

Random orders of ours are valid under the schema. Then each is broken in one place, in ways that
people and tools break JSON, and the schema and our reader are asked: both must refuse, or both
accept. Where the schema cannot know (a day that is in no calendar, too many digits), only the
reader refuses; those ways stand in READER_ONLY.
"""
import copy
import json
import random
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP python3-jsonschema is not installed")
    sys.exit(0)

COUNT = 60
BREAKS = 25
WRONG = [None, True, 0, 12.5, 1e300, -3, "", "x", "12.50", "2025-01-31", "2025-01-31T10:00",
         "2025-1-31", "20250131", "+1", ".5", "5.", "1,5", "1e3", " 1", "-0", "007",
         "2025-01-31T24:00", "2025-01-31T10:00:60", "2025-01-31T10:00Z", "2025-01-31T10",
         "each", "EACH", "original", "standard", "x12:355:CS", "x12::CS", "X12:1:2",
         "waybill/order/1", "EURO", "\u20ac\u20ac\u20ac", "\u20ac\u20ac\u20ac\u20ac", [], [[]],
         [{}], ["x"], [None], {}, {"x": 1}, {"source": {}}, {"source": []}, {"name": "x"}]
READER_ONLY = ["2025-02-30", "99999999999999999999", "0.1234567890123456789"]
NAMES = ["x", "source", "schema", "kindd", "number", "Kind", ""]


def places(node, path=()):
    """The path of every value in a document, but not what is inside `source`."""
    found = [path]
    if path and path[-1] == "source":
        return found
    if isinstance(node, dict):
        for key, value in node.items():
            found += places(value, path + (key,))
    elif isinstance(node, list):
        for i, value in enumerate(node):
            found += places(value, path + (i,))
    return found


def at(node, path):
    for step in path:
        node = node[step]
    return node


def broken(document, dice):
    """A copy with one change."""
    result = copy.deepcopy(document)
    path = dice.choice(places(result)[1:])
    parent = at(result, path[:-1])
    way = dice.randrange(4)
    if way == 0:
        del parent[path[-1]]
    elif way == 1 and isinstance(parent, dict):
        parent[dice.choice(NAMES)] = dice.choice(WRONG)
    else:
        parent[path[-1]] = dice.choice(WRONG)
    return result


def reader(samples, documents):
    lines = "".join(json.dumps(document) + "\n" for document in documents)
    done = subprocess.run([samples, "read"], input=lines, capture_output=True, text=True,
                          check=True)
    return done.stdout.split()


def main():
    samples, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    made = subprocess.run([samples, str(COUNT)], capture_output=True, text=True, check=True)
    documents = [json.loads(line) for line in made.stdout.splitlines()]
    failures = []
    for document in documents:
        failures += ["ours is refused: " + error.message for error in
                     validator.iter_errors(document)]
    dice = random.Random(7)
    changed = [broken(document, dice) for document in documents for _ in range(BREAKS)]
    verdicts = reader(samples, changed)
    refused = 0
    for document, verdict in zip(changed, verdicts):
        valid = validator.is_valid(document)
        refused += not valid
        if valid != (verdict == "good"):
            errors = "; ".join(error.message[:200] for error in validator.iter_errors(document))
            failures.append(f"schema: {valid}, reader: {verdict}: {errors} in {document}")
    only = [{"kind": "rush", "number": "1", "issued_on": value} for value in READER_ONLY[:1]]
    only += [{"kind": "rush", "number": "1", "issued_on": "2025-01-31", "payable": value}
             for value in READER_ONLY[1:]]
    for document, verdict in zip(only, reader(samples, only)):
        if not validator.is_valid(document) or verdict != "bad":
            failures.append(f"only the reader refuses {document}")
    print("1..2")
    good = len(documents) == COUNT and len(verdicts) == COUNT * BREAKS
    print("ok 1" if good else "not ok 1", f"- {len(documents)} orders, {len(verdicts)} changes")
    balanced = refused > COUNT * 5 and len(verdicts) - refused > COUNT
    print("not ok 2" if failures or not balanced else "ok 2",
          f"- schema and reader agree; {refused} refused")
    for failure in failures[:5]:
        print("#", failure[:1000].encode("ascii", "backslashreplace").decode())


main()
