"""Our own X12 fixtures say what they mean.

Counts, control numbers and check digits are right in the good ones, and the bad one is bad where
its README says. Reads the bytes without the program.
"""

import re
from decimal import Decimal
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "x12"
GOOD = (
    "850-medsup-order.edi",
    "850-minimal.edi",
    "850-multi.edi",
    "850-pipe-separators.edi",
    "850-newline-terminator.edi",
    "850-unpadded-isa.edi",
    "850-traps.edi",
    "810-medsup-invoice.edi",
    "812-medsup-credit.edi",
    "820-medsup-payment.edi",
    "824-medsup-verdict.edi",
    "832-medsup-catalog.edi",
    "846-medsup-stock.edi",
    "855-medsup-answer.edi",
    "856-medsup-shipment.edi",
    "856-levels.edi",
    "860-medsup-change.edi",
    "861-medsup-receipt.edi",
    "865-medsup-change-answer.edi",
    "867-medsup-sales.edi",
    "997-medsup-order.edi",
)
# What CTT01 counts in each message.
COUNTED = {
    "810": "IT1",
    "832": "LIN",
    "846": "LIN",
    "850": "PO1",
    "855": "PO1",
    "856": "HL",
    "860": "POC",
    "861": "RCD",
    "865": "POC",
    "867": "PTD",
}
# interchanges, groups, messages
SHAPE = {name: (1, 1, 1) for name in GOOD}
SHAPE |= {"850-multi.edi": (2, 3, 4), "856-levels.edi": (1, 1, 4)}


def split(text):
    """Interchanges as (segments, ISA as it stands); a segment is a list of elements."""
    starts = [m.start() for m in re.finditer(r"(?m)^ISA\W", text)]
    out = []
    for at, end in zip(starts, [*starts[1:], len(text)]):
        body = text[at:end]
        element = body[3]
        k = 3
        for _ in range(15):
            k = body.index(element, k + 1)
        parts = [s.strip("\r\n") for s in body.split(body[k + 2])]
        out.append(([s.split(element) for s in parts if s], parts[0]))
    return out


def problems(text):
    found, shape = [], [0, 0, 0]
    for segments, _ in split(text):
        shape[0] += 1
        groups = messages = lines = 0
        counted = None
        start = {}
        for no, seg in enumerate(segments):
            tag = seg[0]
            if tag == "GS":
                groups, messages, start["GS"] = groups + 1, 0, seg
            elif tag == "ST":
                messages, lines, start["ST"] = messages + 1, 0, (no, seg)
                counted = COUNTED.get(seg[1])
            elif tag == counted:
                lines += 1
            elif tag == "CTT" and int(seg[1]) != lines:
                found.append("CTT01")
            elif tag == "SE":
                if int(seg[1]) != no - start["ST"][0] + 1:
                    found.append("SE01")
                if seg[2] != start["ST"][1][2]:
                    found.append("SE02")
                shape[2] += 1
            elif tag == "GE":
                if int(seg[1]) != messages:
                    found.append("GE01")
                if seg[2] != start["GS"][6]:
                    found.append("GE02")
                shape[1] += 1
            elif tag == "IEA":
                if int(seg[1]) != groups:
                    found.append("IEA01")
                if seg[2] != segments[0][13]:
                    found.append("IEA02")
        if segments[-1][0] != "IEA":
            found.append("no IEA")
    return found, tuple(shape)


def check_digit_is_right(number):
    total = sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(reversed(number)))
    return number.isdigit() and total % 10 == 0


def pairs(text):
    for segments, _ in split(text):
        for seg in segments:
            first = {"PO1": 6, "IT1": 6, "POC": 8, "LIN": 2, "N1": 3}.get(seg[0])
            if first:
                rest = seg[first:]
                yield from zip(rest[::2], rest[1::2])


def read(name):
    return (FOLDER / name).read_bytes().decode("ascii")


@pytest.mark.parametrize("name", GOOD)
def test_good_ones_count_right(name):
    found, shape = problems(read(name))
    assert found == []
    assert shape == SHAPE[name]


def test_bad_one_is_bad_where_it_says():
    text = read("850-bad.edi")
    found, _ = problems(text)
    assert sorted(found) == ["CTT01", "SE01"]
    segments = split(text)[0][0]
    by_tag = {}
    for seg in segments:
        by_tag.setdefault(seg[0], []).append(seg)
    assert len(by_tag["BEG"][0]) == 4
    assert by_tag["CUR"][0][1] == "B1X"
    assert "QQQ" in by_tag
    assert ["DTM", "002", "20250231"] in by_tag["DTM"]
    assert ["N1", "BT"] in by_tag["N1"]


@pytest.mark.parametrize("name", [*GOOD, "850-bad.edi"])
def test_check_digits(name):
    lengths = {"UP": 12, "EN": 13, "UK": 14, "UL": 13}
    numbers = [(kind, value) for kind, value in pairs(read(name)) if kind in lengths]
    assert numbers or name in ("850-minimal.edi", "997-medsup-order.edi")
    for kind, value in numbers:
        assert len(value) == lengths[kind], value
        assert check_digit_is_right(value), value


def test_isa_is_padded_but_where_it_says_not():
    for name in GOOD:
        for _, isa in split(read(name)):
            assert (len(isa) == 105) == (name != "850-unpadded-isa.edi"), name


