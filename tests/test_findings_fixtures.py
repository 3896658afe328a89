"""Every row of the findings table is provoked by a fixture of ours, and by little else.

fixtures/x12/findings/<CODE>.edi provokes the row CODE; the one that must be over a megabyte is
made here. Of each it is said where the finding has to be, and the answer has to carry what the row
promises for TA1 and 997. Where a finding stands was read from the fixture, not from the program.
"""
import json
import re

import pytest

from program import FIXTURES, ROOT, check_json, run

FOLDER = FIXTURES / "x12" / "findings"
TABLE = ROOT / "src" / "check" / "finding.def"

ROW = re.compile(
    r'^X\(\w+,\s*"(?P<code>WB-[A-Z]+-\d{4})",\s*CHECK_(?P<level>\w+),\s*'
    r'CHECK_(?P<severity>\w+),\s*"(?P<ak>\d*)",\s*"\d*",\s*"(?P<ta1>\d*)",\s*"\d*",\s*'
    r'"[^"]*",\s*"(?P<cure>[^"]*)"\)',
    re.M)
ROWS = {row["code"]: row for row in ROW.finditer(TABLE.read_text())}

# A segment over WB_LIMIT_SEGMENT: too big to keep.
LONG = b"N9*L1*1~MSG*" + b"x" * (1100 * 1024) + b"~"
# Over the number of findings that are told of an envelope, and of a file.
GROUPS = b"GS~" * 400
FLOOD = b"".join(b"ST*850*%04d~BEG*00*SA*P**20250314~" % no + b"QQQ~" * 1000 +
                 b"PO1**1*EA~SE*1004*%04d~" % no for no in range(1000, 1052))
MADE = {
    "WB-SEG-0308": ("850-minimal.edi", b"PO1*", LONG + b"PO1*", b"SE*5", b"SE*7"),
    "WB-ENV-0137": ("850-minimal.edi", b"IEA*1", GROUPS + b"IEA*401"),
    "WB-FILE-0006": ("850-minimal.edi", b"GE*1*", FLOOD + b"GE*53*"),
}

# What cannot be had alone, by code: the codes beside it, and the reason.
ALSO = {
    "WB-ENV-0138": ({"WB-FILE-0004"}, "only EDIFACT has a UNA, and that is said too"),
    "WB-MSG-0210": ({"WB-SEG-0302"}, "it counts what follows a misplaced segment"),
    "WB-SEG-0312": ({"WB-SEG-0303"}, "a segment must be missing first"),
    "WB-ENV-0137": ({"WB-GRP-0151", "WB-GRP-0152", "WB-GRP-0157", "WB-GRP-0159",
                     "WB-GRP-0160"},
                    "a thousand findings of some kind must stand before it"),
    "WB-FILE-0006": ({"WB-SEG-0301"}, "fifty thousand findings must stand before it"),
    "WB-MSG-0211": ({"WB-ELM-0412"}, "a thousand findings of some kind must stand before it"),
    "WB-ELM-0417": ({"WB-SEG-0306"}, "no message of this version has binary content"),
    "WB-ELM-0418": ({"WB-SEG-0306"}, "no message of this version has binary content"),
}

