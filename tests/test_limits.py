"""Every limit from both sides, through the program: what is too much is said in a sentence, nothing
is half done, and neither memory nor time grow faster than the input."""
import json
import os
import re
import resource
import signal
import subprocess
import time

import pytest

from measure import ROOM, file_of_orders, measured
from program import FIXTURES, ORDER, check_json, path, run, small_order

BEG = "BEG*00*SA*PO1**20260101\n"
LINE = "PO1*1*10*EA*1.5**VN*A-1\nCTT*1"
GOOD = small_order(BEG + LINE)
OTHER = GOOD.replace(b"000000001", b"000000002")
MIB = 1024 * 1024
COMMANDS = ["check", "ls", "show", "ack", "translate --to business", "translate --to xml", "fmt",
            "fmt --unwrap --fix", "get BEG.03", "grep BEG", "split --dry-run"]


def all_codes(data):
    """How often each finding comes, notes too; the report was whole JSON."""
    report, _ = check_json("-", stdin=data)
    found = {}
    for finding in report["files"][0]["findings"]:
        found[finding["code"]] = found.get(finding["code"], 0) + 1
    return found


def one_sentence(stderr):
    """What was told: one line that begins with the program's name and is no crash."""
    text = stderr.decode()
    assert text.count("\n") == 1 and text.startswith("waybill: "), text
    return text


# Caps, each one below, at, and one above.

@pytest.mark.parametrize("length,fits", [(MIB - 1, True), (MIB, True), (MIB + 1, False)])
def test_segment_length(length, fits):
    text = "x" * (length - len("MSG*"))
    found = all_codes(small_order(BEG + "N9*L1*NOTE\nMSG*" + text + "\n" + LINE))
    assert found == ({"WB-ELM-0407": 1} if fits else {"WB-SEG-0308": 1})


@pytest.mark.parametrize("count,fits", [(999, True), (1000, True), (1001, False)])
def test_elements_of_a_segment(count, fits):
    found = all_codes(small_order(BEG + "REF*CT*1" + "*" * (count - 2) + "x\n" + LINE))
    assert ("WB-ELM-0416" in found) == (not fits)
    assert ("WB-ELM-0403" in found) == fits


@pytest.mark.parametrize("count,fits", [(998, True), (999, True), (1000, False)])
def test_repeats_count_as_elements(count, fits):
    """All tokens of a segment are counted: REF01 and the repeats of REF02."""
    data = small_order(BEG + "REF*CT*" + "^".join(["x"] * count) + "\n" + LINE)
    found = all_codes(data.replace(b"*U*00401*", b"*^*00501*"))
    assert found["WB-ELM-0405"] == 1 and ("WB-ELM-0416" in found) == (not fits)


@pytest.mark.parametrize("count,fits", [(996, True), (997, True), (998, False)])
def test_components_count_as_elements(count, fits):
    """REF01 to REF03 and the components of REF04, of which a thousand make one finding."""
    data = small_order(BEG + "REF*CT*1*y*" + ":".join(["xx"] * count) + "\n" + LINE)
    found = all_codes(data)
    assert found["WB-ELM-0404"] == 1 and ("WB-ELM-0416" in found) == (not fits)


@pytest.mark.parametrize("count", [999, 1000, 1001, 5000])
def test_findings_of_a_message(count):
    """A thousand are listed, one more says that there are more; the next message starts anew."""
    lines = "PO1*1*1*EA*x**VN*A-1\n" * count
    data = small_order(BEG + lines + f"CTT*{count}")
    found = all_codes(data + OTHER)
    assert found["WB-ELM-0409"] == min(count, 1000)
    assert found.get("WB-MSG-0211", 0) == (1 if count > 1000 else 0)
    report, _ = check_json("-", stdin=data + OTHER)
    verdicts = [i["groups"][0]["messages"][0]["verdict"]
                for i in report["files"][0]["interchanges"]]
    assert verdicts == ["rejected", "accepted"]


