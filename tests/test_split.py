"""split: a file for each piece, each an interchange that is accepted; nothing is replaced."""
import pathlib
import re

import pytest

from program import FIXTURES, ORDER, check_json, run, small_order

X12 = FIXTURES / "x12"
MULTI = X12 / "850-multi.edi"


def split(*arguments, stdin=b""):
    done = run("split", *arguments, stdin=stdin)
    return done, [pathlib.Path(line) for line in done.stdout.decode().splitlines()]


def messages(data):
    """ST to SE of each message."""
    return re.findall(rb"ST[*|].*?[~']\s*SE[*|][^~']*[~']\s*", data, re.DOTALL)


def test_messages(tmp_path):
    done, files = split("--dir", tmp_path, MULTI)
    assert done.returncode == 0 and done.stderr == b""
    assert [f.name for f in files] == [
        "000000144-144-0001.edi", "000000144-144-0002.edi", "000000144-145-0001.edi",
        "000000077-77-000000001.edi"]
    parts = [messages(f.read_bytes()) for f in files]
    assert [part for (part,) in parts] == messages(MULTI.read_bytes())
    for file in files:
        report, code = check_json(file)
        ((group,),) = [i["groups"] for i in report["files"][0]["interchanges"]]
        assert code == 0 and len(group["messages"]) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f.name for f in files)


def test_groups_and_interchanges(tmp_path):
    done, groups = split("--by", "group", "--dir", tmp_path, MULTI)
    assert done.returncode == 0
    assert [f.name for f in groups] == ["000000144-144.edi", "000000144-145.edi",
                                        "000000077-77.edi"]
    assert [len(messages(f.read_bytes())) for f in groups] == [2, 1, 1]
    done, interchanges = split("--by", "interchange", "--dir", tmp_path, MULTI)
    assert [f.name for f in interchanges] == ["000000144.edi", "000000077.edi"]
    assert b"".join(f.read_bytes() for f in interchanges) == MULTI.read_bytes()
    for file in [*groups, *interchanges]:
        assert check_json(file)[1] == 0


def test_header_is_that_of_the_input(tmp_path):
    _, (file,) = split("--dir", tmp_path, ORDER)
    assert file.read_bytes() == ORDER.read_bytes()
    flat = ORDER.read_bytes().replace(b"\n", b"")
    _, (file,) = split("--dir", tmp_path / "flat", stdin=flat)
    assert file.read_bytes() == flat


@pytest.mark.parametrize("name", ["850-pipe-separators.edi", "850-newline-terminator.edi"])
def test_separators_stay(tmp_path, name):
    _, (file,) = split("--dir", tmp_path, X12 / name)
    assert file.read_bytes() == (X12 / name).read_bytes()


def test_nothing_is_replaced(tmp_path):
    _, files = split("--dir", tmp_path, MULTI)
    files[2].write_bytes(b"mine\n")
    for file in (files[0], files[1], files[3]):
        file.unlink()
    done, written = split("--dir", tmp_path, MULTI)
    assert done.returncode == 6 and b"--force" in done.stderr
    assert written == files[:2] and files[2].read_bytes() == b"mine\n"
    done, written = split("--force", "--dir", tmp_path, MULTI)
    assert done.returncode == 0 and written == files and files[2].read_bytes() != b"mine\n"
    assert len(list(tmp_path.iterdir())) == 4


def test_equal_numbers_in_one_run_get_names_of_their_own(tmp_path):
    other = tmp_path / "other.edi"
    other.write_bytes(ORDER.read_bytes().replace(b"HV-450021", b"XX-450021"))
    for force in ([], ["--force"]):
        done, files = split(*force, "--dir", tmp_path / "out", ORDER, other)
        assert done.returncode == 0
        assert [f.name for f in files] == ["000000142-142-0001.edi", "000000142-142-0001.2.edi"]
        assert b"HV-450021" in files[0].read_bytes() and b"XX-450021" in files[1].read_bytes()


def test_dry_run(tmp_path):
    target = tmp_path / "new"
    done, files = split("--dry-run", "--dir", target, MULTI)
    assert done.returncode == 0 and len(files) == 4 and not target.exists()
    _, written = split("--dir", target, MULTI)
    assert written == files


def test_only_messages_of_a_type(tmp_path):
    data = ORDER.read_bytes() + (X12 / "997-medsup-order.edi").read_bytes()
    done, files = split("--type", "997", "--dir", tmp_path, stdin=data)
    assert done.returncode == 0 and len(files) == 1 and b"ST*997*" in files[0].read_bytes()
    assert split("--type", "856", "--dir", tmp_path, stdin=data)[0].returncode == 1
    assert split("--type", "850", "--by", "group", stdin=data)[0].returncode == 2


