"""fmt: another look and the same segments; --fix: what is certain, each repair told."""
import re

import pytest

from program import FIXTURES, ORDER, check_json, findings, order, run, small_order

X12 = FIXTURES / "x12"
FILES = sorted([*X12.glob("*.edi"), *X12.glob("*.txt"), *(X12 / "findings").glob("*.edi"),
                *(X12 / "wire").glob("*.edi"), *(X12 / "wire").glob("*.txt"),
                *(FIXTURES / "edifact" / "wire").glob("*.edi")])
SMALL = "BEG*00*SA*PO1**20260101\nPO1*1*1*EA*1.5**VN*A-1\nCTT*1"


def fmt(*options, data):
    return run("fmt", *options, "-", stdin=data)


def said(data):
    """What check has to say of bytes, without places in the file: a list in order."""
    report, _ = check_json("-", stdin=data)
    left_out = {"WB-SEG-0310", "WB-SEG-0309"}  # blanks before tags, doubled terminators
    return [(f["code"], f.get("segment_no"), f["segment"], f["element"], f["text"])
            for f in report["files"][0]["findings"] if f["code"] not in left_out]


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.parent.name + "-" + p.stem)
def test_there_and_back(file):
    data = file.read_bytes()
    wrapped, unwrapped = fmt("--wrap", data=data), fmt("--unwrap", data=data)
    assert wrapped.returncode == unwrapped.returncode
    if wrapped.returncode == 2:
        assert wrapped.stdout == b"" and wrapped.stderr
        return
    assert wrapped.returncode == 0
    assert fmt("--wrap", data=wrapped.stdout).stdout == wrapped.stdout
    assert fmt("--unwrap", data=unwrapped.stdout).stdout == unwrapped.stdout
    assert fmt("--unwrap", data=wrapped.stdout).stdout == unwrapped.stdout
    assert fmt("--wrap", data=unwrapped.stdout).stdout == wrapped.stdout


@pytest.mark.parametrize("file",
                         [f for f in FILES if f.stem != "WB-ENV-0138"],  # a false UNA is left out
                         ids=lambda p: p.parent.name + "-" + p.stem)
def test_nothing_changes_but_line_ends(file):
    data = file.read_bytes()
    for option in ("--wrap", "--unwrap"):
        done = fmt(option, data=data)
        if done.returncode == 0:
            assert said(done.stdout) == said(data)
            if b"pasted from mail" not in done.stderr:
                assert re.sub(rb"\s", b"", done.stdout) == re.sub(rb"\s", b"", data)


def test_a_line_for_each_segment():
    flat = ORDER.read_bytes().replace(b"\n", b"")
    lines = fmt(data=flat).stdout.split(b"\n")
    assert lines[-1] == b"" and all(line.endswith(b"~") for line in lines[:-1])
    assert len(lines) - 1 == flat.count(b"~")
    assert fmt("--unwrap", data=b"\n".join(lines)).stdout == flat


def test_binary_content_is_left_alone():
    data = small_order("BEG*00*SA*PO1**20260101\nBIN*7*1234567")
    data = data.replace(b"1234567", b"a~\n*~\r\n")
    assert b"BIN*7*a~\n*~\r\n~SE*" in fmt("--unwrap", data=data).stdout


def test_terminator_of_two_bytes():
    data = small_order(SMALL).replace(b"~", "\u00a7".encode())
    flat = fmt("--unwrap", data=data).stdout
    assert b"\n" not in flat and fmt(data=flat).stdout == data


def test_bytes_that_are_in_no_segment_stay():
    noise = b"--- page 2 ---\n" + b"x" * 5000 + b"\n"
    data = small_order(SMALL) + noise + small_order(SMALL)
    done = fmt("--unwrap", data=data)
    assert noise.strip() in done.stdout and done.returncode == 0


@pytest.mark.parametrize("wrong,right,code", [
    (b"SE*5*0001~", b"SE*5*0001~", None),
    (b"SE*9*0001~", b"SE*5*0001~", "WB-MSG-0204"),
    (b"SE**0001~", b"SE*5*0001~", "WB-MSG-0204"),
    (b"SE*5*0002~", b"SE*5*0001~", "WB-MSG-0203"),
    (b"SE*5~", b"SE*5*0001~", "WB-MSG-0203"),
    (b"GE*3*1~", b"GE*1*1~", "WB-GRP-0156"),
    (b"GE*1*7~", b"GE*1*1~", "WB-GRP-0155"),
    (b"IEA*0*000000001~", b"IEA*1*000000001~", "WB-ENV-0110"),
    (b"IEA*1*1~", b"IEA*1*000000001~", "WB-ENV-0109"),
    (b"IEA*1*000000001", b"IEA*1*000000001~", "WB-ENV-0105"),
    (b"BEG*00*SA*PO1**20260101**~", b"BEG*00*SA*PO1**20260101~", "WB-SEG-0311"),
    (b"SENDER         ", b"SENDER ", "WB-ENV-0102"),
    (b"*000000001*0*P", b"*1*0*P", "WB-ENV-0102"),
])
def test_repairs(wrong, right, code):
    good = small_order(SMALL)
    if code == "WB-ENV-0102":  # here the first is right
        wrong, right = right, wrong
    bad = good.replace(right, wrong, 1).rstrip(b"\n") + b"\n"
    if wrong + b"\n" == b"IEA*1*000000001\n":
        bad = bad.rstrip(b"\n")
    kept, fixed = fmt(data=bad), fmt("--fix", data=bad)
    assert kept.stdout.rstrip(b"\n") == bad.rstrip(b"\n") and kept.stderr == b""
    assert fixed.stdout == good and fixed.returncode == 0
    lines = fixed.stderr.decode().splitlines()
    if code is None:
        assert lines == []
    else:
        assert len(lines) == 1 and code in lines[0], lines
        assert re.match(r"\(standard input\):\d+:\d+: WB-[A-Z]+-\d{4}: ", lines[0])