@pytest.mark.parametrize("count", [49_999, 50_000, 50_001])
def test_findings_of_a_file(count):
    """Over all messages of a file fifty thousand are listed, then one says that there are more."""
    data = b""
    for number, first in enumerate(range(0, count, 900)):
        some = min(900, count - first)
        lines = "PO1*1*1*EA*x**VN*A-1\n" * some
        data += small_order(BEG + lines + f"CTT*{some}").replace(b"000000001", b"%09d" % number)
    found = all_codes(data)
    assert found["WB-ELM-0409"] == min(count, 50_000)
    assert found.get("WB-FILE-0006", 0) == (1 if count > 50_000 else 0)


@pytest.mark.parametrize("junk", [b"x", b"ISA", b"ISA*", b"IS", b"\0", b"~", b"\xff\xfe"])
@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 3_000_000])
def test_bytes_before_the_isa(junk, size):
    """What stands before the first interchange is skipped and counted, whatever it looks like."""
    data = (junk * size)[:size] + b"\n" + GOOD
    report, _ = check_json("-", stdin=data)
    (file,) = report["files"]
    assert file["interchanges"][-1]["groups"][0]["messages"][0]["verdict"] == "accepted"


def depth_of_json(depth):
    inner = "[" * (depth - 1) + "]" * (depth - 1)
    document = '{"schema":"waybill/order/1","extra":' + inner + "}"
    return run("translate", "--to", "x12", "-", stdin=document.encode())


def test_depth_of_json():
    """At the limit a document is judged, beyond it refused; a million brackets cost nothing."""
    told = one_sentence(depth_of_json(1_000_000).stderr)
    (limit,) = map(int, re.findall(r"deeper than (\d+)", told))
    assert 32 <= limit <= 128
    for depth, fits in ((limit - 1, True), (limit, True), (limit + 1, False)):
        done = depth_of_json(depth)
        assert done.returncode == (1 if fits else 2) and done.stdout == b""
        assert (b"deeper" in done.stderr) == (not fits)


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_size_of_json(more):
    head = b'{"schema":"waybill/order/1"'
    data = head + b" " * (64 * MIB + more - len(head) - 1) + b"}"
    done = run("translate", "--to", "x12", "-", stdin=data)
    assert done.returncode == (2 if more > 0 else 1) and done.stdout == b""
    assert (b"64 MiB" in done.stderr) == (more > 0)


