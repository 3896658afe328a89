"""What users of other EDI tools suffer, one named test an entry: ours must not do that to them.

The numbers are those of the project's list of pains; what is about EDIFACT, a server or Odoo is
tested where those parts are."""
import decimal
import json
import os
import re
import shutil
import subprocess

import pytest

from measure import ROOM, file_of_orders, measured
from program import FIXTURES, ORDER, check_json, codes, findings, path, run, small_order

X12 = FIXTURES / "x12"
BEG = "BEG*00*SA*PO1**20260101\n"
LINE = "PO1*1*10*EA*1.5**VN*A-1\nCTT*1"
GOOD = small_order(BEG + LINE)


def business(data, *options):
    """The one business document of bytes; it must be there."""
    done = run("translate", "--to", "business", *options, "-", stdin=data)
    assert done.stdout, done.stderr.decode()
    return json.loads(done.stdout)


def segments(data):
    """The segments of bytes with ~ behind each, without line ends."""
    return [s.strip().decode() for s in data.split(b"~") if s.strip()]


def one_segment(data, tag):
    (found,) = [s for s in segments(data) if s.split("*")[0] == tag]
    return found.split("*")


def test_pain_01_memory_does_not_grow_with_the_file(tmp_path):
    """Elsewhere a file of some megabytes takes gigabytes. Here looking at a file needs the same
    memory whether it has one order or thousands of them, in one interchange."""
    small = file_of_orders(tmp_path / "small.edi", 1)
    large = file_of_orders(tmp_path / "large.edi", 24)
    assert large.stat().st_size > 20 * small.stat().st_size
    for command in (["check"], ["ls"]):
        few, many = measured(*command, small), measured(*command, large)
        assert few.exit_code == many.exit_code == 0
        assert many.peak_bytes < few.peak_bytes + ROOM, (command, few, many)


def test_pain_01_one_huge_order_is_checked_in_flat_memory(tmp_path):
    """The longest order that the standard allows is as little reason to run out of memory as many
    small ones. What is allowed above the small file is less than the file, and more than what a
    sanitizer holds back."""
    file = tmp_path / "long.edi"
    lines = ("PO1*1*10*EA*1.5**VN*A-1\n" + f"PID*F****{'GLOVE ' * 12}M\n" * 2) * 100_000
    file.write_bytes(small_order(BEG + lines + "CTT*100000"))
    assert file.stat().st_size > 16_000_000
    few = measured("check", ORDER)
    many = measured("check", file)
    assert many.exit_code == 0
    assert many.peak_bytes < few.peak_bytes + 10_000_000, (few, many)


def test_pain_02_the_qualifier_decides_which_party_is_which():
    """Four loops begin with the same segment; only its qualifier says which is the buyer. In any
    order, each must land in its own place, with what stands below it."""
    names = {"ST": "DOCK", "BY": "WARD", "SE": "SHOP", "BT": "DESK"}
    fields = {"ST": "ship_to", "BY": "buyer", "SE": "seller", "BT": "bill_to"}
    parties = [f"N1*{role}*{name}*92*77\nN3*{name} STREET" for role, name in names.items()]
    for turn in range(4):
        turned = parties[turn:] + parties[:turn]
        order = business(small_order(BEG + "\n".join(turned) + "\n" + LINE))
        for role, name in names.items():
            assert order[fields[role]]["name"] == name
            assert order[fields[role]]["street"] == [f"{name} STREET"]


def test_pain_02_the_same_segment_in_several_loops():
    """N1, REF and DTM stand in the heading and in a line; a loop of descriptions is followed by
    messages. Nothing may slip from a line to the heading or to the line before."""
    order = business(small_order(BEG + """
        REF*CT*HEAD
        DTM*002*20260201
        N1*ST*HEAD DOCK*92*1
        PO1*1*10*EA*1.5**VN*A-1
        PID*F****first
        REF*CT*LINE1
        DTM*002*20260202
        PO1*2*20*EA*2.5**VN*A-2
        PID*F****second
        N1*ST*LINE DOCK*92*2
        PO1*3*30*EA*3.5**VN*A-3
        CTT*3"""))
    first, second, third = order["lines"]
    assert order["contract"] == "HEAD" and order["requested_on"] == "2026-02-01"
    assert first["contract"] == "LINE1" and first["requested_on"] == "2026-02-02"
    assert first["item"]["description"] == "first" and second["item"]["description"] == "second"
    assert order["ship_to"]["name"] == "HEAD DOCK" and second["ship_to"]["name"] == "LINE DOCK"
    assert {"contract", "requested_on", "ship_to"}.isdisjoint(third)


