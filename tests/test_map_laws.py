"""The two laws on ten thousand documents of each shipped map, which reach all that the map says."""
import re

from program import run

DOCUMENTS = 10000
# What no document can reach: the code of a default is written by the default, and what is only
# read is no part of a document that is made to be written.
UNREACHED = {"writing: row x12_353: 00 <=> original",
             "reading: place 1 of 1 (maps/order-sale.map:26)",
             # A list of texts is taken whole, by no place.
             *(f"{way}: place 1 of 1 (maps/order-purchase.map:{line})"
               for way in ("reading", "writing") for line in (12, 35))}


def test_ten_thousand_documents_of_each_map():
    done = run("map", "test", "--count", str(DOCUMENTS), "--verbose", timeout=600)
    text = done.stdout.decode()
    assert done.returncode == 0, text
    held = {name: (int(good), int(outside or 0)) for name, good, outside in re.findall(
        r"^ok +(\S+) holds for (\d+) generated documents(?:, (\d+) are outside of it)?$", text,
        re.MULTILINE)}
    assert sum(held["order-sale"]) == DOCUMENTS
    assert sum(held["x12-850-order"]) == 2 * DOCUMENTS
    assert all(outside * 20 < good for good, outside in held.values())
    assert set(re.findall(r"^  not reached (.*)$", text, re.MULTILINE)) == UNREACHED
    for line in re.findall(r"^  reached: .*$", text, re.MULTILINE):
        print(line.strip())


def test_the_same_documents_every_time():
    once = run("map", "test", "--count", "50", "--verbose")
    assert once.stdout == run("map", "test", "--count", "50", "--verbose").stdout


def test_bad_counts():
    for count in ("0", "x", "1000001", "-1"):
        assert run("map", "test", "--count", count).returncode == 2
