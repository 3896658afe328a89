"""The program as its users meet it: started as a process, judged by what comes out."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
ORDER = FIXTURES / "x12" / "850-medsup-order.edi"


def path():
    """The program under test, or a skip that says so."""
    program = os.environ.get("WAYBILL")
    if not program:
        pytest.skip("WAYBILL does not say where the program is")
    return program


def run(*arguments, stdin=b"", env=None, timeout=60, name=None):
    """Starts the program without a terminal; returns the finished process with bytes."""
    merged = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}
    for key in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TZ"):
        if key in os.environ:
            merged[key] = os.environ[key]
    merged.update(env or {})
    command = [name or path(), *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, env=merged, timeout=timeout,
                          check=False)


def check_json(*files, stdin=b""):
    """waybill check --format json, parsed, with the exit code."""
    done = run("check", "--format", "json", *files, stdin=stdin)
    assert done.stdout, done.stderr.decode()
    return json.loads(done.stdout), done.returncode


def findings(data):
    """The findings of bytes, without notes and advice."""
    report, _ = check_json("-", stdin=data)
    return [f for f in report["files"][0]["findings"] if f["severity"] in ("error", "warning")]


def codes(data):
    return [f["code"] for f in findings(data)]


def order(**changes):
    """The demo order with some texts replaced: order(**{"old": "new"}); each must be there."""
    data = ORDER.read_bytes()
    for old, new in changes.items():
        assert old.encode() in data, old
        data = data.replace(old.encode(), new.encode())
    return data


HEADER = ("ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*U"
          "*00401*000000001*0*P*:~")


def small_order(body, *, control="0001", group="PO", header=HEADER):
    """A whole interchange around the segments of one 850 (text, one a line); the count is right."""
    lines = [line.strip() for line in body.strip().splitlines() if line.strip()]
    segments = [f"ST*850*{control}", *lines, f"SE*{len(lines) + 2}*{control}"]
    text = header + "\n" + f"GS*{group}*SENDER*RECEIVER*20260101*1200*1*X*004010~\n"
    text += "".join(s + "~\n" for s in segments)
    return (text + "GE*1*1~\nIEA*1*000000001~\n").encode()