def test_pain_02_the_optional_segment_twice():
    """The same optional segment with two qualifiers is two facts, not one overwritten."""
    dates = "DTM*002*20260201\nDTM*001*20260301\nDTM*010*20260125\n"
    order = business(small_order(BEG + dates + LINE))
    assert (order["requested_on"], order["cancel_after"], order["ship_on"]) == (
        "2026-02-01", "2026-03-01", "2026-01-25")


TERMINATORS = {
    "tilde alone": b"~", "tilde and LF": b"~\n", "tilde and CR LF": b"~\r\n",
    "tilde and blanks": b"~  \n \n",
    "LF": b"\n", "CR LF": b"\r\n", "CR": b"\r", "quote and CR LF": b"'\r\n",
    "a byte no editor shows": b"\x1c",
}


@pytest.mark.parametrize("name", TERMINATORS)
def test_pain_06_line_ends(name):
    """One partner ends segments with a line break, the next puts one behind each terminator, and
    both are right."""
    data = GOOD.replace(b"~\n", TERMINATORS[name])
    assert findings(data) == []
    assert business(data) == business(GOOD)
    report, _ = check_json("-", stdin=data)
    assert report["files"][0]["interchanges"][0]["groups"][0]["messages"][0]["segments"] == 5


def test_pain_06_two_partners_in_one_file():
    """Each interchange has separators of its own; the next one may differ in all of them."""
    other = GOOD.replace(b"~\n", b"\r\n").replace(b"*", b"|").replace(b"000000001", b"000000002")
    report, code = check_json("-", stdin=GOOD + other + GOOD.replace(b"000000001", b"000000003"))
    interchanges = report["files"][0]["interchanges"]
    assert code == 0 and [i["control"][-1] for i in interchanges] == ["1", "2", "3"]


def test_pain_06_blank_before_the_terminator():
    """A blank that a program puts before each terminator is said once, and rejects nothing."""
    data = GOOD.replace(b"~\n", b" ~\n")
    assert set(codes(data)) <= {"WB-ENV-0102"}
    assert business(data)["lines"] == business(GOOD)["lines"]


@pytest.mark.parametrize("version", ["00300", "00401"])
@pytest.mark.parametrize("sign", ["U", "V", "^", "X"])
def test_pain_07_isa11_is_no_separator_in_old_versions(version, sign):
    """Before 00402 ISA11 is a letter that names the standard; elsewhere item numbers were split at
    each U."""
    data = small_order(BEG + f"PO1*1*10*EA*1.5**VN*A{sign}B-{sign}7\nCTT*1")
    data = data.replace(b"*U*00401*", f"*{sign}*{version}*".encode())
    assert business(data)["lines"][0]["item"]["supplier_code"] == f"A{sign}B-{sign}7"
    report, _ = check_json("-", stdin=data)
    assert not [f for f in report["files"][0]["findings"] if f["severity"] == "error"]


def test_pain_07_isa11_separates_from_00402_on():
    """Where it is a separator, it works as one: the finding counts the repeats."""
    data = small_order(BEG + "PO1*1*10*EA*1.5**VN*A^B\nCTT*1").replace(b"*U*00401*", b"*^*00501*")
    (finding,) = findings(data)
    assert finding["code"] == "WB-ELM-0405" and '"B"' in finding["text"]
    left = data.replace(b"*^*00501*", b"*U*00501*")
    assert business(left)["lines"][0]["item"]["supplier_code"] == "A^B"


def test_pain_08_isa_inside_data():
    """A name that holds "ISA", or a line of text that begins with it, is data and starts no
    interchange."""
    data = small_order(BEG + """
        REF*CT*ISA
        N9*L1*NOTE
        MSG*ISA
        MSG*ISABELLA, LISA AND ISAAC
        N1*BY*ISAAC ISA*92*ISA
        PO1*1*10*EA*1.5**VN*ISA*BP*ISA00
        PID*F****ISA LISA
        CTT*1""")
    report, code = check_json("-", stdin=data)
    assert code == 0 and len(report["files"][0]["interchanges"]) == 1
    assert business(data)["note"] == ["ISA", "ISABELLA, LISA AND ISAAC"]
    assert business(data)["buyer"]["name"] == "ISAAC ISA"


