"""The X12 004010 grammar against facts collected elsewhere, row by row.

Reads the .gram files with a small reader of its own, so that it does not lean on the compiler. What
differs from the facts must be a row of differences.csv, and every row there must be a difference.
The facts are looked for in $WAYBILL_SHARED or in `shared` beside the checkout.
"""

import csv
import json
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GRAMMAR = ROOT / "grammars" / "x12" / "004010"
SHARED = Path(os.environ.get("WAYBILL_SHARED") or ROOT.parent / "shared")
DICTIONARIES = SHARED / "dictionaries"
FACTS = DICTIONARIES / "x12-facts"
SEF_OF = {
    "810": "ain4010x.sef",
    "812": "ACD4010X.SEF",
    "820": "ARA4010X.SEF",
    "832": "ASC4010X.SEF",
    "846": "aib4010x.sef",
    "850": "apo4010x.sef",
    "855": "apr4010x.sef",
    "861": "Arc4010x.sef",
    "865": "aca4010x.sef",
    "867": "Apt4010x.sef",
    "997": "afa4010x.sef",
}
# These are in no SEF file: their positions are compared with nothing, and their files say so.
NO_SEF = ("824", "856", "860")
SETS = (*SEF_OF, *NO_SEF)
# This one is in no set table: its rows are compared with SEF alone.
NO_TABLE = ("861",)

needs_facts = pytest.mark.skipif(
    not FACTS.is_dir(), reason=f"no dictionaries in {SHARED} (set WAYBILL_SHARED)"
)

# ---------------------------------------------------------------- our grammar


def statements(path):
    """(words, comment) of each line; strings in quotes are one word, braces words of their own."""
    for line in path.read_text(encoding="utf-8").splitlines():
        code, _, comment = line.partition(" #") if not line.startswith("#") else ("", "", line)
        words = re.findall(r'"[^"]*"|[{}]|[^\s{}]+', code)
        if words:
            yield words, comment.strip()


class Grammar:
    def __init__(self):
        self.elements, self.parts, self.messages = {}, {}, {}
        for path in sorted(GRAMMAR.glob("*.gram")):
            rows = list(statements(path))
            assert rows[0][0] == ["edition", "1"], path
            assert rows[1][0][:3] == ["standard", "x12", "004010"], path
            self.read(rows[2:])
        with (GRAMMAR / "codes.csv").open(newline="", encoding="utf-8") as file:
            self.code_rows = list(csv.DictReader(file))

    def read(self, rows):
        part = message = None
        for words, comment in rows:
            if words[0] == "element":
                low, high = words[4].split("..")
                self.elements[words[1]] = {
                    "name": words[2].strip('"'),
                    "type": words[3],
                    "min": int(low),
                    "max": int(high),
                    "codes": words[6] if len(words) > 6 else None,
                }
            elif words[0] in ("segment", "composite"):
                part = {"name": words[2].strip('"'), "places": [], "notes": [], "pairs": None}
                self.parts[words[1]] = part
            elif words[0] == "message":
                message = {"name": words[2].strip('"'), "group": words[4], "lines": []}
                self.messages[words[1]] = message
            elif part is not None:
                part = self.read_part(part, words, comment)
            elif message is not None:
                message["lines"].append(words)

    def read_part(self, part, words, comment):
        if words == ["}"]:
            return None
        if words[0] == "note":
            part["notes"].append(words[1])
        elif words[0] == "pairs":
            part["pairs"] = tuple(int(w) for w in words[1].split(".."))
        else:
            assert int(words[0]) == len(part["places"]) + 1, words
            part["places"].append(
                {"id": words[1], "req": words[2], "marks": words[3:], "comment": comment}
            )
        return part

    def nodes(self, name):
        """(depth, is loop, tag, position, requirement, maximum, area, prefer) in order."""
        depth, area, loops = 0, None, []
        for words in self.messages[name]["lines"]:
            if words[0] in ("heading", "detail", "summary"):
                area = words[0]
            elif words == ["}"]:
                if loops:
                    loops.pop()
            else:
                loop = words[1] == "loop"
                tag, req, top = words[2:5] if loop else words[1:4]
                yield len(loops), loop, tag, int(words[0]), req, top, area, "prefer" in words
                if loop:
                    assert words[-1] == "{", words
                    loops.append(tag)