def test_control_numbers_are_made_into_names(tmp_path):
    data = small_order("BEG*00*SA*PO1**20260101\nPO1*1*1*EA*1.5\nCTT*1", control="../../../x")
    done, (file,) = split("--dir", tmp_path / "in", stdin=data)
    assert done.returncode == 0
    assert file == tmp_path / "in" / "000000001-1-_________x.edi" and file.exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "in"]


def test_a_message_without_trailer_is_told(tmp_path):
    data = small_order("BEG*00*SA*PO1**20260101\nPO1*1*1*EA*1.5\nCTT*1")
    broken = data.replace(b"SE*5*0001~\n", b"ST*850*0002~\nBEG*00*SA*PO2**20260101~\nSE*3*0002~\n")
    done, files = split("--dir", tmp_path, stdin=broken)
    assert done.returncode == 1 and len(files) == 2
    assert files[0].name.encode() in done.stderr and files[1].name.encode() not in done.stderr
    assert b"PO1*1*" in files[0].read_bytes() and b"SE*" not in files[0].read_bytes()
    assert files[0].read_bytes().endswith(b"GE*1*1~\nIEA*1*000000001~\n")
    report, _ = check_json(files[1])
    (group,) = report["files"][0]["interchanges"][0]["groups"]
    assert group["messages"][0]["segments"] == 3


def test_what_is_in_no_piece_is_told(tmp_path):
    data = small_order("BEG*00*SA*PO1**20260101\nPO1*1*1*EA*1.5\nCTT*1")
    data = data.replace(b"GE*1*1~", b"DTM*002*20260101~\nGE*1*1~")
    done, files = split("--dir", tmp_path, stdin=data)
    assert done.returncode == 1 and len(files) == 1 and b"in no piece" in done.stderr


def test_cut_input_leaves_what_there_is(tmp_path):
    data = MULTI.read_bytes()
    cut = data[: data.index(b"ST*850*0002") + 40]
    done, files = split("--dir", tmp_path, stdin=cut)
    assert done.returncode == 1 and len(files) == 2
    assert check_json(files[0])[1] == 0
    assert files[1].read_bytes().endswith(b"GE*1*144~\nIEA*1*000000144~\n")


@pytest.mark.parametrize("data", [b"", b"no EDI at all\n", b"{}"])
def test_what_cannot_be_split(tmp_path, data):
    done, files = split("--dir", tmp_path, stdin=data)
    assert done.returncode == 2 and files == [] and list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written():
    done, files = split("--dir", "/proc/no/such", ORDER)
    assert done.returncode != 0 and files == [] and done.stderr


def test_many_pieces(tmp_path):
    one = ORDER.read_bytes()
    message = messages(one)[0]
    many = b"".join(message.replace(b"*0001~", b"*%04d~" % i) for i in range(1, 301))
    data = one.replace(message, many).replace(b"GE*1*", b"GE*300*")
    done, files = split("--dir", tmp_path, stdin=data)
    assert done.returncode == 0 and len(files) == 300
    assert check_json(*files[::50])[1] == 0


def test_equal_names_are_given_in_one_pass():
    """Thirty thousand messages with one control number: a step a name, not one for each before."""
    one = small_order("BEG*00*SA*PO1**20260101\nCTT*0")
    begin, end = one.index(b"ST*"), one.index(b"GE*")
    data = one[:begin] + one[begin:end] * 30_000 + one[end:]
    done = run("split", "--dry-run", stdin=data, timeout=30)
    names = done.stdout.split()
    assert done.returncode == 0 and len(set(names)) == 30_000
    assert names[-1].endswith(b"000000001-1-0001.30000.edi")


EDIFACT = b"""UNA:+.? '
UNB+UNOC:3+SENDER:14+RECEIVER:14+260311:1200+77'
UNH+1+ORDERS:D:96A:UN'
BGM+220+PO1+9'
FTX+AAI+++It?'s 5?+5:second'
UNT+4+1'
UNH+2+ORDERS:D:96A:UN'
BGM+220+PO2+9'
UNT+3+2'
UNZ+2+77'
"""


def test_edifact(tmp_path):
    done, files = split("--dir", tmp_path, stdin=EDIFACT)
    assert done.returncode == 0 and [f.name for f in files] == ["77-1.edi", "77-2.edi"]
    lines = EDIFACT.splitlines(keepends=True)
    assert files[0].read_bytes() == b"".join([*lines[:6], b"UNZ+1+77'\n"])
    assert files[1].read_bytes() == b"".join([*lines[:2], *lines[6:9], b"UNZ+1+77'\n"])
    _, (file,) = split("--by", "interchange", "--dir", tmp_path, stdin=EDIFACT)
    assert file.name == "77.edi" and file.read_bytes() == EDIFACT
