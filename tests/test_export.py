"""Purchase orders out of Odoo's records: golden messages, the way back, what is refused and why."""
import datetime
import json
import os
import pathlib
import random
import re
import shlex
import shutil

import pytest

import golden
from measure import measured
from program import FIXTURES, ROOT, findings, path, run

RECORDS = FIXTURES / "odoo-buyer"
RELEASES = (17, 18, 19)
ENVELOPE = ("--sender", "01:123456789/HVHEALTH", "--receiver", "ZZ:MEDSUP", "--control", "7",
            "--at", "2025-03-15T10:00Z")
WHOLE = ["P00042", "P00046"]  # those that go out as they are
STOPPED = ["P00043", "P00044", "P00045", "P00047", "P00048", "P00049", "P00050", "P00051"]
PAGE = ROOT / "docs" / "export.md"


def export(release, *words, records=None, envelope=ENVELOPE, zone="-07:00"):
    folder = records or RECORDS / str(release)
    days = [f"--zone={zone}"] if zone else []
    return run("export", "--odoo", release, "--records", folder, *envelope, *days, *words)


def business(release, *words, records=None, zone="-07:00"):
    done = export(release, "--to", "business", *words, records=records, envelope=(), zone=zone)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def message(release, *words, records=None):
    done = export(release, *words, records=records)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def back(data):
    """The business document of a message, without what only serves to write it as it was."""
    done = run("translate", "--to", "business", "--no-source", "-", stdin=data)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def values(data):
    """All elements of a message, whatever separates them, without the envelope."""
    text = data.decode("latin-1")
    element, component, end = text[3], text[104], text[105]
    segments = [s.strip("\r\n" if end not in "\r\n" else "") for s in text.split(end)]
    body = [s.rstrip(element).split(element) for s in segments if s.strip()]
    return [s for s in body if s[0] not in ("ISA", "GS", "GE", "IEA")], component


class Records:
    """A folder of records that a test changes: change(model, field=value, where=id)."""

    def __init__(self, folder, release):
        self.folder = folder
        self.release = release
        shutil.copytree(RECORDS / str(release), folder, dirs_exist_ok=True)

    def rows(self, model):
        return json.loads((self.folder / f"{model}.json").read_text())

    def write(self, model, rows):
        (self.folder / f"{model}.json").write_text(json.dumps(rows))

    def change(self, model, ids=None, **fields):
        rows = self.rows(model)
        hit = 0
        for row in rows:
            if ids is None or row["id"] in ids:
                row.update(fields)
                hit += 1
        assert hit, (model, ids)
        self.write(model, rows)
        return self

    def without(self, model, *fields):
        rows = self.rows(model)
        for row in rows:
            for field in fields:
                del row[field]
        self.write(model, rows)
        return self

    def remove(self, model, ids=None):
        if ids is None:
            (self.folder / f"{model}.json").unlink()
        else:
            self.write(model, [row for row in self.rows(model) if row["id"] not in ids])
        return self

    def add(self, model, copy_of, **fields):
        rows = self.rows(model)
        rows.append({**next(r for r in rows if r["id"] == copy_of), **fields})
        self.write(model, rows)
        return self


# ---- golden

@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("number", WHOLE)
def test_message(release, number):
    done = export(release, number)
    assert done.returncode == 0
    golden.compare(f"export/{number}-{release}.edi", done.stdout)
    golden.compare(f"export/{number}-{release}.txt", done.stderr)
    assert findings(done.stdout) == []


@pytest.mark.parametrize("number", STOPPED)
def test_stopped(number, tmp_path):
    """What is refused says why, prints nothing and leaves no file; the same in each release."""
    target = tmp_path / "out.edi"
    said = {export(release, "-o", target, number).stderr.replace(
        b"global_location_number", b"barcode") for release in RELEASES}
    done = export(18, number)
    assert done.stdout == b"" and not target.exists()
    assert done.returncode == (6 if number in ("P00043", "P00044", "P00048") else 1)
    assert said == {done.stderr}
    golden.compare(f"export/{number}.txt", done.stderr)


def test_releases_agree():
    for number in WHOLE:
        assert len({message(release, number) for release in RELEASES}) == 1


# ---- there and back