def test_what_was_repaired_is_accepted():
    data = small_order(SMALL).replace(b"SE*5*", b"SE*55*").replace(b"GE*1*1", b"GE*2*9")
    assert findings(data) and not findings(fmt("--fix", data=data).stdout)


def test_repairs_say_where():
    data = small_order(SMALL).replace(b"SE*5*0001", b"SE*9*0001")
    line = fmt("--fix", data=data).stderr.decode().splitlines()[0]
    _, number, column, code, text = line.split(":", 4)
    row = data.splitlines()[int(number) - 1]
    assert row[int(column) - 1:].startswith(b"9*0001")
    assert code.strip() == "WB-MSG-0204" and text.strip() == 'SE01 "9" is now "5"'


@pytest.mark.parametrize("change", [
    (b"SE*5*0001~\n", b""),                      # a trailer that is missing is not invented
    (b"ST*850*0001~\n", b""),                    # nor a header
    (b"*ZZ*RECEIVER       *", b"*ZZ*RECEIVER THAT IS TOO LONG*"),
    (b"PO1*1*1*EA*1.5**VN*A-1", b"PO1*1*1*EA*1,5**VN*A-1"),
])
def test_what_is_not_certain_is_not_repaired(change):
    data = small_order(SMALL).replace(*change)
    fixed = fmt("--fix", data=data)
    for line in data.splitlines():
        if not line.startswith((b"GE", b"IEA", b"SE", b"ISA")):
            assert line in fixed.stdout.splitlines(), line
    assert fixed.stdout.count(b"\n") == data.count(b"\n")


def test_groups_and_messages_count_each_for_itself():
    data = (X12 / "850-multi.edi").read_bytes()
    wrong = re.sub(rb"\n(SE|GE|IEA)([*|])\d+", rb"\n\1\g<2>77", data)
    assert wrong != data and fmt("--fix", data=wrong).stdout == fmt(data=data).stdout


def test_dry_run_writes_nothing(tmp_path):
    file = tmp_path / "order.edi"
    file.write_bytes(order(**{"SE*": "SE*9"}))
    before = file.read_bytes()
    done = run("fmt", "--fix", "--dry-run", "--in-place", file)
    assert done.returncode == 0 and done.stdout == b"" and b"WB-MSG-0204" in done.stderr
    assert file.read_bytes() == before


def test_in_place(tmp_path):
    good, bad = tmp_path / "good.edi", tmp_path / "bad.edi"
    good.write_bytes(ORDER.read_bytes().replace(b"\n", b""))
    bad.write_bytes(b"this is no EDI\n")
    done = run("fmt", "--in-place", good, bad)
    assert done.returncode == 3 and done.stdout == b""
    assert good.read_bytes() == ORDER.read_bytes() and bad.read_bytes() == b"this is no EDI\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.edi", "good.edi"]


def test_output_may_be_the_input(tmp_path):
    file = tmp_path / "order.edi"
    file.write_bytes(ORDER.read_bytes())
    assert run("fmt", "--unwrap", "-o", file, file).returncode == 0
    assert file.read_bytes() == ORDER.read_bytes().replace(b"\n", b"")


@pytest.mark.parametrize("options", [["--wrap", "--unwrap"], ["--in-place"],
                                     ["--in-place", "-o", "x"]])
def test_options_that_exclude_each_other(options):
    done = run("fmt", *options)
    assert done.returncode == 2 and done.stdout == b""


def test_long_inputs_are_not_held(tmp_path):
    file = tmp_path / "long.edi"
    file.write_bytes(ORDER.read_bytes() * 5000)
    done = run("fmt", "--unwrap", "-o", tmp_path / "out.edi", file)
    assert done.returncode == 0
    assert (tmp_path / "out.edi").read_bytes() == file.read_bytes().replace(b"\n", b"")


EDIFACT = b"""UNA:+.? '
UNB+UNOC:3+SENDER:14+RECEIVER:14+260311:1200+77'
UNH+1+ORDERS:D:96A:UN'
BGM+220+PO1+9'
FTX+AAI+++It?'s 5?+5:second'
UNT+4+1'
UNZ+1+77'
"""


def test_edifact():
    flat = fmt("--unwrap", data=EDIFACT).stdout
    assert flat == EDIFACT.replace(b"\n", b"") and fmt(data=flat).stdout == EDIFACT
    wrong = EDIFACT.replace(b"UNT+4+1", b"UNT+5+9").replace(b"UNZ+1+77", b"UNZ+2+7")
    done = fmt("--fix", data=wrong)
    assert done.stdout == EDIFACT and len(done.stderr.splitlines()) == 4


def test_counted_objects_of_edifact_are_left_alone():
    data = EDIFACT.replace(b"UNT+4+1'\n", b"UNT+4+1'\nUNO+1+++7'a'\n+b\r\nUNP+7+1'\n")
    for option in ("--wrap", "--unwrap"):
        assert b"UNO+1+++7'a'\n+b\r\nUNP+7+1'" in fmt(option, data=data).stdout