@pytest.fixture(scope="module")
def ours():
    return Grammar()


def note_places(note):
    return [int(note[i : i + 2]) for i in range(1, len(note), 2)]


def relational(notes):
    """Places that a note makes needed or forbidden: all but the condition of C and L."""
    out = set()
    for note in notes:
        places = note_places(note)
        out |= set(places[1:] if note[0] in "CL" else places)
    return out


# ---------------------------------------------------------------- the facts


def set_table(name):
    text = (FACTS / "x12_set_tables_004010_005010.txt").read_text()
    table = re.search(rf"^== 004010 {name}\n(.*?)(?=^== |\Z)", text, re.M | re.S).group(1)
    for line in table.splitlines():
        if not line.strip():
            continue
        words = line.split()
        depth = (len(line) - len(line.lstrip())) // 2
        low, high = words[-1].split("/")
        loop = words[0] == "LOOP"
        yield depth, loop, words[1] if loop else words[0], "O" if low == "0" else "M", high


def sef(name, section):
    text = (DICTIONARIES / "sef" / name).read_text(encoding="latin-1").replace("\r", "")
    body = re.search(rf"^\.{section}\n(.*?)(?=^\.[A-Z])", text, re.M | re.S).group(1)
    return dict(line.split("=", 1) for line in body.splitlines() if "=" in line)


def sef_table(name):
    """The rows of a set as set_table has them: a trigger stands once, LS .. LE is a loop."""
    depth, begins, out = 0, None, []
    for opens, top, segment, closes in re.findall(
        r"(\{):?(>1|\d+)?(?:\+\d+)?|\[([^\]]*)\]|(\})", sef(SEF_OF[name], "SETS")[name]
    ):
        if opens:
            begins = top or "1"
        elif closes:
            depth -= 1
        else:
            tag, *rest = segment.split(",")
            tag = re.match(r"\.?([A-Z0-9]+)", tag).group(1)
            req = "M" if rest and rest[0] == "M" else "O"
            most = rest[1] if len(rest) > 1 else "1"
            if tag == "LS":
                begins = most
            if tag == "LE":
                req = "M"
            if begins:
                out.append((depth, True, tag, req, begins))
                depth, req, most, begins = depth + 1, "M", "1", None
            out.append((depth, False, tag, req, most))
            depth -= tag == "LE"
    return out


def sef_positions(name):
    """(tag, position, area number): +N changes the step, ^ begins an area."""
    at, step, area, out = 0, 10, 0, []
    for plus, segment, caret in re.findall(
        r"\+(\d+)|\[([^\]]*)\]|(\^)", sef(SEF_OF[name], "SETS")[name]
    ):
        if plus:
            step = int(plus)
        elif caret:
            at, step, area = 0, 10, area + (1 if out else 0)
        else:
            at += step
            out.append((re.match(r"\.?([A-Z0-9]+)", segment).group(1), at, area))
    return out


def sef_places(spec):
    """Element ids, requirements and notes of [..]{n..}+notes."""
    spec, _, notes = spec.partition("+")
    while re.search(r"\{(\d+)((?:\[[^\]]*\])+)\}", spec):
        spec = re.sub(
            r"\{(\d+)((?:\[[^\]]*\])+)\}", lambda m: m.group(2) * int(m.group(1)), spec, count=1
        )
    places = [p.split(",") for p in re.findall(r"\[([^\]]*)\]", spec)]
    return [(p[0], "M" if "M" in p[1:] else "O") for p in places], re.findall(
        r"[PRECL](?:\d\d)+", notes
    )


def segment_facts():
    """Elements with requirement and notes of each segment; from SEF what the facts do not have."""
    facts = json.loads((FACTS / "x12_used_segments.json").read_text())["004010"]
    with (FACTS / "x12_004010_elements.tsv").open() as file:
        elements = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
    absent = {"type": "", "min": "", "max": ""}
    for tag, spec in sef(SEF_OF["850"], "SEGS").items():
        if tag not in facts:
            found = re.match(r"(\[[^\]]*\]|\{\d+(\[[^\]]*\])+\})+(\+[PRECL\d]+)?", spec)
            if not found:
                continue
            places, notes = sef_places(found.group())
            facts[tag] = {
                "elements": [{"id": e, "req": r, **elements.get(e, absent)} for e, r in places],
                "notes": notes,
            }
    return facts


