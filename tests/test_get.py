"""get: values at a path; grep: segments and messages that a pattern fits."""
import json
import re

import pytest

from program import FIXTURES, ORDER, run, small_order

X12 = FIXTURES / "x12"
MULTI = X12 / "850-multi.edi"
LOOPS = small_order("""BEG*00*SA*PO1**20260101
N1*ST*ONE*92*A1
N3*STREET 1*DOCK
N1*BT*TWO*92*A2
N3*STREET 2
N1*ST*THREE*92*A3
N3*STREET 3
PO1*1*10*EA*1.5**VN*V-1*UP*012345678905
PID*F****FIRST
N1*ST*LINE SHIP TO*92*L1
PO1*2*20*CA*2.5**UP*098765432105
PID*F****SECOND
PID*F****SECOND AGAIN
CTT*2""")


def get(path, *, data=LOOPS, options=()):
    done = run("get", *options, path, "-", stdin=data)
    assert done.returncode == (0 if done.stdout else 1), done.stderr.decode()
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize("path,values", [
    ("BEG.03", ["PO1"]), ("BEG/03", ["PO1"]), ("BEG.3", ["PO1"]),
    ("N1.02", ["ONE", "TWO", "THREE"]),
    ("N1[ST].02", ["ONE", "THREE"]), ("N1[01=ST]/02", ["ONE", "THREE"]),
    ("N1[ST|BT].04", ["A1", "A2", "A3"]),
    ("N1[ST,04=A3].02", ["THREE"]), ("N1[ST][04=A3].02", ["THREE"]),
    ("N1[#2].02", ["TWO"]), ("N1[ST][#2].02", ["THREE"]), ("N1[#2][ST].02", []),
    ("N1[2].02", []),                               # N1 has a qualifier: 2 is a code
    ("N1[ST].N3.01", ["STREET 1", "STREET 3"]), ("N1[01=ST]/N3.01", ["STREET 1", "STREET 3"]),
    ("N1[BT].N3.02", []), ("N1[ST].N3.02", ["DOCK"]),
    ("PO1[2].02", ["20"]), ("PO1[#1].02", ["10"]), ("PO1[3].02", []),
    ("PO1.02", ["10", "20"]), ("PO1[03=CA].01", ["2"]),
    ("PO1:UP", ["012345678905", "098765432105"]),
    ("PO1[1]:VN", ["V-1"]), ("PO1[2]:VN", []),
    ("PO1.PID.05", ["FIRST", "SECOND", "SECOND AGAIN"]), ("PO1[2].PID[#2].05", ["SECOND AGAIN"]),
    ("PO1.N1.02", ["LINE SHIP TO"]),
    ("**/N1[ST].02", ["ONE", "THREE", "LINE SHIP TO"]),
    ("**/N1[ST].N3.01", ["STREET 1", "STREET 3"]),
    ("PO1.03", ["EA", "CA"]),
    ("ISA.13", ["000000001"]), ("GS[1].06", ["1"]), ("GS[#2].06", []), ("GS.02", ["SENDER"]),
    ("ST.02", ["0001"]), ("SE.01", ["16"]), ("IEA.02", ["000000001"]),
    ("CTT", ["CTT*2"]), ("N1[BT]", ["N1*BT*TWO*92*A2"]),
])
def test_paths(path, values):
    assert get(path) == values


@pytest.mark.parametrize("path", [
    "", "po1", "PO1.", "PO1[", "PO1[]", "PO1[ST", "PO1[#0]", "PO1[#x]", "PO1.0", "PO1.123",
    "PO1.01.", "PO1.01.x", "PO1:", ".02", "02", "PO1 02", "A" * 2000, "PO1" + "[ST]" * 9,
    "A.B.C.D.E.F.G.H.I", "PO1[" + "A|" * 20 + "A]"])
def test_what_is_no_path(path):
    done = run("get", path, ORDER)
    assert done.returncode == 2 and done.stdout == b"" and b"waybill" in done.stderr


