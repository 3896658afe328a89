"""The sum of tools/check: nothing that failed or did not run is counted as good."""
import importlib.util
import json
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture
def steps(monkeypatch):
    spec = importlib.util.spec_from_file_location("check_steps", ROOT / "tools" / "check_steps.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.said = (0, "")
    monkeypatch.setattr(module, "run", lambda command, env=None: module.during(command))
    module.during = lambda command: module.said
    return module


def meson(steps, tree, *records):
    def write(command):
        (tree / "meson-logs").mkdir(exist_ok=True)
        lines = [json.dumps({"name": "room", "returncode": 0, **record}) for record in records]
        (tree / "meson-logs" / "testlog.json").write_text("\n".join(lines))
        return steps.said
    steps.during = write
    total = steps.Sum()
    steps.unit_tests(total, "tree", tree, {})
    return total


def test_tap(steps, tmp_path):
    total = meson(steps, tmp_path, {"result": "OK", "stdout": "1..2\nok 1 - a\nok 2 - b\n"},
                  {"result": "OK", "stdout": "1..1\nok 1 - c\n"})
    assert (total.passed, total.failed, total.skipped) == (3, [], [])


def test_tap_failure(steps, tmp_path):
    total = meson(steps, tmp_path, {"result": "FAIL", "returncode": 1,
                                    "stdout": "1..2\nok 1 - a\nnot ok 2 - b\n"})
    assert total.passed == 1
    assert total.failed == ["tree: room: b"]


@pytest.mark.parametrize("result", ["FAIL", "TIMEOUT", "ERROR", "INTERRUPT"])
def test_crash_after_good_tests(steps, tmp_path, result):
    total = meson(steps, tmp_path, {"result": result, "returncode": -11, "stdout": "ok 1 - a\n",
                                    "stderr": "Segmentation fault"})
    assert total.passed == 1
    assert total.failed == [f"tree: room ({result})"]


def test_skips_are_listed(steps, tmp_path):
    total = meson(steps, tmp_path, {"result": "SKIP", "stdout": "1..0 # SKIP no corpus\n"},
                  {"result": "FAIL", "stdout": "1..2\nok 1 - a\nnot ok 2 # SKIP corpus\n"})
    assert total.passed == 1
    assert total.failed == []
    assert len(total.skipped) == 2
    assert total.skipped[0] == "tree: room: no corpus"


def test_skip_does_not_hide_a_crash(steps, tmp_path):
    total = meson(steps, tmp_path, {"result": "FAIL", "returncode": 1,
                                    "stdout": "1..2\nnot ok 1 # SKIP corpus\n"},
                  {"result": "FAIL", "returncode": 1, "stdout": "1..0 # SKIP why\n"})
    assert len(total.failed) == 2


def test_program_without_tap(steps, tmp_path):
    total = meson(steps, tmp_path, {"result": "OK"}, {"result": "FAIL", "returncode": 1})
    assert total.passed == 1
    assert len(total.failed) == 1


def test_no_log_is_a_failure(steps, tmp_path):
    total = steps.Sum()
    (tmp_path / "meson-logs").mkdir()
    (tmp_path / "meson-logs" / "testlog.json").write_text('{"name": "old", "result": "OK"}')
    steps.unit_tests(total, "tree", tmp_path, {})
    steps.unit_tests(total, "tree", None, {})
    assert (total.passed, len(total.failed)) == (0, 2)


def outside(steps, tree, code, xml):
    (tree / "src" / "cli").mkdir(parents=True)
    (tree / "src" / "cli" / "waybill").write_text("")

    def write(command):
        if xml is not None:
            whole = f"<testsuites><testsuite>{xml}</testsuite></testsuites>"
            (tree / "pytest.xml").write_text(whole)
        return code, ""
    steps.during = write
    total = steps.Sum()
    steps.outside_tests(total, "tree", tree, {})
    return total


def test_outside(steps, tmp_path):
    total = outside(steps, tmp_path, 1, """
        <testcase classname="a" name="good"/>
        <testcase classname="a" name="bad"><failure message="m">why</failure></testcase>
        <testcase classname="a" name="broken"><error message="m"/></testcase>
        <testcase classname="a" name="later"><skipped message="no corpus"/></testcase>""")
    assert total.passed == 1
    assert total.failed == ["tree: a.bad", "tree: a.broken"]
    assert total.skipped == ["tree: a.later: no corpus"]


@pytest.mark.parametrize("code, xml", [
    (None, "<testcase/>"), (2, "<testcase/>"), (5, ""), (0, None)])
def test_outside_that_did_not_end(steps, tmp_path, code, xml):
    total = outside(steps, tmp_path, code, xml)
    assert (total.passed, len(total.failed)) == (0, 1)


def test_outside_without_program(steps, tmp_path):
    total = steps.Sum()
    steps.outside_tests(total, "tree", tmp_path, {})
    steps.outside_tests(total, "tree", None, {})
    assert (total.passed, len(total.failed)) == (0, 2)


@pytest.mark.parametrize("code, said, passed, failed", [
    (0, "a\n3 passed, 0 failed\n", 3, []),
    (1, "3 passed, 2 failed\n", 3, ["tool 1", "tool 2"]),
    (1, "f:1: [sizes] x\nf:2: [words] x\n3 passed, 2 failed\n", 3, ["tool sizes", "tool words"]),
    (2, "3 passed, 0 failed\n", 0, ["tool did not run to its end"]),
    (None, "3 passed, 0 failed\n", 0, ["tool did not run to its end"]),
    (0, "nothing\n", 0, ["tool did not run to its end"])])
def test_tools(steps, code, said, passed, failed):
    steps.said = (code, said)
    total = steps.Sum()
    steps.counted(total, "tool", ["tool"])
    assert (total.passed, total.failed) == (passed, failed)


def test_broken_build_is_one_failure(steps, tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    steps.said = (1, "cc: error")
    total = steps.Sum()
    assert steps.build(total, "release") is None
    assert (total.passed, total.failed) == (0, ["build of build-release"])