@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("number", WHOLE)
def test_round_trip(release, number):
    """The message read back is the order, but for what was said not to be carried."""
    order = business(release, number)
    done = export(release, number)
    lost = re.findall(r"^P\d+: note: ([\w.\[\]]+) \".*\": not carried$", done.stderr.decode(), re.M)
    assert lost == ["buyer.buyer_code"]
    del order["buyer"]["buyer_code"]
    if "delivery_terms" in order:  # FOB01 is mandatory; DF is "as agreed"
        order["delivery_terms"]["paid_by"] = "x12:146:DF"
    assert back(done.stdout) == order


def test_through_the_document(tmp_path):
    """purchase.order -> order.json -> translate gives the same message."""
    order = business(18, "P00046")
    del order["buyer"]["buyer_code"]  # translate refuses what it cannot carry
    file = tmp_path / "order.json"
    file.write_text(json.dumps(order))
    done = run("translate", "--to", "x12", *ENVELOPE, file)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == message(18, "P00046")


@pytest.mark.parametrize("release", RELEASES)
def test_money_and_units(release):
    """Against the records themselves: number, quantity, unit and net price of each line."""
    uom = "product_uom" if release <= 18 else "product_uom_id"
    codes = {"Units": "EA", "Box of 100": "BX", "Case of 50": "CA", "Case of 14": "CA",
             "Carton of 25": "CT"}
    rows = json.loads((RECORDS / str(release) / "purchase.order.line.json").read_text())
    expected = [[str(r["id"]), f"{r['product_qty']:g}", codes[r[uom][1]],
                 f"{r['price_unit'] * (100 - r['discount']) / 100:.6g}"]
                for r in sorted(rows, key=lambda r: (r["sequence"], r["id"]))
                if r["order_id"][1] == "P00042" and r["product_qty"] > 0]
    assert len(expected) == 6
    segments, _ = values(message(release, "P00042"))
    assert [s[1:5] for s in segments if s[0] == "PO1"] == expected
    total = sum(float(q) * float(p) for _, q, _, p in expected)
    assert [s[2] for s in segments if s[0] == "AMT"] == [f"{total:.2f}"]