def test_size_of_a_text_pasted_from_mail(tmp_path):
    """Mail is repaired in memory; what is far too large for a mail is refused at once."""
    quoted = b"".join(b"> " + line + b"\n" for line in GOOD.splitlines())
    file = tmp_path / "mail.txt"
    for size, code in ((15 * MIB, 0), (17 * MIB, 2)):
        file.write_bytes(quoted * (size // len(quoted)))
        done = run("ls", file)
        assert done.returncode == code, done.stderr
    assert "16 MiB" in one_sentence(done.stderr) and done.stdout == b""


def map_of_depth(depth):
    return ("edition 1\nmap deep {\n  left x12 004010 850\n  right business order\n"
            + "each PO1 <=> lines {\n" * (depth - 1) + "}\n" * depth)


def test_depth_and_size_of_a_map(tmp_path):
    file = tmp_path / "deep.map"
    seen = {}
    for depth in (63, 64, 65, 100_000):
        file.write_text(map_of_depth(depth))
        done = run("map", "check", file)
        assert done.returncode == 1
        seen[depth] = re.search(rb"nested|deep(er)? than", done.stderr.replace(b"deep.map", b""))
    assert not seen[64] and seen[65] and seen[100_000]
    line = "# " + "x" * 97 + "\n"
    file.write_text("edition 1\n" + line * (8 * MIB // len(line) + 1))
    done = run("map", "check", file)
    assert done.returncode in (1, 2) and b"8388608" in done.stderr


def test_a_message_too_large_for_a_tree_is_said(tmp_path):
    """Only translating holds a message whole. One that is too large for that is named, its
    neighbour is translated, and looking at it still works."""
    file = tmp_path / "large.edi"
    lines = ("PO1*1*10*EA*1.5**VN*A-1\n" + "PID*F****text of it\n" * 20) * 40_000
    file.write_bytes(small_order(BEG + lines + "CTT*40000") + OTHER)
    done = run("translate", "--to", "business", file)
    assert done.returncode == 1 and b"too large" in done.stderr
    assert json.loads(done.stdout)["number"] == "PO1" and len(done.stdout) < 10_000
    checked = measured("check", file)
    assert checked.exit_code == 0
    file.unlink()


# Memory and time.

def test_memory_is_flat_from_one_to_a_hundred_megabytes(tmp_path):
    small = file_of_orders(tmp_path / "small.edi", 1)
    large = file_of_orders(tmp_path / "large.edi", 100)
    few, many = measured("check", small), measured("check", large)
    large.unlink()
    assert few.exit_code == many.exit_code == 0
    assert many.peak_bytes < few.peak_bytes + ROOM, (few, many)


def test_memory_of_another_look_is_flat_too(tmp_path):
    """fmt, get and grep go by as check does; split keeps names and the headers alone."""
    small = file_of_orders(tmp_path / "small.edi", 1)
    large = file_of_orders(tmp_path / "large.edi", 30)
    for command in (["fmt", "--fix", "-o", "/dev/null"], ["get", "PO1[2].02"], ["grep", "~nothing"],
                    ["split", "--by", "interchange", "--dry-run"]):
        few, many = measured(*command, small), measured(*command, large)
        room = 4 * ROOM if command[0] == "split" else ROOM
        assert many.peak_bytes < few.peak_bytes + room, (command, few, many)
    large.unlink()


OPEN = GOOD[: GOOD.index(b"ST*")] + b"ST*850*0001~"
SHAPES = {
    "many orders": lambda n: GOOD * (n // len(GOOD)),
    "one long order": lambda n: small_order(BEG + "PO1*1*10*EA*1.5**VN*A-1\n" * (n // 25)),
    "messages in one group": lambda n: GOOD[:168] + b"ST*850*0001~SE*2*0001~" * (n // 22),
    "no end of anything": lambda n: GOOD[:168] + b"ST*850*0001~BEG*00~" * (n // 19),
    "groups": lambda n: GOOD[:107] + b"GS*PO*A*B~" * (n // 10),
    "headers": lambda n: GOOD[:106] * (n // 106),
    "half headers": lambda n: b"ISA*00*" * (n // 7),
    "terminators": lambda n: OPEN + b"~" * n,
    "separators": lambda n: OPEN + (b"*" * 4000 + b"~") * (n // 4001),
    "components": lambda n: OPEN + (b"R*" + b":" * 4000 + b"~") * (n // 4003),
    "repeats": lambda n: (OPEN + (b"R*" + b"^" * 4000 + b"~") * (n // 4003)
                          ).replace(b"*U*00401*", b"*^*00501*"),
    "no terminator": lambda n: OPEN + b"MSG*" + b"x" * n,
    "unknown segments": lambda n: OPEN + b"QQQ*1~" * (n // 6),
    "out of order": lambda n: small_order(BEG + ("CTT*1\n" + BEG) * (n // 36)),
    "bad values": lambda n: small_order(BEG + "PO1*1*x*??*-*Q*VN*\n" * (n // 20)),
    "blanks": lambda n: b" " * n,
    "line ends": lambda n: GOOD + b"\r\n" * (n // 2),
    "binary": lambda n: OPEN + b"BIN*3*abc~" * (n // 10),
    "quoted mail": lambda n: b"> " + GOOD.replace(b"\n", b"\n> ") * (n // len(GOOD)),
    "levels of HL": lambda n: OPEN + b"".join(
        b"HL*%d*%d*I*1~" % (i + 1, i) for i in range(n // 18)),
    "one code again and again": lambda n: small_order(BEG + "REF*CT*1\n" * (n // 9) + LINE),
    "one control number": lambda n: GOOD[:168] + (b"ST*850*0001~BEG*00*SA*1**20260101~PO1**1~"
                                                  b"SE*4*0001~") * (n // 52),
    "boundaries of mail": lambda n: b"MIME-Version: 1.0\n\n" + b"--=_part_1\n" * (n // 11) + GOOD,
    "folded headers": lambda n: (b"Subject: order" + b"\n and more of it" * (n // 16)
                                 + b"\n\n" + GOOD),
    "soft line breaks": lambda n: GOOD[:300] + b"=20=\n" * (n // 5),
}


LONG_ENOUGH = 0.03  # seconds; below, the clock and the start of the program are most of it
SIZE_FIRST, SIZE_MAX = 1 << 18, 1 << 22
DOUBLED = 2.3
TRIES = 8


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_input_takes_twice_the_time(shape, tmp_path):
    """From a size on that takes long enough to be measured, twice the input takes less than 2.3
    times the user time; a quadratic step would take four times as long. The best of some runs,
    both sizes in turn, so that a busy machine only makes it try again."""
    file = tmp_path / "input"

    def seconds(size):
        file.write_bytes(SHAPES[shape](size))
        return measured("ack", file).user_seconds

    size = SIZE_FIRST
    once = seconds(size)
    while once < LONG_ENOUGH and size < SIZE_MAX:
        size *= 2
        once = seconds(size)
    twice = seconds(2 * size)
    for _ in range(TRIES):
        if twice < DOUBLED * max(once, LONG_ENOUGH):
            return
        once = min(once, seconds(size))
        twice = min(twice, seconds(2 * size))
    assert twice < DOUBLED * max(once, LONG_ENOUGH), (size, once, twice)


# Pipes, full disks, and being killed.

def test_a_reader_that_has_enough(tmp_path):
    """waybill show FILE | head -1 is quiet and ends soon."""
    large = file_of_orders(tmp_path / "large.edi", 8)
    for command in ("show", "check --verbose", "ls", "translate --to json", "fmt", "get **/N1",
                    "grep ~9521", "check -v --format sarif", "check -v --format line"):
        with subprocess.Popen([path(), *command.split(), large], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdout.read(1)
            process.stdout.close()
            told = process.stderr.read()
            process.wait(timeout=60)
        assert told == b"", (command, told)
        assert process.returncode in (-signal.SIGPIPE, 0, 1, 2, 5), (command, process.returncode)


@pytest.mark.parametrize("command", COMMANDS + ["help", "version", "explain 850", "map test"])
def test_a_full_disk_is_said(command):
    words = command.split()
    files = [ORDER] if command in COMMANDS else []
    with open("/dev/full", "wb") as full:
        done = subprocess.run([path(), *words, *files], stdout=full, stderr=subprocess.PIPE,
                              check=False, timeout=60, cwd=FIXTURES.parent)
    assert done.returncode not in (0, 1) and done.returncode > 0
    assert "No space left on device" in one_sentence(done.stderr)


def test_output_into_a_full_device_is_said():
    done = run("ack", "-o", "/dev/full", ORDER)
    assert done.returncode not in (0, 1)
    assert "/dev/full" in one_sentence(done.stderr) and not os.path.isfile("/dev/full")


def test_killed_while_it_translates(tmp_path):
    """A result is there whole or not at all: what stood there before stays until the new one is
    complete."""
    source = file_of_orders(tmp_path / "orders.edi", 1)
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "orders.json"
    whole = run("translate", "--to", "business", source).stdout
    begun = time.monotonic()
    assert run("translate", "--to", "business", "-o", target, source).returncode == 0
    took = time.monotonic() - begun
    assert target.read_bytes() == whole
    killed = 0
    for step in range(8):
        target.write_text("what was before")
        with subprocess.Popen([path(), "translate", "--to", "business", "-o", target, source],
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(took * (step + 1) / 7)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=60)
        killed += process.returncode == -signal.SIGKILL
        assert target.read_bytes() in (b"what was before", whole)
        for left in set(folder.iterdir()) - {target}:
            assert left.name.endswith(".tmp") and left.name.startswith(".")
            left.unlink()
    assert killed > 0


def test_no_file_can_grow(tmp_path):
    """Over the limit on file sizes, the result is refused and nothing is left behind."""
    source = file_of_orders(tmp_path / "orders.edi", 1)
    target = tmp_path / "orders.json"

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    done = subprocess.run([path(), "translate", "--to", "business", "-o", target, source],
                          stderr=subprocess.PIPE, check=False, timeout=60, preexec_fn=limited)
    assert done.returncode not in (0, 1) and "File too large" in one_sentence(done.stderr)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["orders.edi"]


# What is no EDI, and what cannot be read.

def test_standard_input_by_each_name():
    for command in COMMANDS:
        by_dash = run(*command.split(), "-", stdin=GOOD)
        assert by_dash.returncode == 0, (command, by_dash.stderr)
        assert by_dash.stdout == run(*command.split(), stdin=GOOD).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_read(command, tmp_path):
    """A folder, a missing file, a path through a file, a name too long: one sentence with the name,
    exit code 2, nothing on standard output."""
    for name in (tmp_path, tmp_path / "missing.edi", ORDER / "below", tmp_path / ("x" * 300)):
        done = run(*command.split(), name)
        assert done.returncode == 2 and done.stdout == b""
        assert str(name)[-40:] in one_sentence(done.stderr)


def test_a_file_that_may_not_be_read(tmp_path):
    """As root the program is started as somebody else, who may not read the system's passwords."""
    other = 65534 if os.geteuid() == 0 else None
    file = tmp_path / "secret.edi"
    file.write_bytes(GOOD)
    file.chmod(0)
    name = "/etc/shadow" if other is not None else file
    try:
        done = subprocess.run([path(), "check", name], capture_output=True, check=False, timeout=60,
                              user=other, extra_groups=None if other is None else [], cwd="/")
    except PermissionError:
        pytest.skip("the program is where only root may go")
    assert done.returncode == 2 and done.stdout == b""
    assert "Permission denied" in one_sentence(done.stderr)


NO_EDI = {
    "empty": b"", "a PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 64,
    "ten megabytes of blanks": b" " * 10_000_000, "line ends": b"\r\n" * 100_000,
    "zeros": bytes(100_000), "a web page": b"<!DOCTYPE html><html><body>ISAAC</body></html>\n",
    "half a header": GOOD[:60], "three letters": b"ISA", "only a trailer": b"IEA*1*000000001~\n",
    "UTF-16": GOOD.decode().encode("utf-16"), "gzip": b"\x1f\x8b\x08\0" + bytes(range(256)) * 9,
}


@pytest.mark.parametrize("name", NO_EDI)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_edi(command, name):
    done = run(*command.split(), "-", stdin=NO_EDI[name])
    assert done.returncode in (1, 2), (done.returncode, done.stdout[:300])
    assert done.stderr.startswith(b"waybill: ") or done.returncode == 1
    if command.startswith(("ack", "translate --to business")):
        assert done.stdout == b""


def test_ends_of_a_file():
    """Without the last terminator everything else was read; cut anywhere, no half message is
    good."""
    report, code = check_json("-", stdin=GOOD.rstrip(b"~\n"))
    assert code == 1
    (file,) = report["files"]
    assert file["interchanges"][0]["groups"][0]["messages"][0]["verdict"] == "accepted"
    assert [f["code"] for f in file["findings"]] == ["WB-ENV-0105"]
    for at in range(106, len(GOOD) - 2):
        report, code = check_json("-", stdin=GOOD[:at])
        assert code == 1, at
        for interchange in report["files"][0]["interchanges"]:
            for group in interchange["groups"]:
                accepted = [m for m in group["messages"] if m["verdict"] == "accepted"]
                assert not accepted or at >= GOOD.index(b"SE*5*0001") + 9, at