def next_code(code):
    """A code list of SEF counts on in the last character, carrying over."""
    at = list(code)
    for i in range(len(at) - 1, -1, -1):
        if at[i] == "9":
            at[i] = "0"
        elif at[i] == "Z":
            at[i] = "A"
        else:
            at[i] = chr(ord(at[i]) + 1)
            return "".join(at)
    raise ValueError(code)


def sef_codes():
    lists = {}
    for element, spec in sef(SEF_OF["850"], "CODES").items():
        codes = set()
        for word in spec.partition("%")[0].split(","):
            first, _, last = word.partition(":")
            codes.add(first)
            while last and first != last:
                first = next_code(first)
                codes.add(first)
        lists[element] = codes
    return lists


def other_codes(element):
    path = DICTIONARIES / "codes" / "code-lists" / f"{element}.tsv"
    if not path.exists():
        return {}
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows if row[0]}


def element_key(element):
    return (element[0].isalpha(), int(re.sub(r"\D", "", element)))


# ---------------------------------------------------------------- comparing


def compare_elements(ours):
    with (FACTS / "x12_004010_elements.tsv").open() as file:
        facts = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
    for name, element in ours.elements.items():
        fact = facts.get(name)
        yield (
            f"element {name}",
            f"{element['type']} {element['min']}..{element['max']}",
            f"{fact['type']} {fact['min']}..{fact['max']}" if fact else "absent",
        )


def compare_segments(ours):
    facts = segment_facts()
    for tag in sorted(used_tags(ours)):
        places = ours.parts[tag]["places"]
        fact = facts.get(tag, {"elements": [], "notes": []})
        x = relational(fact["notes"])
        for no in range(1, max(len(places), len(fact["elements"])) + 1):
            here = there = "absent"
            if no <= len(places):
                place = places[no - 1]
                element = ours.elements.get(place["id"])
                kind = f"{element['type']} {element['min']}..{element['max']}" if element else "-"
                here = f"{place['id']} {place['req']} {kind}"
            if no <= len(fact["elements"]):
                e = fact["elements"][no - 1]
                req = "M" if e["req"] == "M" else "X" if no in x else "O"
                kind = f"{e['type']} {e['min']}..{e['max']}" if e["type"] else "-"
                there = f"{e['id']} {req} {kind}"
            yield f"segment {tag} {no:02}", here, there
        yield (
            f"segment {tag} notes",
            " ".join(sorted(ours.parts[tag]["notes"])),
            " ".join(sorted(fact["notes"])),
        )


def compare_composites(ours):
    facts = sef(SEF_OF["850"], "COMS")
    used = {
        place["id"]
        for tag in used_tags(ours)
        for place in ours.parts[tag]["places"]
        if place["id"] not in ours.elements
    }
    for name in sorted(used):
        part = ours.parts[name]
        places, notes = sef_places(facts[name])
        x = relational(notes)
        there = [
            f"{e} {'M' if req == 'M' else 'X' if no in x else 'O'}"
            for no, (e, req) in enumerate(places, 1)
        ]
        here = [f"{p['id']} {p['req']}" for p in part["places"]]
        yield f"composite {name}", "; ".join(here + part["notes"]), "; ".join(there + notes)


def tables(name):
    """(where it is from, its rows) for each source that has the message."""
    if name not in NO_TABLE:
        yield "", set_table(name)
    if name in SEF_OF:
        yield " of SEF", sef_table(name)


def compare_rows(place, here, there):
    for i in range(max(len(here), len(there))):
        yield (
            place.format(i + 1),
            here[i] if i < len(here) else "absent",
            there[i] if i < len(there) else "absent",
        )


def compare_messages(ours):
    for name in SETS:
        here = [
            f"{'loop ' if loop else ''}{tag} {req} {top} depth {depth}"
            for depth, loop, tag, _, req, top, _, _ in ours.nodes(name)
        ]
        for source, rows in tables(name):
            there = [
                f"{'loop ' if loop else ''}{tag} {req} {top} depth {depth}"
                for depth, loop, tag, req, top in rows
            ]
            yield from compare_rows(f"message {name} row {{}}{source}", here, there)
        if name in SEF_OF:
            areas = ["heading", "detail", "summary"]
            here = [
                f"{tag} {at} {areas.index(area)}"
                for _, loop, tag, at, _, _, area, _ in ours.nodes(name)
                if not loop
            ]
            there = [" ".join(map(str, row)) for row in sef_positions(name)]
            yield from compare_rows(f"message {name} segment {{}} position", here, there)