def test_pain_08_a_text_wrapped_before_isa():
    """A line break inside a text is the sender's fault; that the next line begins with ISA changes
    nothing."""
    data = small_order(BEG + "N9*L1*NOTE\nMSG*see\n" + LINE)
    data = data.replace(b"MSG*see", b"MSG*see\nISA and\nISAAC*")
    report, _ = check_json("-", stdin=data)
    assert len(report["files"][0]["interchanges"]) == 1
    assert {f["segment"] for f in report["files"][0]["findings"]} == {"MSG"}


def test_pain_09_component_separator_in_a_text():
    """A colon in a reference is a colon when the element has no components; the analyst gets a
    note."""
    data = small_order(BEG + "REF*CT*10:30:55\n" + LINE)
    assert findings(data) == [] and business(data)["contract"] == "10:30:55"
    report, _ = check_json("-", stdin=data)
    assert "WB-ELM-0422" in [f["code"] for f in report["files"][0]["findings"]]


def test_pain_09_element_separator_in_a_text():
    """An asterisk in a name moves what follows: the finding names the segment, and only this
    message is lost."""
    broken = small_order(BEG + "N1*BY*BED*BATH GMBH*92*77\n" + LINE)
    found = findings(broken)
    assert found and {(f["segment"], f["segment_no"]) for f in found} == {("N1", 3)}


@pytest.mark.parametrize("name", ["WHO?", "??", "A?+B", "?'", "CALL AT 14:00?", "A^B", ":>"])
def test_pain_10_no_release_character_in_x12(name):
    """A question mark in X12 is a question mark, there and back."""
    order = business(small_order(BEG + f"N1*BY*{name}*92*77\n" + LINE))
    assert order["buyer"]["name"] == name
    again = run("translate", "--to", "x12", "-", stdin=json.dumps(order).encode())
    assert again.returncode == 0 and one_segment(again.stdout, "N1")[2] == name


@pytest.mark.parametrize("sign", ["*", "~", "~\n", "\x1f"])
def test_pain_10_a_separator_in_a_value_is_never_written(sign):
    """X12 cannot write its own separators as data. What would silently become another element or
    another segment (a payment, in the worst case) is refused as a whole, and the value is shown."""
    order = business(small_order(BEG + "N1*BY*NAME*92*77\n" + LINE))
    order["buyer"]["name"] = f"SAFE{sign}BPR*I*1000000"
    done = run("translate", "--to", "x12", "-", stdin=json.dumps(order).encode())
    assert done.returncode in (1, 2) and done.stdout == b""
    assert b"SAFE" in done.stderr and b"N102" in done.stderr and b"separator" in done.stderr


def test_pain_10_from_other_separators_into_the_usual_ones():
    """An asterisk that is text for one partner cannot be written for the next: it is refused and
    shown. A colon can, as another component separator is chosen."""
    data = small_order(BEG + "N1*BY*A_B : C*92*77\n" + LINE)
    data = data.replace(b"*", b"|").replace(b":~", b">~")
    done = run("translate", "--to", "x12", "-", stdin=data)
    assert done.returncode == 0 and one_segment(done.stdout, "N1")[2] == "A_B : C"
    assert findings(done.stdout) == [] and business(done.stdout) == business(data)
    done = run("translate", "--to", "x12", "-", stdin=data.replace(b"A_B", b"A*B"))
    assert done.returncode == 2 and done.stdout == b""
    assert b"N102" in done.stderr and b"A*B : C" in done.stderr


SEPARATORS = [(b"|", b"^", b"'\r\n"), (b"\x1d", b"\x1f", b"\x1e"), (b"+", b"~", b"\n"),
              (b"^", b"&", b"!")]


@pytest.mark.parametrize("element,component,terminator", SEPARATORS)
def test_pain_11_the_answer_has_the_partners_separators(element, component, terminator):
    """Whoever sends other separators wants them back: the answer is written as the question was."""
    signs = {b"*": element, b":": component, b"~\n": terminator}
    data = re.sub(rb"\*|:|~\n", lambda found: signs[found[0]], GOOD)
    assert findings(data) == []
    answer = run("ack", "-", stdin=data)
    assert answer.returncode == 0
    assert answer.stdout[3:4] == element and answer.stdout[104:105] == component
    assert answer.stdout[105:106] == terminator[:1]
    assert findings(answer.stdout) == []