def test_totals_of_the_demo_order():
    segments = split(read("850-medsup-order.edi"))[0][0]
    lines = [seg for seg in segments if seg[0] == "PO1"]
    total = sum(Decimal(seg[2]) * Decimal(seg[4]) for seg in lines)
    quantity = sum(int(seg[2]) for seg in lines)
    amounts = [seg for seg in segments if seg[0] == "AMT"]
    assert [(seg[1], Decimal(seg[2])) for seg in amounts] == [("TT", total)]
    assert [seg for seg in segments if seg[0] == "CTT"] == [["CTT", "6", str(quantity)]]


@pytest.mark.parametrize("name, count", [("856-medsup-shipment.edi", 3), ("856-levels.edi", 4)])
def test_numbers_of_packages(name, count):
    marks = [seg[2] for seg in split(read(name))[0][0] if seg[0] == "MAN"]
    assert len(set(marks)) == len(marks) == count
    for mark in marks:
        assert len(mark) == 20 and mark.startswith("00") and check_digit_is_right(mark)


def test_levels_of_ship_notices():
    """The orders of levels that partners use: parents come first, HL04 says what is below."""
    ways = []
    for name in ("856-medsup-shipment.edi", "856-levels.edi"):
        for seg in split(read(name))[0][0]:
            if seg[0] == "ST":
                level, parents = {}, set()
                ways.append(set())
            if seg[0] == "HL":
                assert seg[1] == str(sum("?" not in key for key in level) + 1)
                level[seg[1]] = level.get(seg[2], "") + seg[3]
                ways[-1].add(level[seg[1]])
                parents.add(seg[2])
                if len(seg) > 4:
                    level[seg[1] + "?"] = seg[4]
            if seg[0] == "SE":
                for no in [key for key in level if key + "?" in level]:
                    assert (level[no + "?"] == "1") == (no in parents)
    longest = [max(way, key=len) for way in ways]
    assert longest == ["SOPI", "SOI", "SPOI", "SOTPI", "SOKF"]


def test_money_of_the_story():
    """What was shipped is invoiced; what is paid is the invoice less discount and credit."""
    segments = {n: split(read(n))[0][0] for n in GOOD if "-medsup-" in n}
    invoice = segments["810-medsup-invoice.edi"]
    lines = [seg for seg in invoice if seg[0] == "IT1"]
    goods = sum(Decimal(seg[2]) * Decimal(seg[4]) for seg in lines)
    freight = sum(Decimal(seg[5]) / 100 for seg in invoice if seg[0] == "SAC")
    total, base, net, discount = (
        Decimal(cents) / 100 for seg in invoice if seg[0] == "TDS" for cents in seg[1:]
    )
    assert (total, base) == (goods + freight, goods)
    assert discount == round(goods * 2 / 100, 2) and net == total - discount
    shipped = [seg for seg in segments["856-medsup-shipment.edi"] if seg[0] == "SN1"]
    assert sorted(seg[1:4] for seg in shipped) == sorted(seg[1:4] for seg in lines)
    credit = [seg for seg in segments["812-medsup-credit.edi"] if seg[0] == "BCD"][0]
    payment = segments["820-medsup-payment.edi"]
    paid = [Decimal(seg[2]) for seg in payment if seg[0] == "BPR"]
    assert paid == [net - Decimal(credit[4]) / 100]
    assert [seg[2:] for seg in payment if seg[0] == "RMR"] == [
        ["MI-88214", "FL", str(paid[0]), str(total), str(discount)]
    ]


def test_banks_have_right_numbers_that_nobody_has():
    """ABA numbers begin with 98 or 99, which are given to no bank."""
    bpr = [seg for seg in split(read("820-medsup-payment.edi"))[0][0] if seg[0] == "BPR"][0]
    for number in (bpr[7], bpr[13]):
        assert len(number) == 9 and number[:2] in ("98", "99")
        assert sum(int(c) * w for c, w in zip(number, (3, 7, 1) * 3)) % 10 == 0


def test_997_answers_the_demo_order():
    order = {s[0]: s for s in split(read("850-medsup-order.edi"))[0][0]}
    answer = {s[0]: s for s in split(read("997-medsup-order.edi"))[0][0]}
    assert answer["AK1"][1:] == [order["GS"][1], order["GS"][6]]
    assert answer["AK2"][1:] == order["ST"][1:]
    assert (answer["ISA"][5:7], answer["ISA"][7:9]) == (order["ISA"][7:9], order["ISA"][5:7])
    assert (answer["GS"][2], answer["GS"][3]) == (order["GS"][3], order["GS"][2])


def test_mails_hold_the_demo_order():
    order = read("850-medsup-order.edi").replace("\n", "")
    quoted = read("850-mail-quoted-printable.txt").partition("\n\n")[2]
    assert quoted.replace("=\n", "").replace("=20", " ").replace("=3D", "=").strip("\n") == order
    pasted = [l[3:] for l in read("850-mail-pasted.txt").splitlines() if l.startswith(">  ")]
    assert "".join(pasted) == order
    assert all(len(l) <= 75 for l in read("850-mail-pasted.txt").splitlines())


def test_readme_lists_every_file():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.iterdir():
        if path.is_file() and path.name != "README.md":
            assert f"`{path.name}`" in readme, path.name