def compare_codes(ours):
    from_sef = sef_codes()
    mine = {}
    for row in ours.code_rows:
        mine.setdefault(row["element"], set()).add(row["code"])
    for name, element in ours.elements.items():
        if element["type"] != "ID":
            continue
        first, second = from_sef.get(name, set()), set(other_codes(name))
        there = None
        if first | second:
            there = "closed" if first == second else "open"
        yield f"element {name} codes", element["codes"] or "none", there or "none"
        for code in sorted(mine.get(name, set()) ^ (first | second)):
            known = code in mine.get(name, set())
            yield (
                f"element {name} code {code}",
                "present" if known else "absent",
                "absent" if known else "present",
            )


def used_tags(ours):
    tags = {tag for name in SETS for _, loop, tag, *_ in ours.nodes(name) if not loop}
    return tags | {"ISA", "IEA", "GS", "GE", "TA1"}


PARTS = {
    "elements": compare_elements,
    "segments": compare_segments,
    "composites": compare_composites,
    "messages": compare_messages,
    "codes": compare_codes,
}


def known_differences():
    with (GRAMMAR / "differences.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@needs_facts
@pytest.mark.parametrize("part", PARTS)
def test_rows_equal_the_facts(ours, part):
    known = {(row["place"], row["ours"], row["facts"]) for row in known_differences()}
    rows = list(PARTS[part](ours))
    assert len(rows) > 3
    differing = [row for row in rows if row[1] != row[2]]
    unknown = [row for row in differing if row not in known]
    for place, here, there in differing:
        print(f"{place}: ours {here}, facts {there}")
    assert not unknown, "not in differences.csv:\n" + "\n".join(
        f"{place}: ours {here}, facts {there}" for place, here, there in unknown
    )


@needs_facts
def test_listed_differences_are_real(ours):
    differing = {row for part in PARTS.values() for row in part(ours) if row[1] != row[2]}
    for row in known_differences():
        assert (row["place"], row["ours"], row["facts"]) in differing, row
        assert len(row["reason"].split()) > 3, row


@needs_facts
def test_every_element_of_the_used_segments_is_declared(ours):
    """What is compared above are our rows; this is the other direction."""
    facts = segment_facts()
    composites = sef(SEF_OF["850"], "COMS")
    tags = {row[2] for name in SETS for _, rows in tables(name) for row in rows}
    tags |= {"ISA", "IEA", "GS", "GE", "TA1"}
    assert tags == used_tags(ours)
    wanted = {e["id"] for tag in tags for e in facts[tag]["elements"]}
    for name in [w for w in wanted if w.startswith("C")]:
        assert name in ours.parts
        wanted |= {e for e, _ in sef_places(composites[name])[0]}
    wanted = {w for w in wanted if not w.startswith("C")}
    assert wanted == set(ours.elements)


@needs_facts
def test_words_are_our_own(ours):
    """No title of more than two words and no meaning of more than two words is copied."""
    titles = (DICTIONARIES / "codes" / "elements.tsv").read_text(encoding="utf-8").splitlines()
    titles = {row.split("\t")[0]: row.split("\t")[1] for row in titles[1:]}
    copied = [
        (name, element["name"])
        for name, element in ours.elements.items()
        if len(element["name"].split()) > 2
        and element["name"].lower() == titles.get(name, "").lower()
    ]
    meanings = {}
    for row in ours.code_rows:
        element, label = row["element"], row["label"]
        if len(label.split()) > 2:
            meanings.setdefault(element, other_codes(element))
            if meanings[element].get(row["code"], "").lower() == label.lower():
                copied.append((element, row["code"], label))
    for kind, names in (("segments", ours.parts), ("transaction-sets", ours.messages)):
        rows = (DICTIONARIES / "codes" / f"{kind}.tsv").read_text(encoding="utf-8").splitlines()
        at = rows[0].split("\t").index("name" if kind == "segments" else "description")
        official = {row.split("\t")[0]: row.split("\t")[at] for row in rows[1:]}
        copied += [
            (tag, part["name"])
            for tag, part in names.items()
            if len(part["name"].split()) > 2
            and part["name"].lower() == official.get(tag, "").lower()
        ]
    assert not copied, copied


# ---------------------------------------------------------------- without the facts


def test_comments_are_the_names(ours):
    for tag, part in ours.parts.items():
        for no, place in enumerate(part["places"], 1):
            named = ours.elements.get(place["id"]) or ours.parts.get(place["id"])
            assert named, f"{tag} {no:02}: {place['id']} is not declared"
            assert place["comment"] == named["name"], f"{tag} {no:02}"


def test_requirements_follow_the_notes(ours):
    for tag, part in ours.parts.items():
        x = relational(part["notes"])
        for note in part["notes"]:
            places = note_places(note)
            assert len(set(places)) == len(places) > 1, f"{tag} {note}"
            assert max(places) <= len(part["places"]), f"{tag} {note}"
        for no, place in enumerate(part["places"], 1):
            assert place["req"] in "MOX"
            if place["req"] != "M":
                assert (place["req"] == "X") == (no in x), f"{tag} {no:02}"


def test_marks_fit(ours):
    for tag, part in ours.parts.items():
        marks = [m for place in part["places"] for m in place["marks"]]
        assert marks.count("qualifier") <= 1, tag
        assert set(marks) <= {"qualifier", "value"}, tag
        for place in part["places"]:
            if "qualifier" in place["marks"]:
                assert ours.elements[place["id"]]["codes"], f"{tag}: no code list"
        if part["pairs"]:
            low, high = part["pairs"]
            assert (high - low) % 2 == 1 and high <= len(part["places"]), tag
            kinds = {part["places"][no - 1]["id"] for no in range(low, high, 2)}
            values = {part["places"][no]["id"] for no in range(low, high, 2)}
            assert len(kinds) == 1 and len(values) == 1, tag
            bound = [set(note_places(note)) for note in part["notes"] if note[0] in "PC"]
            for no in range(low, high, 2):
                mandatory = part["places"][no - 1]["req"] == "M"
                assert mandatory or any({no, no + 1} <= b for b in bound), f"{tag} {no:02}"


def test_codes_are_sorted_and_belong(ours):
    keys = [(element_key(r["element"]), r["code"].encode()) for r in ours.code_rows]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    lists = {r["element"] for r in ours.code_rows}
    assert lists == {name for name, e in ours.elements.items() if e["codes"]}
    for row in ours.code_rows:
        element = ours.elements[row["element"]]
        assert element["type"] == "ID", row
        assert len(row["code"]) <= element["max"], row
        assert len(row["label"].split()) <= 6 and "," not in row["label"], row
    assert sum(1 for r in ours.code_rows if r["label"]) >= 600


def test_names_are_short(ours):
    for thing in [*ours.elements.values(), *ours.parts.values(), *ours.messages.values()]:
        assert 1 <= len(thing["name"].split()) <= 5, thing["name"]


def test_elements_are_in_order_and_used(ours):
    names = list(ours.elements)
    assert names == sorted(names, key=element_key)
    used = {place["id"] for part in ours.parts.values() for place in part["places"]}
    assert set(names) <= used
    assert {p for p in used if p not in ours.elements} <= set(ours.parts)


# ---------------------------------------------------------------- loops
# Which place takes a segment is proved by the grammar compiler (docs/language.md), not here.


def build_tree(ours, name):
    root = {"tag": None, "kids": [], "up": None, "prefer": False}
    stack = [root]
    for depth, loop, tag, _, _, _, _, prefer in ours.nodes(name):
        del stack[depth + 1 :]
        node = {"tag": tag, "loop": loop, "kids": [], "up": stack[-1], "prefer": prefer}
        stack[-1]["kids"].append(node)
        if loop:
            stack.append(node)
    return root


@pytest.mark.parametrize("name", SETS)
def test_loops_begin_with_their_trigger(ours, name):
    def walk(node):
        positions = []
        for kid in node["kids"]:
            if kid["loop"]:
                assert kid["kids"][0]["tag"] == kid["tag"]
                assert not kid["kids"][0]["loop"]
            walk(kid)
            positions.append(kid)

    walk(build_tree(ours, name))
    last = {}
    for depth, loop, tag, position, req, top, area, _ in ours.nodes(name):
        assert last.get(area, 0) <= position, f"{tag} at {position}"
        last[area] = position