def test_pain_11_the_decimal_mark_of_x12_is_a_point():
    """A comma is never taken for a thousands or a decimal sign: a price is right or it is a
    finding."""
    (finding,) = findings(small_order(BEG + "PO1*1*10*EA*1,500**VN*A-1\nCTT*1"))
    assert finding["code"] == "WB-ELM-0409" and "1,500" in finding["text"]


def test_pain_13_every_finding_says_where_what_and_what_then():
    """Elsewhere: "error 29, invalid count". Here each finding names place, value and expectation in
    one sentence, has a cure, and never speaks in bare numbers."""
    report, _ = check_json(X12 / "850-bad.edi")
    found = report["files"][0]["findings"]
    assert len(found) >= 6
    text = {f["code"]: f["text"] for f in found}
    for finding in found:
        assert finding["cure"] and finding["line"] > 0 and finding["column"] > 0
        assert finding["segment"] in finding["text"] and len(finding["text"].split()) > 4
    assert "53" in text["WB-MSG-0204"] and "50" in text["WB-MSG-0204"]
    assert "QQQ" in text["WB-SEG-0301"] and "20250231" in text["WB-ELM-0413"]
    assert "B1X" in text["WB-ELM-0412"] and "BEG05" in text["WB-ELM-0401"]


def test_pain_13_an_unexpected_segment_is_explained():
    """Not "segment N2 does not occur" but after what it stands, and into which loop it belongs."""
    (finding,) = findings(small_order(BEG + "N2*MORE NAMES\n" + LINE))
    assert finding["code"] == "WB-SEG-0302"
    assert "BEG" in finding["text"] and "loop N1" in finding["text"]


def test_pain_14_a_missing_segment_has_two_places():
    """Where it should have been, and where that was noticed, far behind."""
    optional = "REF*CT*1\nREF*DP*2\nN1*BY*WARD*92*77\n"
    (finding,) = findings(small_order(BEG + optional + "CTT*0"))
    assert finding["code"] == "WB-SEG-0303" and finding["text"].startswith("PO1 is missing")
    assert "position 010" in finding["expected_at"] and "after N1" in finding["text"]
    assert "noticed at CTT" in finding["text"] and finding["segment"] == "CTT"
    (finding,) = findings(small_order(optional + LINE))
    assert finding["text"].startswith("BEG is missing") and "after ST" in finding["expected_at"]
    assert "noticed at REF" in finding["text"] and finding["line"] == 4


def test_pain_14_a_missing_element_has_its_own_place():
    (finding,) = findings(small_order("BEG*00*SA**\n".replace("**", "*PO1") + LINE))
    assert (finding["segment"], finding["element"], finding["line"]) == ("BEG", 5, 4)
    assert "BEG05" in finding["text"] and "mandatory" in finding["text"]


def test_pain_16_the_answer_turns_the_question_round():
    """Qualifiers, ids, usage indicator and version of the answer are those that came, with the
    parties exchanged."""
    data = GOOD.replace(b"*ZZ*SENDER   ", b"*01*SENDER   ").replace(b"*P*:", b"*T*:")
    data = data.replace(b"GS*PO*SENDER*RECEIVER*", b"GS*PO*ORDERS*SUPPLY*")
    answer = run("ack", "-", stdin=data).stdout
    isa, gs = one_segment(answer, "ISA"), one_segment(answer, "GS")
    assert isa[5:9] == ["ZZ", "RECEIVER       ", "01", "SENDER         "]
    assert isa[12] == "00401" and isa[15] == "T"
    assert gs[1:4] == ["FA", "SUPPLY", "ORDERS"] and gs[8] == "004010"
    assert one_segment(answer, "AK1")[1:] == ["PO", "1"]


def test_pain_16_the_answer_has_the_release_of_the_group():
    """A group that says 004010VICS gets an answer that says so."""
    answer = run("ack", "-", stdin=GOOD.replace(b"X*004010~", b"X*004010VICS~")).stdout
    assert one_segment(answer, "GS")[8] == "004010VICS"


def test_pain_16_numbers_are_given_or_known():
    """The number of the answer is the caller's; without one the same input gives the same bytes."""
    first, again = run("ack", "-", stdin=GOOD), run("ack", "-", stdin=GOOD)
    assert first.stdout == again.stdout
    numbered = run("ack", "--control", "777", "-", stdin=GOOD).stdout
    assert one_segment(numbered, "ISA")[13] == one_segment(numbered, "IEA")[2] == "000000777"


