"""Wrong versions of the shipped maps are refused or caught: at least nine of ten."""
import os
import pathlib
import re
import subprocess
import sys

import pytest

from program import path

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = ROOT / "tools" / "mutate-map"


def mutate(*arguments):
    return subprocess.run([sys.executable, str(TOOL), *arguments], capture_output=True, text=True,
                          timeout=300, check=False)


@pytest.mark.parametrize("name", ["x12-850-order", "order-purchase", "order-sale"])
def test_wrong_maps_are_noticed(name):
    done = mutate("--waybill", os.path.abspath(path()), "--count", "30", name)
    assert done.returncode == 0, done.stdout + done.stderr
    caught, made = map(int, re.search(rf"^{name}: (\d+) of (\d+) caught$", done.stdout,
                                      re.MULTILINE).groups())
    assert made == 30 and caught >= 27
    assert done.stdout.count("SURVIVED") == made - caught


def test_every_kind_of_mistake_is_made():
    done = mutate("--waybill", os.path.abspath(path()), "--verbose", "x12-850-order")
    for kind in ("swapped", "row dropped", "sign", "cut", "qualifier", "statement dropped"):
        assert f": {kind}: `" in done.stdout


def test_a_right_map_is_not_caught(tmp_path):
    """What is caught is caught for the mistake: the same files as they are pass."""
    (tmp_path / "maps").mkdir()
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    for name in ("shared.map", "x12-850-order.map"):
        (tmp_path / "maps" / name).write_text((ROOT / "maps" / name).read_text() + "\n# changed\n")
    done = subprocess.run([os.path.abspath(path()), "map", "test", "maps/shared.map",
                           "maps/x12-850-order.map"], cwd=tmp_path, capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED" not in done.stdout


def test_usage():
    assert mutate("no-such-map").returncode == 2
    assert mutate("--count", "0").returncode == 2
    assert mutate("--waybill", "/nowhere/waybill").returncode == 2
