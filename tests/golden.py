"""Golden files: what the program printed when somebody looked at it and found it right."""
import difflib
import os
import pathlib

from program import FIXTURES

GOLDEN = FIXTURES / "golden"


def compare(name, data):
    """Compares bytes with fixtures/golden/<name>; WAYBILL_BLESS=1 writes them there instead."""
    target = GOLDEN / name
    if os.environ.get("WAYBILL_BLESS") == "1":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return
    assert target.exists(), f"{target} is missing; look at the output and run tools/check --bless"
    expected = target.read_bytes()
    if expected != data:
        diff = difflib.unified_diff(
            expected.decode(errors="replace").splitlines(),
            data.decode(errors="replace").splitlines(),
            str(pathlib.PurePath("fixtures", "golden", name)), "now", lineterm="", n=2)
        raise AssertionError("\n".join(list(diff)[:60]))