def test_pain_17_a_good_order_is_accepted():
    """An acknowledgment that rejects whatever comes is worse than none."""
    for file in ("minimal", "medsup-order", "multi", "newline-terminator"):
        answer = run("ack", X12 / f"850-{file}.edi")
        assert answer.returncode == 0
        assert b"AK9" in answer.stdout
        assert not re.search(rb"AK3|AK4|AK5.R|AK9.R", answer.stdout)


@pytest.mark.parametrize("verdict", ["A*000", "R*025"])
@pytest.mark.parametrize("count", [1, 3])
def test_pain_19_ta1_between_isa_and_gs(verdict, count):
    """An answer to one of our interchanges stands before the first group and is no reason to
    stumble."""
    answer = f"TA1*000000142*250314*0915*{verdict}~\n".encode()
    data = GOOD.replace(b"GS*PO", answer * count + b"GS*PO")
    assert findings(data) == [] and business(data) == business(GOOD)
    assert run("show", "-", stdin=data).stdout.decode().count("Interchange verdict") == count


def test_pain_19_ta1_alone():
    """An interchange that holds a TA1 and no group is complete."""
    alone = GOOD[: GOOD.index(b"GS*PO")] + b"TA1*000000142*250314*0915*A*000~\nIEA*0*000000001~\n"
    assert findings(alone) == []
    done = run("ack", "-", stdin=alone)
    assert done.returncode == 0 and done.stdout == b""


def test_pain_19_ta1_is_written():
    """When ISA14 asks for it, and with a code when the envelope is wrong."""
    wanted = run("ack", "-", stdin=GOOD.replace(b"*0*P*:", b"*1*P*:")).stdout
    assert one_segment(wanted, "TA1")[1:] == ["000000001", "260101", "1200", "A", "000"]
    assert b"TA1" not in run("ack", "-", stdin=GOOD).stdout
    wrong = run("ack", "-", stdin=GOOD.replace(b"IEA*1*000000001", b"IEA*2*000000001")).stdout
    assert one_segment(wrong, "TA1")[4:] in (["R", "021"], ["E", "021"])
    mismatch = run("ack", "-", stdin=GOOD.replace(b"IEA*1*000000001", b"IEA*1*000000009")).stdout
    assert one_segment(mismatch, "TA1")[4:] in (["R", "001"], ["E", "001"])


def test_pain_20_json_becomes_edi():
    """Writing is as much a part as reading: a document as JSON becomes an interchange without
    findings."""
    order = business(ORDER.read_bytes())
    done = run("translate", "--to", "x12", "--sender", "ZZ:HVHEALTH", "--receiver",
               "01:123456789", "-", stdin=json.dumps(order).encode())
    assert done.returncode == 0, done.stderr.decode()
    assert findings(done.stdout) == [] and business(done.stdout) == order
    isa = one_segment(done.stdout, "ISA")
    assert [isa[5], isa[6].strip(), isa[7], isa[8].strip()] == ["ZZ", "HVHEALTH", "01", "123456789"]


def test_pain_20_nested_lists_lose_nothing():
    """Each line, with what is nested in it, is there after the way through JSON; the count too."""
    body = BEG + "".join(f"PO1*{n}*{n}*EA*1.5**VN*A-{n}\nPID*F****text {n}\nSAC*A*D240***{n}00\n"
                         f"N9*L1*NOTE\nMSG*a{n}\nMSG*b{n}\n" for n in range(1, 41)) + "CTT*40"
    order = business(small_order(body))
    assert len(order["lines"]) == 40
    for n, line in enumerate(order["lines"], 1):
        assert line["note"] == [f"a{n}", f"b{n}"] and line["charges"][0]["amount"] == f"{n}.00"
    again = run("translate", "--to", "x12", "-", stdin=json.dumps(order).encode()).stdout
    assert business(again) == order


def test_pain_20_a_document_that_does_not_fit_is_refused_with_its_place():
    order = business(GOOD)
    order["lines"][0]["quantity"] = "ten"
    order["lines"].append({"colour": "red"})
    done = run("translate", "--to", "x12", "-", stdin=json.dumps(order).encode())
    assert done.returncode in (1, 2) and done.stdout == b""
    assert b"lines[0].quantity" in done.stderr and b"lines[1]" in done.stderr