def test_path_of_data_element_numbers():
    assert get("N1.0093") == []  # four digits name a data element; X12 has none of four


def test_a_message_without_grammar_is_flat():
    data = LOOPS.replace(b"ST*850*", b"ST*899*")
    assert get("N1[ST].02", data=data) == ["ONE", "THREE", "LINE SHIP TO"]
    assert get("N1[#4].02", data=data) == ["LINE SHIP TO"]


def test_counting_begins_anew_in_each_message():
    assert get("BEG[#1].03", data=MULTI.read_bytes()) == get("BEG.03", data=MULTI.read_bytes())
    assert len(get("PO1[1].02", data=MULTI.read_bytes())) == 4
    assert get("GS[2].06", data=MULTI.read_bytes()) == ["145"]


def test_only_messages_of_a_type():
    data = ORDER.read_bytes() + (X12 / "997-medsup-order.edi").read_bytes()
    assert len(get("ST.01", data=data)) == 2
    assert get("ST.01", data=data, options=["--type", "997"]) == ["997"]
    assert get("ISA.13", data=data, options=["--type", "997"]) == []


def test_repeats_and_components():
    data = LOOPS.replace(b"*U*00401*", b"*^*00501*").replace(b"*X*004010", b"*X*005010")
    data = data.replace(b"PID*F****SECOND AGAIN", b"REF*ZZ*A^B^^C**X1:Y2:Z3^X4:Y5")
    assert get("**/REF.02", data=data) == ["A", "B", "C"]
    assert get("**/REF.04", data=data) == ["X1:Y2:Z3", "X4:Y5"]
    assert get("**/REF.04.02", data=data) == ["Y2", "Y5"]
    assert get("**/REF.04.03", data=data) == ["Z3"]


def test_values_with_their_places():
    report = json.loads(run("get", "--format", "json", "PO1.03", MULTI).stdout)
    assert report["schema"] == "waybill/get/1" and report["path"] == "PO1.03"
    data = MULTI.read_bytes()
    assert len(report["values"]) == 5
    for value in report["values"]:
        at = value["offset"]
        assert data[at:at + len(value["value"])].decode() == value["value"]
        assert data[:at].count(b"\n") + 1 == value["line"]
        assert value["type"] == "850" and value["segment"] == "PO1"
    lines = run("get", "-v", "PO1.03", MULTI).stdout.decode().splitlines()
    assert lines == [f"{MULTI}:{v['line']}:{v['column']}: {v['value']}" for v in report["values"]]


def test_nothing_found_is_a_negative_answer_with_a_hint():
    done = run("get", "PID.05", ORDER)
    assert done.returncode == 1 and done.stdout == b"" and b"**/" in done.stderr
    assert run("get", "**/PID.05", ORDER).returncode == 0


def test_one_of_many_is_enough():
    assert run("get", "BEG.03", X12 / "997-medsup-order.edi", ORDER).returncode == 0
    assert run("get", "BEG.03", ORDER, "/nonexistent").returncode == 3
    assert run("get", "BEG.03", "/nonexistent").returncode == 2


def test_pattern_is_no_path():
    assert run("get", "PO1.03=EA", ORDER).returncode == 2
    assert run("get").returncode == 2 and run("grep").returncode == 2


@pytest.mark.parametrize("options", [[], ["--format", "json"]])
def test_same_for_every_number_of_jobs(options):
    files = sorted(X12.glob("*.edi"))
    one = run("get", *options, "BEG.03", *files)
    assert one.returncode == 0
    assert run("get", *options, "--jobs", "3", "BEG.03", *files).stdout == one.stdout


def grep(*arguments, data=LOOPS):
    done = run("grep", *arguments, "-", stdin=data)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == (0 if lines else 1), done.stderr.decode()
    return [re.sub(r"^\(standard input\):(\d+): ", r"\1 ", line) for line in lines]