@pytest.mark.parametrize("release", RELEASES)
def test_order_of_rows(release, tmp_path):
    shuffle = random.Random(11)
    for source in (RECORDS / str(release)).glob("*.json"):
        rows = json.loads(source.read_text())
        shuffle.shuffle(rows)
        (tmp_path / source.name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    for number in WHOLE:
        assert message(release, number, records=tmp_path) == message(release, number)


def test_several(tmp_path):
    """Two orders to one vendor are two messages of one interchange."""
    records = Records(tmp_path, 19)
    records.change("purchase.order", [43], state="purchase")
    data = message(19, "P00042", "P00043", records=tmp_path)
    segments, _ = values(data)
    assert [s[3] for s in segments if s[0] == "BEG"] == ["P00042", "P00043"]
    assert [s[2] for s in segments if s[0] == "ST"] == ["0001", "0002"]
    assert findings(data) == []
    done = export(19, "--to", "business", "P00042", "P00043", records=tmp_path, envelope=())
    assert [json.loads(s)["number"] for s in done.stdout.splitlines()] == ["P00042", "P00043"]
    records.change("purchase.order", [43], state="draft")
    done = export(19, "P00042", "P00043", records=tmp_path)
    assert done.stdout == b"" and done.returncode == 6


# ---- how it is written

def spelled(byte):
    return f"\\x{byte:02X}"


def drawable(byte):
    return not (chr(byte).isalnum() and byte < 128) and byte not in b"\0 .-+"


def test_separators_law():
    """Whatever bytes separate: the same values, no finding, and the same order when read back."""
    draw = random.Random(850)
    order = back(message(18, "P00042"))
    expected, _ = values(message(18, "P00042"))
    used = set(message(18, "P00042")) - set(b"*~:\n")
    open_bytes = [b for b in range(1, 256) if drawable(b) and b not in used]
    for _ in range(60):
        chosen = draw.sample(open_bytes, 3)
        if set(chosen[:2]) & set(b"\r\n"):
            continue  # refused: only a segment may end with the line
        suffix = draw.choice(["none", "lf", "crlf"])
        if set(chosen) & set(b"\r\n"):
            suffix = "none"
        trailing = draw.choice(["drop", "keep"])
        data = message(18, "--separators", "".join(map(spelled, chosen)), "--suffix", suffix,
                       "--trailing", trailing, "P00042")
        assert [data[3], data[104], data[105]] == chosen
        assert values(data)[0] == expected
        assert findings(data) == []
        assert back(data) == order


def test_separators_in_values():
    """A value that holds a separator is refused by name, or its separator is replaced and told."""
    refused = export(18, "P00051")
    assert refused.returncode == 1 and refused.stdout == b""
    assert b"PID05" in refused.stderr and b"holds a separator" in refused.stderr
    done = export(18, "--replace", " ", "P00051")
    assert done.returncode == 0
    assert b"PID*F****Sodium chloride: 0.9 percent   1000 mL   bag~" in done.stdout
    assert done.stderr.count(b"--replace") == 1
    other = export(18, "--separators", "|>\\x1d", "P00051")
    assert b"Sodium chloride: 0.9 percent * 1000 mL ~ bag" in other.stdout


def test_replace_law():
    """With a replacement no separator is left in a value, and no other character is touched."""
    draw = random.Random(997)
    plain = values(message(18, "P00042"))[0]
    punctuation = [b for b in b"!\"#$%&'()*,/:;<=>?@[]^_`{|}~"]
    for _ in range(40):
        chosen = draw.sample(punctuation, 3)
        replacement = draw.choice([b for b in punctuation if b not in chosen])
        data = message(18, "--separators", "".join(map(spelled, chosen)), "--replace",
                       chr(replacement), "P00042")
        table = {b: replacement for b in chosen}
        assert values(data)[0] == [[e.translate(table) for e in s] for s in plain]
        assert findings(data) == []


@pytest.mark.parametrize("suffix,bytes_", [("none", b""), ("lf", b"\n"), ("crlf", b"\r\n")])
def test_suffix(suffix, bytes_):
    data = message(18, "--suffix", suffix, "P00042")
    assert data.count(b"~") == data.count(b"~" + bytes_)
    assert data.endswith(b"~" + bytes_) and (bytes_ or b"\n" not in data)
    assert findings(data) == [] and back(data) == back(message(18, "P00042"))


def test_trailing():
    """Kept: each segment has all elements of the standard. The envelope is as it always is."""
    kept = message(18, "--trailing", "keep", "P00042").decode().split("~\n")
    dropped = message(18, "P00042").decode().split("~\n")
    assert len(kept) == len(dropped)
    counts = {}
    for one, other in zip(kept, dropped):
        assert one.rstrip("*") == other and not other.endswith("*")
        assert counts.setdefault(one[:3], one.count("*")) == one.count("*")
    assert next(s for s in kept if s.startswith("REF")).count("*") == 4


@pytest.mark.parametrize("options", [
    ("--separators", "*:"), ("--separators", "**~"), ("--separators", "A:~"),
    ("--separators", "*:~^"), ("--separators", "*.~"), ("--separators", "*:\\xZZ"),
    ("--separators", "*:~\\"),
    ("--separators", "*\\n~"), ("--suffix", "cr"), ("--trailing", "maybe"), ("--replace", "ab"),
    ("--replace", "*"), ("--replace", "\\n"), ("--separators", "\\r:~"),
    ("--control", "0"), ("--control", "1000000000"), ("--sender", "1:X"),
    ("--sender", "ZZ:ABCDEFGHIJKLMNOP"), ("--sender", "ZZ:A*BC"), ("--receiver", "ZZ:X/Y"),
    ("--zone", "Nowhere/Town"), ("--zone", "../../etc/passwd"), ("--zone", "+25:00"),
    ("--to", "json"), ("--odoo", "16"),
], ids=" ".join)
def test_wrong_options(options):
    done = export(18, "P00042", envelope=(*ENVELOPE, *options), zone=None)
    assert done.returncode == 2 and done.stdout == b""
    assert b"waybill export: " in done.stderr


@pytest.mark.parametrize("missing", ["--sender", "--receiver", "--control"])
def test_envelope_is_wanted(missing):
    at = ENVELOPE.index(missing)
    done = export(18, "P00042", envelope=ENVELOPE[:at] + ENVELOPE[at + 2:])
    assert done.returncode == 2 and missing.encode() in done.stderr


def test_envelope():
    data = message(18, "--test", "P00042").decode()
    assert data.startswith("ISA*00*          *00*          *01*123456789      *ZZ*MEDSUP         "
                           "*250315*1000*U*00401*000000007*0*T*:~\n"
                           "GS*PO*HVHEALTH*MEDSUP*20250315*1000*7*X*004010~\nST*850*0001~\n")
    assert data.endswith("~\nGE*1*7~\nIEA*1*000000007~\n")


def test_translate_has_the_options():
    order = FIXTURES / "maps" / "850-medsup-order.json"
    done = run("translate", "--to", "x12", *ENVELOPE, "--separators", "|<\\n", "--trailing", "keep",
               "--test", order)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.startswith(b"ISA|00|") and b"|T|<\nGS|PO|HVHEALTH|MEDSUP|" in done.stdout
    assert run("translate", "--to", "business", "--test", FIXTURES / "x12" /
               "850-medsup-order.edi").returncode == 2
    plain = run("translate", "--to", "x12", *ENVELOPE, order)
    assert values(done.stdout)[0] == values(plain.stdout)[0]


# ---- days

@pytest.mark.parametrize("zone,day", [
    ("UTC", "2025-03-15"), ("-07:00", "2025-03-14"), ("-0300", "2025-03-15"), ("+14", "2025-03-15"),
    ("America/Los_Angeles", "2025-03-14"), ("Europe/Paris", "2025-03-15"),
])
def test_zone(zone, day):
    """date_order is 03:15 UTC: whose day that is depends on where the buyer sits."""
    if "/" in zone and not pathlib.Path("/usr/share/zoneinfo", zone).exists():
        pytest.skip("no zone files here")
    assert business(18, "P00042", zone=zone)["issued_on"] == day


def test_zone_of_each_hour(tmp_path):
    """A year of moments against Python's own zones."""
    zoneinfo = pytest.importorskip("zoneinfo")
    records = Records(tmp_path, 18)
    draw = random.Random(4)
    for name in ("America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"):
        if not pathlib.Path("/usr/share/zoneinfo", name).exists():
            pytest.skip("no zone files here")
        for _ in range(12):
            moment = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
            moment += datetime.timedelta(minutes=draw.randrange(60 * 24 * 365 * 30))
            records.change("purchase.order", [42], date_order=moment.strftime("%Y-%m-%d %H:%M:%S"))
            local = moment.astimezone(zoneinfo.ZoneInfo(name))
            order = business(18, "P00042", records=tmp_path, zone=name)
            assert order["issued_on"] == str(local.date()), (name, moment)


# ---- what is in the way

def rows_of_def():
    text = (ROOT / "src/odoo/gap.def").read_text()
    return re.findall(r'^X\((\w+), "(WB-OUT-\d{4})", (true|false), "', text, re.M)


def tz(records, zone):
    return records.change("res.partner", [1], tz=zone)


# What provokes each row: the order, and how the records are changed.
GAPS = {
    "NOT_FOUND": ("P99", None),
    "SEVERAL": ("P00042", lambda r: r.change("purchase.order", [43], name="P00042")),
    "NOT_CONFIRMED": ("P00043", None),
    "NO_LINES": ("P00042", lambda r: r.change("purchase.order.line", product_qty=0.0)),
    "OTHER_VENDOR": ("P00042 P00046", None),
    "NOT_EXPORTED": ("P00042", lambda r: r.remove("uom.uom")),
    "FIELD_NOT_EXPORTED": ("P00042", lambda r: r.without("purchase.order.line", "price_unit")),
    "RECORD_MISSING": ("P00042", lambda r: r.remove("product.product", [203])),
    "TOO_MANY": ("P00042", lambda r: r.write("purchase.order.line", [
        {**r.rows("purchase.order.line")[1], "id": 10000 + i} for i in range(100001)])),
    "DETAIL_MISSING": ("P00042", lambda r: r.remove("account.incoterms")),
    "SELLER_MISSING": ("P00042", lambda r: r.change("purchase.order", [42], partner_id=False)),
    "SELLER_UNNUMBERED": ("P00042", lambda r: r.change(
        "res.partner", [60], ref=False, barcode=False)),
    "SHIP_TO_ABSENT": ("P00042", lambda r: r.remove("stock.warehouse")),
    "INVOICE_SEVERAL": ("P00042", lambda r: r.add("res.partner", 43, id=44)),
    "GLN_WRONG": ("P00042", lambda r: r.change("res.partner", [60], barcode="9521000009012")),
    "CURRENCY_MISSING": ("P00042", lambda r: r.change("purchase.order", [42], currency_id=9)),
    "DATE_WRONG": ("P00042", lambda r: r.change("purchase.order", [42], date_order="15.3.2025")),
    "ZONE_UNKNOWN": ("P00042", lambda r: tz(r, "Moon/Tranquility")),
    "ZONE_ASSUMED": ("P00042", lambda r: tz(r, False)),
    "LINE_SKIPPED": ("P00042", None),
    "ITEM_MISSING": ("P00042", lambda r: r.change("purchase.order.line", [425], product_id=False)),
    "ITEM_UNNUMBERED": ("P00050", None),
    "VENDOR_CODE_ABSENT": ("P00042", lambda r: r.change(
        "product.supplierinfo", [3], product_code=False)),
    "VENDOR_CODES": ("P00047", None),
    "BARCODE_WRONG": ("P00047", None),
    "BARCODE_OTHER_UNIT": ("P00042", lambda r: r.remove("product.packaging")),
    "UNIT_MISSING": ("P00042", lambda r: r.change("purchase.order.line", [425], product_uom=False)),
    "UNIT_UNKNOWN": ("P00045", None),
    "QUANTITY": ("P00042", lambda r: r.change("purchase.order.line", [425], product_qty=-1.0)),
    "PRICE": ("P00042", lambda r: r.change("purchase.order.line", [425], price_unit=False)),
    "DISCOUNT": ("P00042", None),
    "AMOUNT": ("P00042", lambda r: r.change("purchase.order.line", [425], price_subtotal=900.0)),
    "TOTAL": ("P00042", lambda r: r.remove("purchase.order.line", [425])),
    "AMOUNT_UNCHECKED": ("P00042", lambda r: r.without("purchase.order.line", "price_subtotal")),
    "DIGITS": ("P00042", lambda r: r.change("purchase.order.line", [425], price_unit=117.99996)),
    "TAX_INCLUDED": ("P00049", None),
}


@pytest.mark.parametrize("name,code,stops", rows_of_def(), ids=lambda value: value)
def test_gap(name, code, stops, tmp_path):
    numbers, change = GAPS[name]
    records = Records(tmp_path, 18)
    if change is not None:
        change(records)
    zone = None if name.startswith("ZONE") else "-07:00"
    done = export(18, *numbers.split(), records=tmp_path, zone=zone)
    said = done.stderr.decode()
    assert re.search(rf": {'error' if stops == 'true' else 'note'} {code}: ", said), said
    if stops == "true":
        assert done.stdout == b"" and done.returncode in (1, 6)
        assert said.endswith("waybill: nothing was written\n")
    explained = run("explain", code)
    assert explained.returncode == 0 and code.encode() in explained.stdout


@pytest.mark.parametrize("release", RELEASES)
def test_missing_models(release, tmp_path):
    """Whatever is not exported: the order is refused, or its lines are the same and it is told."""
    lines = [s for s in values(message(release, "P00042"))[0] if s[0] in ("PO1", "BEG", "CUR")]
    outcomes = set()
    for model in sorted(f.stem for f in (RECORDS / str(release)).glob("*.json")):
        records = Records(tmp_path / model, release).remove(model)
        done = export(release, "P00042", records=records.folder)
        outcomes.add(done.returncode)
        if done.returncode == 0:
            got = [s for s in values(done.stdout)[0] if s[0] in ("PO1", "BEG", "CUR")]
            assert [s[:5] for s in got] == [s[:5] for s in lines], model
        else:
            assert done.returncode == 1 and re.search(r"error WB-OUT-00\d\d", done.stderr.decode())
    assert outcomes == {0, 1}


def test_unit_by_policy(tmp_path):
    """A unit without a word of ours takes the one of the policy's table, for its item only."""
    (tmp_path / "units.csv").write_text("partner,item,unit,odoo_unit,factor\n"
                                        "60417,300999,carton,Dispenser Refill,6\n")
    (tmp_path / "p.policy").write_text('edition 1\n\npolicy {\n  units "units.csv"\n}\n')
    data = message(18, "--policy", tmp_path / "p.policy", "P00045")
    assert b"PO1*451*3*CT*30**" in data
    (tmp_path / "units.csv").write_text("partner,item,unit,odoo_unit,factor\n"
                                        "60417,OTHER,carton,Dispenser Refill,6\n")
    assert export(18, "--policy", tmp_path / "p.policy", "P00045").returncode == 1


def test_floats(tmp_path):
    """Binary dust is wiped off, and nothing else."""
    for exported, sent in (("11.849999999999998", "11.85"), ("0.07250000000000001", "0.0725"),
                           ("1e2", "100"), ("1.5E-1", "0.15"), ("118.0", "118"), ("0.1", "0.1")):
        records = Records(tmp_path, 18)
        text = json.dumps([{**row, "price_unit": "@"} if row["id"] == 512 else row
                           for row in records.rows("purchase.order.line")])
        text = text.replace('"@"', exported)
        (tmp_path / "purchase.order.line.json").write_text(text)
        amount = round(float(exported), 2)
        records.change("purchase.order.line", [512], price_subtotal=amount)
        text = (tmp_path / "purchase.order.line.json").read_text()
        text = re.sub(r'("id": 512,.*?"price_unit": )[-\d.eE]+', rf"\g<1>{exported}", text)
        (tmp_path / "purchase.order.line.json").write_text(text)
        records.change("purchase.order", [51], amount_untaxed=round(4.59 + amount, 2))
        data = message(18, "--replace", " ", "P00051", records=tmp_path)
        assert f"PO1*512*1*BX*{sent}**".encode() in data, exported


def test_notes(tmp_path):
    """HTML becomes lines, entities become characters, no word of a long line is lost."""
    words = " ".join(f"word{i}" for i in range(200))
    html = ("<div><h2>Terms &amp; more</h2><p>a&nbsp;b &lt;c&gt; &#233;<br/>next</p><ul>"
            f"<li>one</li><li><b>t</b>wo</li></ul><p>{words}</p></div>")
    records = Records(tmp_path, 18).change("purchase.order", [46], notes=html)
    order = business(18, "P00046", records=tmp_path)
    assert order["note"][:5] == ["Terms & more", "a b <c> \u00e9", "next", "one", "two"]
    assert " ".join(order["note"][5:]) == words and max(map(len, order["note"])) <= 240
    records.change("purchase.order", [46], notes=html.replace("&#233;", "e"))
    segments, _ = values(message(18, "P00046", records=tmp_path))
    assert " ".join(s[1] for s in segments if s[0] == "MSG").endswith(words)


def test_what_fits(tmp_path):
    """Long streets are broken, a state of three letters has its place, what fits nowhere stops."""
    records = Records(tmp_path, 18)
    street = "Building of the Harbour Authority, entrance by the old lighthouse, second floor"
    records.change("res.partner", [60], street=street, name="Soci\u00e9t\u00e9")
    records.change("res.country.state", code="NSW")
    done = export(18, "P00042", records=tmp_path)
    assert done.returncode == 0 and b"beyond ASCII, such as \xc3\xa9;" in done.stderr
    segments, _ = values(done.stdout)
    at = segments.index(["N1", "SE", "Soci\u00c3\u00a9t\u00c3\u00a9", "UL", "9521000009011"])
    assert " ".join(segments[at + 1][1:]) == street and segments[at + 1][0] == "N3"
    assert segments[at + 2] == ["N4", "San Pedro", "", "90731", "US", "SP", "NSW"]
    assert back(done.stdout)["seller"]["state"] == "NSW"
    for model, field, value in (("res.partner", "city", "C" * 31),
                                ("account.incoterms", "code", "DAP"),
                                ("purchase.order", "partner_ref", "R" * 31)):
        stopped = Records(tmp_path / field, 18).change(model, **{field: value})
        done = export(18, "P00042", records=stopped.folder)
        assert done.returncode == 1 and done.stdout == b"", model
        assert re.search(r"^P00042: error: [\w.]+ ", done.stderr.decode(), re.M)


def test_bad_records(tmp_path):
    """A folder that cannot be used is a matter of configuration."""
    assert export(18, "P00042", records=tmp_path / "none").returncode == 4
    records = Records(tmp_path / "r", 18)
    (records.folder / "uom.uom.json").write_text("[{]")
    done = export(18, "P00042", records=records.folder)
    assert done.returncode == 4 and b"uom.uom.json" in done.stderr
    assert export(18, "P00042", "P00042").returncode == 2
    assert export(18).returncode == 2


@pytest.mark.parametrize("release", RELEASES)
def test_company_zone(release):
    """Without --zone the company's own counts."""
    if not pathlib.Path("/usr/share/zoneinfo/America/Los_Angeles").exists():
        pytest.skip("no zone files here")
    assert business(release, "P00042", zone=None) == business(release, "P00042")


def test_time_is_linear(tmp_path):
    """Four times the lines take about four times as long, not sixteen."""
    seconds = []
    for count in (4000, 16000):
        records = Records(tmp_path / str(count), 18)
        for model, start, template in (("purchase.order.line", 424, None),
                                       ("product.product", 201, 0),
                                       ("product.supplierinfo", 1, 0)):
            rows = records.rows(model)
            one = next(row for row in rows if row["id"] == start)
            rows = [] if template is None else rows
            for i in range(count):
                more = {"product_id": [1000 + i, "x"]} if template is None else {
                    "product_tmpl_id": [1000 + i, "x"]}
                rows.append({**one, "id": 1000 + i, **more})
            records.write(model, rows)
        records.change("purchase.order", [42], amount_untaxed=474.0 * count)
        runs = [measured("export", "--odoo", "18", "--records", records.folder, *ENVELOPE,
                         "--zone=-07:00", "P00042") for _ in range(2)]
        assert {r.exit_code for r in runs} == {0} and runs[0].output_bytes > 90 * count
        seconds.append(min(r.user_seconds for r in runs))
    assert seconds[1] < 8 * seconds[0], seconds


# ---- the page

def test_tables_of_the_page():
    """Every field that is read and every row of what can be in the way stands there."""
    page = PAGE.read_text()
    fields = page[page.index("<!-- fields -->"):page.index("## What is in the way")]
    listed = {(m, f) for m, rest in re.findall(r"^\| `([\w.]+)` \| (.*) \|$", fields, re.M)
              for f in re.findall(r"`(\w+)`", rest)}
    text = (ROOT / "src/odoo/pull_fields.def").read_text()
    assert listed == set(re.findall(r'^X\("([\w.]+)", "(\w+)"', text, re.M))
    text = (ROOT / "src/odoo/gap.def").read_text()
    rows = re.findall(r'^X\(\w+, "(WB-OUT-\d+)", (\w+), "(.*)", "(.*)"\)$', text, re.M)
    for code, stops, sentence, cure in rows:
        word = "stops" if stops == "true" else "told"
        assert f"| {code} | {word} | {sentence} | {cure} |" in page
    assert len(re.findall(r"^\| WB-OUT", page, re.M)) == len(rows) > 30


def test_fields_exist():
    """The fields that are read against the releases' own lists."""
    shared = pathlib.Path(os.environ.get("WAYBILL_SHARED", ROOT.parent / "shared"))
    table = shared / "reference" / "odoo" / "fields.tsv"
    if not table.exists():
        pytest.skip(f"{table} is not there")
    known = {}
    for row in table.read_text().splitlines()[1:]:
        model, field, *cells = row.split("\t")
        for i in range(1, 4):
            cells[i] = cells[i - 1] if cells[i].strip() == "=" else cells[i]
        known.setdefault(model, {})[field] = [c.strip() != "-" for c in cells]
    text = (ROOT / "src/odoo/pull_fields.def").read_text()
    seen = 0
    for model, field, first, last in re.findall(
            r'^X\("([\w.]+)", "(\w+)", (\d+), (\d+)', text, re.M):
        if model not in known:
            continue
        there = known[model].get(field, [False] * 4)
        assert all(there[r - 16] for r in range(int(first), int(last) + 1)), (model, field)
        seen += 1
    assert seen > 80



def commands():
    if not PAGE.exists():
        return []
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.S)
    found = []
    for block in blocks:
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            line, _, output = part.partition("\n")
            while line.endswith("\\"):
                more, _, output = output.partition("\n")
                line = line[:-1] + more.strip()
            found.append((line, output))
    return found


@pytest.mark.parametrize("index", range(len(commands())))
def test_page(index):
    """What the page shows is what the program prints."""
    if not pathlib.Path("/usr/share/zoneinfo/America/Los_Angeles").exists():
        pytest.skip("no zone files here")
    line, expected = commands()[index]
    command, _, head = line.partition(" | ")
    words = [str(ROOT / w) if w.startswith("fixtures/") else w for w in shlex.split(command)]
    assert words[0] == "waybill" and path()
    done = run(*words[1:])
    text = (done.stderr + done.stdout).decode()
    if head:
        match = re.fullmatch(r"grep (\S+)", head)
        text = "".join(s for s in done.stdout.decode().splitlines(True) if match[1] in s)
    assert text.replace(os.fspath(ROOT) + "/", "") == expected