def inner(data):
    """The segments of the messages, without envelopes; pairs of item ids sorted, as their order
    means nothing."""
    result = []
    for text in segments(data):
        parts = text.split("*")
        if parts[0] == "PO1":
            parts = parts[:6] + sorted(map(list, zip(parts[6::2], parts[7::2])))
        if parts[0] not in ("ISA", "GS", "GE", "IEA"):
            result.append(parts)
    return result


@pytest.mark.parametrize("file", ["850-medsup-order.edi", "850-minimal.edi"])
def test_pain_21_there_and_back_is_the_same(file):
    """EDI to a document and back gives the same segments, counts included."""
    data = (X12 / file).read_bytes()
    again = run("translate", "--to", "x12", "-", stdin=json.dumps(business(data)).encode())
    assert again.returncode == 0, again.stderr.decode()
    assert inner(again.stdout) == inner(data)


LOSSLESS = sorted(p for folder in (X12, X12 / "findings") for p in folder.glob("*.edi"))
# What JSON of segments cannot hold: bytes outside of segments, more elements than are read, a
# terminator that is missing or is a letter of the data, blanks between segments, other syntaxes,
# a UNA that does not fit.
NOT_LOSSLESS = {"WB-ELM-0416", "WB-ENV-0105", "WB-ENV-0129", "WB-ENV-0138", "WB-FILE-0001",
                "WB-FILE-0002", "WB-FILE-0003", "WB-FILE-0005", "WB-SEG-0309", "WB-SEG-0310"}


def test_pain_21_through_nested_json_byte_for_byte():
    """The JSON that needs no schema goes back to the same bytes, separators and line ends too, and
    even when the message is full of defects."""
    seen = 0
    for file in LOSSLESS:
        nested = run("translate", "--to", "json", file).stdout
        again = run("translate", "--to", "x12", "-", stdin=nested)
        if file.stem in NOT_LOSSLESS:
            assert again.stdout != file.read_bytes(), f"{file.name} can leave the list"
            continue
        assert again.returncode == 0, (file.name, again.stderr)
        assert again.stdout == file.read_bytes(), file.name
        seen += 1
    assert seen > 80


def test_pain_20_nested_json_is_edited_and_written():
    """A value that is changed in the nested JSON is changed in the EDI; one that would become a
    separator, or is no text, is refused with its place and nothing is written."""
    nested = run("translate", "--to", "json", "-", stdin=GOOD).stdout
    changed = run("translate", "--to", "x12", "-", stdin=nested.replace(b'"PO1",""', b'"PO9",""'))
    assert changed.returncode == 0 and changed.stdout == GOOD.replace(b"*PO1**", b"*PO9**")
    for bad in (b'"P*1",""', b'"P~1",""', b'7,""', b'null,""', b'[],""', b'{"a":[]},""'):
        done = run("translate", "--to", "x12", "-", stdin=nested.replace(b'"PO1",""', bad))
        assert done.returncode == 2 and done.stdout == b"", bad
        assert b"BEG03" in done.stderr, done.stderr
    for bad in (b'{"schema":"waybill/edi/1"}', b'{"schema":"waybill/edi/1","file":7}',
                b'{"schema":"waybill/edi/1","file":[[]]}', nested.replace(b'"*"', b'"~"')):
        done = run("translate", "--to", "x12", "-", stdin=bad)
        assert done.returncode == 2 and done.stdout == b"" and done.stderr


def test_pain_21_twice_there_is_once():
    """What was written once comes out byte for byte when it is read and written again."""
    options = ("translate", "--to", "x12", "--at", "2026-01-01T12:00Z", "--control", "5")
    first = run(*options, "-", stdin=json.dumps(business(ORDER.read_bytes())).encode()).stdout
    second = run(*options, "-", stdin=json.dumps(business(first)).encode()).stdout
    assert first and first == second


def test_pain_21_counts_are_counted_not_copied():
    """The counts of the trailers follow what is written."""
    order = business(GOOD)
    order["lines"] = [dict(order["lines"][0], id=str(n)) for n in range(1, 8)]
    again = run("translate", "--to", "x12", "-", stdin=json.dumps(order).encode()).stdout
    assert one_segment(again, "SE")[1] == "11" and one_segment(again, "CTT")[1] == "7"
    assert one_segment(again, "GE")[1] == one_segment(again, "IEA")[1] == "1"