@pytest.mark.parametrize("pattern,lines", [
    ("CTT", ["17 CTT*2"]),
    ("N1[BT]", ["7 N1*BT*TWO*92*A2"]),
    ("N1.02=TWO", ["7 N1*BT*TWO*92*A2"]),
    ("N1.02=TW", []),
    ("N1.02~W", ["7 N1*BT*TWO*92*A2"]),
    ("PO1.03=EA|XX", ["11 PO1*1*10*EA*1.5**VN*V-1*UP*012345678905"]),
    ("PO1:UP=098765432105", ["14 PO1*2*20*CA*2.5**UP*098765432105"]),
    ("=DOCK", ["6 N3*STREET 1*DOCK"]),
    ("~THREE", ["9 N1*ST*THREE*92*A3"]),
    ("~three", []),
    ("=PO1", ["4 BEG*00*SA*PO1**20260101"]),       # a value, not a tag
    ("PID", ["12 PID*F****FIRST", "15 PID*F****SECOND", "16 PID*F****SECOND AGAIN"]),
    ("GS", ["2 GS*PO*SENDER*RECEIVER*20260101*1200*1*X*004010"]),
    ("PO1.N1", ["13 N1*ST*LINE SHIP TO*92*L1"]),
])
def test_patterns(pattern, lines):
    assert grep(pattern) == lines


def test_messages():
    lines = run("grep", "--messages", "PO1", MULTI).stdout.decode().splitlines()
    starts = [i + 1 for i, row in enumerate(MULTI.read_text().splitlines()) if row[:2] == "ST"]
    assert [line.split(":")[1] for line in lines] == [str(n) for n in starts]
    assert lines[0].endswith(": 850 0001") and len(lines) == 4
    assert grep("--messages", "ISA") == []


def test_counts():
    lines = run("grep", "--count", "PO1", ORDER, X12 / "997-medsup-order.edi").stdout.decode()
    assert lines == f"{ORDER}: 6\n{X12 / '997-medsup-order.edi'}: 0\n"
    assert run("grep", "-c", "--messages", "PO1", MULTI).stdout.decode() == f"{MULTI}: 4\n"


@pytest.mark.parametrize("pattern", ["", "=", "~", "PO1=", "po1", "HV-450021"])
def test_what_is_no_pattern(pattern):
    done = run("grep", pattern, ORDER)
    assert done.returncode == 2 and done.stdout == b""


def test_grep_many_files_the_same_for_every_number_of_jobs():
    files = [*sorted(X12.glob("*.edi")), *sorted((X12 / "findings").glob("*.edi"))]
    one = run("grep", "~9521", *files)
    assert one.stdout.count(b"\n") > 20
    many = run("grep", "-j", "4", "~9521", *files)
    assert many.stdout == one.stdout and many.returncode == one.returncode


def test_what_stands_on_a_terminal_is_harmless():
    data = ORDER.read_bytes().replace(b"Dana Whitfield", b"Dana\x1b]52;c;AAAA\x07")
    assert b"\x1b" not in run("get", "PER.02", "-", stdin=data).stdout
    assert b"\x1b" not in run("grep", "PER", "-", stdin=data).stdout


EDIFACT = (b"UNB+UNOC:3+S:14+R:14+260311:1200+77'UNH+1+ORDERS:D:96A:UN'BGM+220+PO1+9'"
           b"FTX+AAI+++It?'s 5?+5:second'UNT+4+1'UNZ+1+77'")


@pytest.mark.parametrize("path,values", [
    ("BGM.02", ["PO1"]), ("FTX.04.01", ["It's 5+5"]), ("FTX.04.02", ["second"]),
    ("FTX.04", ["It?'s 5?+5:second"]), ("UNB.05", ["77"]), ("UNH.02.01", ["ORDERS"]),
])
def test_edifact(path, values):
    assert get(path, data=EDIFACT) == values


def test_values_of_edifact_are_found_without_release_characters():
    assert len(grep("~5+5", data=EDIFACT)) == 1 and grep("~?+", data=EDIFACT) == []
