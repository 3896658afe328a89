"""check --format line and --format sarif: what other programs read."""
import json
import re

import pytest

from program import FIXTURES, ORDER, check_json, run

BAD = FIXTURES / "x12" / "850-bad.edi"
FILES = [*sorted((FIXTURES / "x12").glob("*.edi")),
         *sorted((FIXTURES / "x12" / "findings").glob("*.edi"))]
LEVELS = ("none", "note", "warning", "error")

# What SARIF 2.1.0 (OASIS, sections 3.13 to 3.52) asks of the objects that we write: members that
# must be there, members that may be there, and their types.
SHAPES = {
    "log": ({"version": str, "runs": list}, {"$schema": str}),
    "run": ({"tool": dict}, {"columnKind": str, "results": list, "invocations": list}),
    "tool": ({"driver": dict}, {}),
    "driver": ({"name": str}, {"version": str, "rules": list}),
    "rule": ({"id": str}, {"name": str, "shortDescription": dict, "help": dict,
                           "defaultConfiguration": dict, "properties": dict}),
    "configuration": ({}, {"level": str}),
    "text": ({"text": str}, {}),
    "result": ({"message": dict}, {"ruleId": str, "ruleIndex": int, "level": str,
                                   "locations": list, "properties": dict}),
    "location": ({}, {"physicalLocation": dict, "logicalLocations": list}),
    "physical": ({}, {"artifactLocation": dict, "region": dict}),
    "artifact": ({}, {"uri": str}),
    "region": ({}, {"startLine": int, "startColumn": int, "byteOffset": int,
                    "byteLength": int}),
    "logical": ({}, {"fullyQualifiedName": str, "kind": str}),
    "invocation": ({"executionSuccessful": bool}, {}),
}


def shaped(name, value):
    needed, allowed = SHAPES[name]
    assert isinstance(value, dict), name
    for key, kind in needed.items():
        assert isinstance(value.get(key), kind), (name, key)
    for key, item in value.items():
        assert isinstance(item, {**needed, **allowed}[key]), (name, key)
    return value


def valid(log):
    shaped("log", log)
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run_ = shaped("run", log["runs"][0])
    assert run_["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = shaped("driver", shaped("tool", run_["tool"])["driver"])
    rules = [shaped("rule", rule) for rule in driver["rules"]]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        shaped("text", rule["shortDescription"])
        shaped("text", rule["help"])
        assert shaped("configuration", rule["defaultConfiguration"])["level"] in LEVELS
    for result in run_["results"]:
        shaped("result", result)
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in LEVELS
        assert shaped("text", result["message"])["text"]
        for location in result["locations"]:
            shaped("location", location)
            physical = shaped("physical", location["physicalLocation"])
            uri = shaped("artifact", physical["artifactLocation"])["uri"]
            assert re.fullmatch(r"(file:///)?([A-Za-z0-9._~/-]|%[0-9A-F]{2})*", uri)
            region = shaped("region", physical["region"])
            assert region["byteOffset"] >= 0 and region["byteLength"] >= 0
            if "startLine" in region:
                assert region["startLine"] >= 1 and region["startColumn"] >= 1
            for logical in location["logicalLocations"]:
                shaped("logical", logical)
    for invocation in run_["invocations"]:
        shaped("invocation", invocation)
    return run_


def sarif(*arguments, stdin=b""):
    done = run("check", "--format", "sarif", *arguments, stdin=stdin)
    return valid(json.loads(done.stdout)), done.returncode


def test_sarif_says_what_json_says():
    run_, code = sarif(*FILES)
    report, json_code = check_json(*FILES)
    assert code == json_code == 3  # some fixtures hold no interchange
    expected = [(f["code"], f["offset"], f["length"], f["text"])
                for file in report["files"] for f in file["findings"]]
    got = []
    for result in run_["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        got.append((result["ruleId"], region["byteOffset"], region["byteLength"],
                    result["message"]["text"]))
    assert got == expected and len(got) > 100


def test_sarif_of_a_good_file_is_empty():
    run_, code = sarif(ORDER)
    assert code == 0 and [r for r in run_["results"] if r["level"] != "note"] == []
    assert run_["invocations"][0]["executionSuccessful"] is True


def test_sarif_says_that_a_file_was_missing():
    run_, code = sarif(BAD, "/nonexistent/file")
    assert code == 3 and run_["results"]
    assert run_["invocations"][0]["executionSuccessful"] is False


def test_sarif_names_files_as_uris(tmp_path):
    odd = tmp_path / "a b%c:\xe9.edi"
    odd.write_bytes(BAD.read_bytes())
    run_, _ = sarif(odd)
    uri = run_["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == f"file://{tmp_path}/a%20b%25c%3A%C3%A9.edi"


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_lines(file):
    done = run("check", "--verbose", "--format", "line", file)
    report, code = check_json(file)
    assert done.returncode == code
    lines = done.stdout.decode().splitlines()
    assert lines == [f"{file}:{f['line']}:{f['column']}: {f['code']}: {f['text']}"
                     for f in report["files"][0]["findings"]]


def test_lines_without_verbose_leave_notes_out():
    file = FIXTURES / "x12" / "findings" / "WB-FILE-0001.edi"
    assert b"WB-FILE-0001" in run("check", "-v", "--format", "line", file).stdout
    assert b"WB-FILE-0001" not in run("check", "--format", "line", file).stdout