def test_pain_22_leading_zeros():
    """Zeros before a number are written differently and mean the same: no rejection of 00001 in
    GE01."""
    data = GOOD.replace(b"GE*1*1~", b"GE*00001*0001~").replace(b"SE*5*", b"SE*0005*")
    data = data.replace(b"IEA*1*", b"IEA*00001*").replace(b"*10*EA*1.5*", b"*0010*EA*001.50*")
    assert findings(data) == []
    assert business(data)["lines"][0]["quantity"] in ("10", "0010")
    answer = run("ack", "-", stdin=data)
    assert answer.returncode == 0 and one_segment(answer.stdout, "AK9")[1] == "A"


@pytest.mark.parametrize("written,means", [
    ("4500", "45.00"), ("-5", "-0.05"), ("007", "0.07"), ("0", "0.00"),
    ("123456789012345", "1234567890123.45")])
def test_pain_22_implied_decimals(written, means):
    """An amount with two implied decimals: the point is put in on reading and taken out on writing,
    exactly."""
    order = business(small_order(BEG + f"SAC*C*D240***{written}\n" + LINE))
    assert order["charges"][0]["amount"] == means
    again = run("translate", "--to", "x12", "-", stdin=json.dumps(order).encode())
    assert again.returncode == 0, again.stderr.decode()
    sac = one_segment(again.stdout, "SAC")
    assert "." not in sac[5] and int(sac[5]) == int(written)


@pytest.mark.parametrize("price", [
    "0.1", "142.5", "1.10", "99999999999.99999", ".5", "-1.5", "3.00"])
def test_pain_22_decimals_are_exact(price):
    """No price goes through binary fractions."""
    order = business(small_order(BEG + f"PO1*1*3*EA*{price}**VN*A-1\nCTT*1"))
    read = order["lines"][0]["unit_price"]
    assert decimal.Decimal(read) == decimal.Decimal(price) and "e" not in read.lower()
    again = run("translate", "--to", "x12", "-", stdin=json.dumps(order).encode()).stdout
    assert business(again)["lines"][0]["unit_price"] == read


def test_pain_22_control_numbers_keep_their_zeros():
    """The number of a message is text and is repeated with its zeros; that of a group is a number,
    and none ever becomes negative."""
    data = GOOD.replace(b"*0001~", b"*000000007~").replace(b"*1*X*", b"*000007*X*")
    data = data.replace(b"GE*1*1~", b"GE*1*000007~")
    answer = run("ack", "-", stdin=data).stdout
    assert one_segment(answer, "AK2")[2] == "000000007" and int(one_segment(answer, "AK1")[2]) == 7


def own_grammar(folder, **changes):
    """The shipped 850 with a partner's change of one line."""
    shutil.copytree(FIXTURES.parent / "grammars" / "x12" / "004010", folder)
    text = (folder / "850.gram").read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "850.gram").write_text(text)
    return folder


def test_pain_24_a_partners_deviation_is_a_small_change(tmp_path):
    """What one partner does differently is said for that partner; the standard stays as it is."""
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    many = small_order(BEG + "CUR*BY*USD\nCUR*SE*USD\n" + LINE)
    assert codes(many) == ["WB-SEG-0305"]
    grammar = own_grammar(tmp_path / "own", **{"040 CUR O 1": "040 CUR O 2"})
    done = run("check", "--format", "json", "--grammar", grammar, "-", stdin=many, env=env)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_pain_24_a_map_of_ones_own_extends_ours(tmp_path):
    """A partner's map says only what is different; the rest is inherited."""
    (tmp_path / "acme.map").write_text(
        "edition 1\n\nmap acme-850-order extends x12-850-order {\n"
        "  without REF[DP]\n  REF[19] <=> department\n}\n")
    data = small_order(BEG + "REF*19*OR-3\nREF*CT*C-1\n" + LINE)
    done = run("map", "check", tmp_path / "acme.map")
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    order = business(data, "--maps", tmp_path, "--map", "acme-850-order")
    assert order["department"] == "OR-3" and order["contract"] == "C-1"
    assert "department" not in business(data)


def test_pain_24_one_bad_amount_does_not_hide_the_rest():
    """A single value that is wrong is one finding, and the document still says all the others."""
    data = small_order(BEG + "PO1*1*ten*EA*1.5**VN*A-1\nPO1*2*20*EA*2.5**VN*A-2\nCTT*2")
    (finding,) = findings(data)
    assert finding["code"] == "WB-ELM-0409"
    done = run("translate", "--to", "business", "-", stdin=data)
    assert done.returncode == 1 and b"rejected" in done.stderr
    lines = json.loads(done.stdout)["lines"]
    assert lines[1]["quantity"] == "20" and lines[0]["item"]["supplier_code"] == "A-1"


