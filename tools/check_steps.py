"""The steps of tools/check, which is how to start them.

Each step adds to one sum. What cannot be run counts as failed, under its name; what skips itself
is listed with its reason. A build tree is used again, and made anew when it cannot be.

What the tests see: WAYBILL the program, WAYBILL_SOURCE the checkout, WAYBILL_BUILD the tree, and
WAYBILL_BLESS=1 when golden files are to be written.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = "src/cli/waybill"
OTHER_ZONE = "Asia/Kathmandu"
STEP_SECONDS_MAX = 1800
FUZZ_SECONDS = 5
FUZZ_SECONDS_FULL = 60
SHOWN_LINES = 80
# Tests of tools, which say the same of every tree.
TOOLS_TESTS = ["tests/test_tidy.py", "tests/test_check_steps.py"]

ASAN_OPTIONS = "detect_stack_use_after_return=1:strict_string_checks=1"
SANITIZED = ["-Dbuildtype=debugoptimized", "-Db_sanitize=address,undefined", "-Db_lundef=false"]
TREES = {
    "release": ("gcc", ["-Dbuildtype=release"]),
    "asan": ("gcc", SANITIZED),
    "clang": ("clang", SANITIZED),
}


class Sum:
    """What passed, what failed and what skipped itself, so far."""

    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def fail(self, name, output=""):
        self.failed.append(name)
        lines = output.strip().splitlines()
        print(f"   FAILED {name}")
        for line in lines[-SHOWN_LINES:]:
            print(f"      {line}")
        sys.stdout.flush()


def environment(**more):
    env = {name: value for name, value in os.environ.items() if not name.startswith("WAYBILL")}
    env.update({"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "WAYBILL_SOURCE": str(ROOT),
                "UBSAN_OPTIONS": "print_stacktrace=1", "ASAN_OPTIONS": ASAN_OPTIONS,
                "MESON_TESTTHREADS": str(cores())})
    env.update(more)
    return env


def cores():
    return len(os.sched_getaffinity(0))


def run(command, env=None):
    """The exit code (None when it did not end) and what was said."""
    try:
        done = subprocess.run(command, cwd=ROOT, env=env or environment(), text=True,
                              errors="replace", stdin=subprocess.DEVNULL, timeout=STEP_SECONDS_MAX,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired as stopped:
        said = stopped.output or b""
        said = said.decode(errors="replace") if isinstance(said, bytes) else said
        return None, f"{said}\nstopped after {STEP_SECONDS_MAX} s"
    return done.returncode, done.stdout


def configure(tree, compiler, options):
    env = environment(CC=compiler)
    code, said = 1, ""
    if (tree / "build.ninja").is_file():
        code, said = run(["meson", "setup", "--reconfigure", *options, str(tree)], env)
    if code != 0:
        # New, cut off on the way, or brought here from another place.
        shutil.rmtree(tree, ignore_errors=True)
        code, said = run(["meson", "setup", *options, str(tree)], env)
    return code, said


def build(total, name):
    """The tree, or None."""
    compiler, options = TREES[name]
    tree = ROOT / f"build-{name}"
    code, said = configure(tree, compiler, options)
    if code == 0:
        code, said = run(["ninja", "-C", str(tree), "-k", "0"])
    if code != 0:
        only = [line for line in said.splitlines() if not line.startswith("[")]
        total.fail(f"build of build-{name}", "\n".join(only))
        return None
    total.passed += 1
    return tree


def count_tap(total, name, test):
    """One program of `meson test`, counted in its own tests."""
    said = test.get("stdout") or ""
    failed = 0
    for line in said.splitlines():
        match = re.match(r"(ok|not ok)\b\s*\d*\s*-?\s*(.*)", line)
        if match is None:
            continue
        if "# SKIP" in line:
            total.skipped.append(f"{name}: {match[2]}")
        elif match[1] == "ok":
            total.passed += 1
        else:
            failed += 1
            total.fail(f"{name}: {match[2]}")
    if failed:
        print("\n".join("      " + s for s in said.splitlines() if s.startswith("#")))
    return failed


def unit_tests(total, name, tree, env):
    if tree is None:
        total.fail(f"{name}: unit tests, for there is no build")
        return
    log = tree / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    code, said = run(["meson", "test", "-C", str(tree), "--no-rebuild", "--num-processes",
                      str(cores()), "--timeout-multiplier", "6"], env)
    records = log.read_text().splitlines() if log.is_file() else []
    if code is None or not records:
        total.fail(f"{name}: unit tests did not run to their end", said)
        return
    for record in map(json.loads, records):
        title = f"{name}: {record['name']}"
        failed = count_tap(total, title, record)
        result = record["result"]
        told = (record.get("stdout") or "") + (record.get("stderr") or "")
        whole = re.search(r"^1\.\.0 # SKIP ?(.*)", told, re.MULTILINE)
        if result in ("OK", "SKIP") and (whole or (result == "SKIP" and "# SKIP" not in told)):
            total.skipped.append(f"{title}: {whole[1]}" if whole else title)
        elif result not in ("OK", "SKIP"):
            if failed == 0 and record.get("returncode") == 0 and "# SKIP" in told:
                continue  # cmocka says "not ok # SKIP", which meson takes for a failure
            if failed == 0:
                total.fail(f"{title} ({result})", told)
            elif record.get("stderr"):
                print("\n".join("      " + s for s in record["stderr"].splitlines()[-SHOWN_LINES:]))
        elif result == "OK" and not re.search(r"^(not )?ok\b", told, re.MULTILINE):
            total.passed += 1


def outside_tests(total, name, tree, env, ignored=()):
    if tree is None or not (tree / PROGRAM).is_file():
        total.fail(f"{name}: tests from outside, for there is no program")
        return
    report = tree / "pytest.xml"
    report.unlink(missing_ok=True)
    # The sanitizers' own exit code, so that no test takes their end for one of waybill's.
    env = {**env, "WAYBILL": str(tree / PROGRAM), "WAYBILL_BUILD": str(tree),
           "ASAN_OPTIONS": f"{ASAN_OPTIONS}:exitcode=99", "LSAN_OPTIONS": "exitcode=99",
           "UBSAN_OPTIONS": "print_stacktrace=1:exitcode=99"}
    code, said = run(["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                      "--tb=short", f"--junitxml={report}",
                      *(f"--ignore={path}" for path in ignored), "tests"], env)
    if code not in (0, 1) or not report.is_file():
        total.fail(f"{name}: tests from outside did not run to their end", said)
        return
    for case in ElementTree.parse(report).iter("testcase"):
        title = f"{name}: {case.get('classname')}.{case.get('name')}"
        broken = [*case.findall("failure"), *case.findall("error")]
        skip = case.find("skipped")
        if broken:
            total.fail(title, "\n".join(part.text or part.get("message") or "" for part in broken))
        elif skip is not None:
            total.skipped.append(f"{title}: {skip.get('message')}")
        else:
            total.passed += 1


def counted(total, name, command):
    """A tool of ours that ends in `N passed, N failed`."""
    code, said = run(command)
    match = re.search(r"^(\d+) passed, (\d+) failed$", said, re.MULTILINE)
    if code not in (0, 1) or match is None:
        total.fail(f"{name} did not run to its end", said)
        return
    total.passed += int(match[1])
    print("\n".join("   " + line for line in said.splitlines()[:-1]))
    failed = int(match[2])
    rules = sorted(set(re.findall(r":\d+: \[(\w+)\] ", said)))
    names = rules if len(rules) == failed else range(1, failed + 1)
    total.failed += [f"{name} {which}" for which in names]


def steps(args, total):
    """Pairs of a title and what to do; the trees are made on the way."""
    trees = {}

    def make(name):
        trees[name] = build(total, name)

    def tidy():
        if trees["release"] is None:
            counted(total, "tools/tidy", ["tools/tidy"])
        else:
            counted(total, "tools/tidy", ["tools/tidy", "--build", str(trees["release"])])

    def fuzz():
        seconds = FUZZ_SECONDS_FULL if args.full else FUZZ_SECONDS
        counted(total, "tools/fuzz", ["tools/fuzz", str(seconds)])

    def both(name, tree, ignored=(), **env):
        unit_tests(total, name, trees[tree], environment(**env))
        outside_tests(total, name, trees[tree], environment(**env), ignored)

    yield "release: build", lambda: make("release")
    if args.bless:
        yield "golden files", lambda: both("bless", "release", TOOLS_TESTS, WAYBILL_BLESS="1")
    yield "release: tests", lambda: both("release", "release")
    yield "tidy", tidy
    yield "asan: build", lambda: make("asan")
    yield "asan: tests", lambda: both("asan", "asan", TOOLS_TESTS)
    if args.full:
        yield "clang: build", lambda: make("clang")
        yield "clang: tests", lambda: both("clang", "clang", TOOLS_TESTS)
        yield OTHER_ZONE, lambda: other_zone(total, both)
    yield "fuzz", fuzz


def other_zone(total, both):
    if not pathlib.Path("/usr/share/zoneinfo", OTHER_ZONE).is_file():
        total.fail(f"{OTHER_ZONE}: this system does not know the zone")
        return
    both(OTHER_ZONE, "release", TOOLS_TESTS, TZ=OTHER_ZONE)


def main():
    parser = argparse.ArgumentParser(prog="tools/check")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--bless", action="store_true")
    args = parser.parse_args()
    total = Sum()
    begun = time.monotonic()
    for title, step in steps(args, total):
        print(f"== {title}", flush=True)
        at = time.monotonic()
        passed, failed = total.passed, len(total.failed)
        step()
        print(f"   {total.passed - passed} passed, {len(total.failed) - failed} failed, "
              f"{time.monotonic() - at:.0f} s", flush=True)
    print(f"== sum, {time.monotonic() - begun:.0f} s")
    for line in total.skipped:
        print(f"   skipped {line}")
    for line in total.failed:
        print(f"   FAILED {line}")
    print(f"{total.passed} passed, {len(total.failed)} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