# Where each finding is: the segment, with the number of the element when the finding is about one.
# "" is outside of any.
SEEN = {
    "FILE": {1: "", 2: "", 3: "", 4: "UNB", 5: "", 6: "QQQ"},
    "ENV": {
        101: "GS", 102: "ISA", 103: "ISA", 104: "", 105: "IEA", 106: "GE", 107: "ST", 108: "REF",
        109: "IEA02", 110: "IEA01", 111: "ISA13", 112: "ISA13", 113: "ISA01", 114: "ISA02",
        115: "ISA03", 116: "ISA04", 117: "ISA05", 118: "ISA06", 119: "ISA07", 120: "ISA08",
        121: "ISA09", 122: "ISA10", 123: "ISA11", 124: "ISA11", 125: "ISA12", 126: "ISA12",
        127: "ISA14", 128: "ISA15", 129: "ISA", 130: "ISA", 131: "ISA16", 132: "ISA11",
        133: "IEA03", 134: "TA102", 135: "IEA02", 136: "ISE", 137: "GS", 138: ""},
    "GRP": {
        151: "GS01", 152: "GS08", 153: "GS08", 154: "IEA", 155: "GE02", 156: "GE01", 157: "GS06",
        158: "GS06", 159: "GS04", 160: "GS07", 161: "REF", 162: "GE03", 163: "GE02",
        164: "SE"},
    "MSG": {
        201: "ST01", 202: "GE", 203: "SE02", 204: "SE01", 205: "ST01", 206: "ST01", 207: "ST02",
        208: "ST02", 209: "SE02", 210: "N1", 211: "REF"},
    "SEG": {
        301: "QQQ", 302: "N3", 303: "N1", 304: "SAC", 305: "CUR", 306: "AK1", 307: "CUR",
        308: "MSG", 309: "", 310: "CTT", 311: "CTT", 312: "PO1"},
    "ELM": {
        401: "BEG05", 402: "N104", 403: "REF05", 404: "REF04", 405: "REF02", 406: "N104",
        407: "BEG03", 408: "PID05", 409: "PO102", 410: "PO102", 411: "REF02", 412: "BEG02",
        413: "BEG05", 414: "DTM03", 415: "QTY04", 416: "MSG", 417: "BIN", 418: "BIN",
        419: "N402", 420: "REF02", 421: "CTT01", 422: "PID05", 423: "PID05"},
    "ADV": {501: "PO103", 502: "PO102", 503: "PO102", 504: "PO105"},
}

# These are about an element whose number says nothing: one too many, or content that is no element.
ANY_ELEMENT = {"WB-ELM-0416", "WB-ELM-0417", "WB-ELM-0418"}
# No interchange to answer, or none that says whom.
UNANSWERED = {"WB-FILE-0003", "WB-FILE-0004", "WB-ENV-0101", "WB-ENV-0138"}
# The next interchange, or the earlier one, is answered too; the finding's own is the one named.
ANSWER_NO = {"WB-ENV-0111": 1}


def number(code):
    _, room, no = code.split("-")
    return room, int(no)


def fixture(code, tmp_path):
    if code not in MADE:
        return FOLDER / f"{code}.edi"
    base, *changes = MADE[code]
    text = (FOLDER.parent / base).read_bytes()
    for before, after in zip(changes[::2], changes[1::2]):
        assert text.count(before) == 1
        text = text.replace(before, after)
    path = tmp_path / f"{code}.edi"
    path.write_bytes(text)
    return path


def findings(path):
    report, code = check_json(path)
    assert code in (0, 1, 2)
    return report["files"][0]["findings"]


def test_every_row_is_read_from_the_table():
    assert len(ROWS) == len(re.findall(r"^X\(", TABLE.read_text(), re.M)) > 80


def test_every_row_has_a_fixture_and_every_fixture_a_row():
    there = {path.stem for path in FOLDER.glob("*.edi")} | set(MADE)
    assert there == set(ROWS)
    assert set(ALSO) <= there
    assert {number(code) for code in there} == {(room, no) for room in SEEN for no in SEEN[room]}


@pytest.mark.parametrize("code", ROWS)
def test_fixture_provokes_its_row(code, tmp_path):
    found = findings(fixture(code, tmp_path))
    codes = [f["code"] for f in found]
    assert code in codes, codes
    listed = [f for f in found if f["code"] == code]
    assert all(f["severity"] == ROWS[code]["severity"].lower() for f in listed)
    assert all(f["level"] == ROWS[code]["level"].lower() for f in listed)
    # Notes and advice may stand beside it; what counts for the verdict only with a reason.
    beside = {f["code"] for f in found if f["severity"] in ("error", "warning")} - {code}
    assert beside == ALSO.get(code, (set(), ""))[0]