NO_SUCH_DAY = "BEG*00*SA*PO2**20261399\n" + LINE


def group_of(*bodies):
    """One group with a message a body; all counts right."""
    text = ""
    for number, body in enumerate(bodies, 1):
        whole = small_order(body, control=f"{number:04}").decode()
        text += whole[whole.index("ST*"): whole.index("GE*")]
    whole = GOOD.decode()
    trailers = f"GE*{len(bodies)}*1~\nIEA*1*000000001~\n"
    return (whole[: whole.index("ST*")] + text + trailers).encode()


def test_pain_25_one_bad_message_does_not_reject_its_neighbours():
    """The good orders of a group are accepted, the bad one is named in the answer with its
    place."""
    data = group_of(BEG + LINE, NO_SUCH_DAY, BEG.replace("PO1", "PO3") + LINE)
    report, code = check_json("-", stdin=data)
    (group,) = report["files"][0]["interchanges"][0]["groups"]
    assert code == 1
    assert [m["verdict"] for m in group["messages"]] == ["accepted", "rejected", "accepted"]
    answer = run("ack", "-", stdin=data).stdout
    assert [s.split("*")[1] for s in segments(answer) if s.startswith("AK5")] == ["A", "R", "A"]
    assert one_segment(answer, "AK9")[1:5] == ["P", "3", "3", "2"]
    assert one_segment(answer, "AK3")[1:3] == ["BEG", "2"]
    assert one_segment(answer, "AK4")[1:4] == ["5", "373", "8"]


def test_pain_25_the_good_ones_are_translated():
    """All orders come out of the translation, the caller learns by exit code and sentence that one
    was bad."""
    data = group_of(BEG + LINE, NO_SUCH_DAY, BEG.replace("PO1", "PO3") + LINE)
    done = run("translate", "--to", "business", "-", stdin=data)
    numbers = [json.loads(line)["number"] for line in done.stdout.decode().splitlines()]
    assert done.returncode == 1 and {"PO1", "PO3"} <= set(numbers)
    assert b"rejected" in done.stderr


def test_pain_25_strictness_is_the_callers_choice():
    """Warnings fail the check or not, as the caller wants; errors always do."""
    warned = X12 / "850-unpadded-isa.edi"
    assert run("check", warned).returncode == 1
    assert run("check", "--fail-on", "error", warned).returncode == 0
    assert run("check", "--fail-on", "error", X12 / "850-bad.edi").returncode == 1


def test_pain_27_one_file_and_nothing_else(tmp_path):
    """The engine works without server, account, database, network, home, settings or its own
    sources: the program alone in an empty folder reads, answers and translates."""
    alone = tmp_path / "waybill"
    shutil.copy(os.path.realpath(path()), alone)
    empty = tmp_path / "empty"
    empty.mkdir()
    env = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    for command in ("check", "show", "ack", "ls", "translate --to business", "translate --to xml"):
        done = subprocess.run([alone, *command.split(), "-"], input=ORDER.read_bytes(), cwd=empty,
                              capture_output=True, env=env, timeout=60, check=False)
        assert done.returncode == 0, (command, done.stderr.decode())
        assert done.stdout and done.stderr == b""
    assert list(empty.iterdir()) == []


def test_pain_27_it_opens_no_connection(tmp_path):
    """Under a file limit that leaves no room for more, and with nothing but the input open, all is
    said."""
    command = 'ulimit -n 8; exec "$0" check --format json "$1"'
    done = subprocess.run(["sh", "-c", command, path(), ORDER], capture_output=True, timeout=60,
                          check=False, cwd=tmp_path)
    assert done.returncode == 0 and json.loads(done.stdout)["files"][0]["verdict"] == "accepted"


def test_pain_28_the_page_of_help_leads_on():
    """Whoever types the name alone, or a wrong word, is told what to type next, and that works."""
    text = run().stderr.decode()
    assert "waybill show FILE" in text and "waybill check FILE" in text
    for command in ("show", "check"):
        assert run(command, ORDER).returncode == 0
    assert "waybill show" in run(ORDER).stderr.decode()
