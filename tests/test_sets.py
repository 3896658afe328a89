"""Each shipped X12 message: explained, followed, broken in the same ways, there and back."""
import re

import pytest

from program import FIXTURES, ROOT, codes, findings, run

GRAMMAR = ROOT / "grammars" / "x12" / "004010"
SETS = sorted(p.stem for p in GRAMMAR.glob("[0-9]*.gram"))
SAMPLES = {p.name[:3]: p for p in sorted((FIXTURES / "x12").glob("*-medsup-*.edi"))}
TAGS = sorted({tag for p in GRAMMAR.glob("*.gram")
               for tag in re.findall(r"^segment (\w+)", p.read_text(), re.M)})


def changed(name, change):
    """The sample with its list of segments changed and SE01 right again."""
    segments = SAMPLES[name].read_text().split("~\n")[:-1]
    change(segments)
    first = next(i for i, s in enumerate(segments) if s.startswith("ST*"))
    last = next(i for i, s in enumerate(segments) if s.startswith("SE*"))
    segments[last] = re.sub(r"^SE\*\d+", f"SE*{last - first + 1}", segments[last])
    return "".join(s + "~\n" for s in segments).encode()


def test_every_message_has_a_sample():
    assert len(SETS) == 14 and set(SAMPLES) == set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_explained(name):
    done = run("explain", name)
    assert done.returncode == 0
    assert done.stdout.startswith(name.encode() + b" ")
    lines = sum(1 for line in (GRAMMAR / f"{name}.gram").read_text().splitlines()
                if re.match(r" +\d{3} ", line))
    assert sum(1 for line in done.stdout.splitlines() if re.match(rb"  \d{3} ", line)) == lines


def test_every_segment_is_explained():
    assert len(TAGS) > 160
    for tag in TAGS:
        done = run("explain", tag)
        assert done.returncode == 0 and done.stdout.startswith(tag.encode() + b" "), tag


@pytest.mark.parametrize("name", SETS)
def test_good_one(name):
    assert codes(changed(name, lambda segments: None)) == []


@pytest.mark.parametrize("name", SETS)
def test_first_segment_missing(name):
    tag = SAMPLES[name].read_text().split("~\n")[3].partition("*")[0]
    found = findings(changed(name, lambda segments: segments.pop(3)))
    assert [(f["code"], f["text"].split()[0]) for f in found] == [("WB-SEG-0303", tag)]


@pytest.mark.parametrize("name", SETS)
def test_segment_of_another_message(name):
    """R9 is in no message of ours, and known to the standard."""
    found = findings(changed(name, lambda segments: segments.insert(-3, "R9*1")))
    assert [(f["code"], f["segment"]) for f in found] == [("WB-SEG-0306", "R9")]


@pytest.mark.parametrize("name", SETS)
def test_there_and_back(name):
    data = SAMPLES[name].read_bytes()
    done = run("translate", "--to", "json", "-", stdin=data)
    assert done.returncode == 0
    assert run("translate", "--to", "x12", "-", stdin=done.stdout).stdout == data


@pytest.mark.parametrize("path, name, values", [
    ("TDS.01", "810", ["336832"]),
    ("**/RMR[IV].04", "820", ["3265.45"]),
    ("**/HL[O]/PRF.01", "856", ["HV-450021"]),
    ("**/ACK[IB].02", "855", ["2"]),
    ("**/POC[QI].03", "860", ["30"]),
    ("**/LDT.02", "860", ["2"]),
    ("**/TED[011].06", "824", ["358"]),
    ("CDD[04].04", "812", ["3640"]),
    ("**/QTY[76].02", "867", ["1"]),
])
def test_marks_lead_to_values(path, name, values):
    done = run("get", path, SAMPLES[name])
    assert done.stdout.decode().split() == values, done.stderr