@pytest.mark.parametrize("code", ROWS)
def test_sentence_is_whole(code, tmp_path):
    for found in findings(fixture(code, tmp_path)):
        assert 0 < len(found["text"].encode()) <= 100
        text = re.sub(r'"[^"]*"', '"value"', found["text"])
        assert not re.search(r"[{}]|\b1 (characters|digits|segments|bytes)\b|  ", text), text
        assert found["cure"] == ROWS[found["code"]]["cure"]


@pytest.mark.parametrize("code", ROWS)
def test_finding_is_where_the_defect_is(code, tmp_path):
    path = fixture(code, tmp_path)
    data = path.read_bytes()
    first = next(f for f in findings(path) if f["code"] == code)
    room, no = number(code)
    seen = re.fullmatch(r"([A-Z]*|[A-Z0-9]{2,3}?)(\d\d)?", SEEN[room][no])
    assert first["segment"] == seen[1]
    if code not in ANY_ELEMENT:
        assert first["element"] == int(seen[2] or 0)
    assert first["line"] == data[: first["offset"]].count(b"\n") + 1
    assert first["column"] == first["offset"] - (data.rfind(b"\n", 0, first["offset"]) + 1) + 1
    line = data.splitlines()[first["line"] - 1].decode() if first["offset"] < len(data) else ""
    if path.suffix == ".edi" and seen[1] and code not in MADE:
        assert line.lstrip().startswith(seen[1]), line
    if seen[2] and line.count("*") >= int(seen[2]):
        element = line.rstrip("~").split("*")[int(seen[2])]
        pointed = data[first["offset"]: first["offset"] + first["length"]].decode()
        assert not element or pointed and pointed in element, (element, pointed)


def answer(path):
    """What waybill ack did, and the segments of each interchange that it wrote."""
    done = run("ack", path)
    interchanges = []
    for part in done.stdout.decode().split("ISA")[1:]:
        mark, end = part[0], part[102]
        segments = [segment.strip() for segment in ("ISA" + part).split(end)]
        interchanges.append([segment.split(mark) for segment in segments if segment])
    return done, interchanges


def promised(row, segments):
    """Whether the answer carries what the row of the table promises."""
    level, code = row["level"], row["ak"]
    if row["severity"] not in ("ERROR", "WARNING"):
        return True
    if row["ta1"]:
        return [s[5] for s in segments if s[0] == "TA1"] == [row["ta1"]]
    if not code:
        return True
    if level == "ELEMENT":
        return any(s[0] == "AK4" and s[3] == code for s in segments) and \
            any(s[0] == "AK3" and s[4] == "8" for s in segments)
    if level == "SEGMENT":
        return any(s[0] == "AK3" and s[4] == code for s in segments)
    if level == "MESSAGE":
        return any(s[0] == "AK5" and code in s[2:] for s in segments)
    return any(s[0] == "AK9" and code in s[5:] for s in segments)


def letter_of(row):
    """AK501 of a message whose worst finding is this."""
    return {"ERROR": "R", "WARNING": "E"}.get(row["severity"], "A")


@pytest.mark.parametrize("code", ROWS)
def test_answer_carries_the_row(code, tmp_path):
    done, interchanges = answer(fixture(code, tmp_path))
    row = ROWS[code]
    if code in UNANSWERED:
        assert done.stdout == b"" and done.stderr
        return
    segments = interchanges[ANSWER_NO.get(code, 0)]
    assert promised(row, segments), segments
    if row["level"] in ("MESSAGE", "SEGMENT", "ELEMENT") and code not in ALSO:
        assert [s[1] for s in segments if s[0] == "AK5"][-1] == letter_of(row)
    report, _ = check_json("-", stdin=done.stdout)
    ours = [f for f in report["files"][0]["findings"] if f["severity"] in ("error", "warning")]
    assert ours == [], json.dumps(ours, indent=1)
