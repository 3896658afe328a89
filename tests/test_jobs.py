"""--jobs N: the same bytes for every N, whatever the files are; and workers that die."""
import json
import os
import pty
import re
import select
import signal
import subprocess
import time

import pytest

from program import FIXTURES, ORDER, path, run

FILES = ["/nonexistent/first", *sorted((FIXTURES / "x12").glob("*.edi")),
         *sorted((FIXTURES / "x12").glob("*.txt")),
         *sorted((FIXTURES / "x12" / "findings").glob("*.edi")), "/nonexistent/last"]
FORMS = [["check"], ["check", "--format", "json"], ["check", "--format", "sarif"],
         ["check", "--format", "line"],
         ["ls"], ["ls", "--format", "json"], ["ack"], ["ack", "--control", "999999990"],
         ["translate", "--to", "business"], ["translate", "--to", "json"]]


def same(*command, files=FILES, jobs=(2, 3, 16)):
    one = run(*command, *files)
    for n in jobs:
        many = run(*command, "--jobs", n, *files)
        assert many.stdout == one.stdout, (command, n)
        assert many.stderr == one.stderr, (command, n)
        assert many.returncode == one.returncode, (command, n)
    return one


@pytest.mark.parametrize("command", FORMS, ids=" ".join)
def test_same_for_every_number(command):
    done = same(*command)
    assert done.returncode == 3 and done.stdout and b"/nonexistent/first" in done.stderr
    if "translate" not in command and ("json" in command or "sarif" in command):
        json.loads(done.stdout)


@pytest.mark.parametrize("command", FORMS, ids=" ".join)
def test_same_when_nothing_can_be_read(command):
    done = same(*command, files=["/nonexistent/1", "/nonexistent/2", "/nonexistent/3"], jobs=(2, 8))
    assert done.returncode == 3 or done.returncode == 2


def test_answers_are_numbered_through():
    multi = FIXTURES / "x12" / "850-multi.edi"
    done = same("ack", "--control", "999999998", files=[multi, ORDER, multi], jobs=(2, 3))
    heads = re.findall(rb"ISA.{87}(\d{9})", done.stdout)
    tails = re.findall(rb"IEA.\d+.(\d{9})", done.stdout)
    assert heads == tails == [b"999999998", b"999999999", b"000000001", b"000000002", b"000000003"]


def test_one_answer_is_as_it_was():
    one, two = run("ack", ORDER), run("ack", ORDER, ORDER)
    assert two.stdout.startswith(one.stdout)
    again = run("ack", "--control", "2", ORDER).stdout
    assert two.stdout == one.stdout + again


@pytest.mark.parametrize("command", [["ack"], ["translate", "--to", "business"]], ids=" ".join)
def test_results_of_all_go_to_one_file(command, tmp_path):
    target = tmp_path / "out"
    for jobs in (1, 3):
        done = run(*command, "-o", target, "--jobs", jobs, *FILES)
        plain = run(*command, "--jobs", jobs, *FILES)
        assert done.stdout == b"" and target.read_bytes() == plain.stdout
        assert done.returncode == plain.returncode == 3 and done.stderr == plain.stderr
        target.unlink()


def test_several_documents_are_one_a_line():
    lines = run("translate", "--to", "business", ORDER, ORDER).stdout.splitlines()
    assert len(lines) == 2 and json.loads(lines[0]) == json.loads(lines[1])
    assert run("translate", "--to", "xml", ORDER, ORDER).returncode == 2
    assert run("translate", "--to", "x12", ORDER, ORDER).returncode == 2


def test_same_when_only_the_last_can_be_read():
    done = same("check", "--format", "json", files=["/nonexistent/1", "/nonexistent/2", ORDER])
    assert len(json.loads(done.stdout)["files"]) == 1


def test_long_texts_wait_for_their_turn(tmp_path):
    """Findings that are far more than a pipe or a slot holds, behind a file that takes longer."""
    order = ORDER.read_bytes()
    bad = (FIXTURES / "x12" / "850-bad.edi").read_bytes()
    files = []
    for i, data in enumerate([order * 3000, bad * 400, bad * 400, order, bad * 300]):
        files.append(tmp_path / f"{i}.edi")
        files[-1].write_bytes(data)
    done = same("check", files=files, jobs=(2, 4))
    assert len(done.stdout) > 1 << 20


def test_standard_input_may_be_one_of_them():
    data = ORDER.read_bytes()
    one = run("check", ORDER, "-", ORDER, stdin=data)
    assert run("check", "--jobs", "3", ORDER, "-", ORDER, stdin=data).stdout == one.stdout


@pytest.mark.parametrize("number", ["x", "-1", "33", "1.5", ""])
def test_number_is_checked(number):
    done = run("check", f"--jobs={number}", ORDER)
    assert done.returncode == 2 and b"--jobs" in done.stderr and done.stdout == b""


def test_zero_is_one_a_processor():
    assert run("ls", "--jobs", "0", ORDER, ORDER).stdout == run("ls", ORDER, ORDER).stdout


def started(*command):
    return subprocess.Popen([path(), *map(str, command)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def wait_for(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = what()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


@pytest.fixture(name="pipes")
def fixture_pipes(tmp_path):
    """Two inputs that never end by themselves."""
    made = []
    for i in range(2):
        made.append(tmp_path / f"pipe{i}")
        os.mkfifo(made[-1])
    return made


def test_worker_that_dies_is_told(pipes):
    with started("check", "--jobs", "2", *pipes) as process:
        workers = wait_for(lambda: len(children(process.pid)) == 2 and children(process.pid))
        os.kill(workers[0], signal.SIGKILL)
        with open(pipes[1], "wb") as pipe:
            pipe.write(ORDER.read_bytes())
        out, err = process.communicate(timeout=20)
    assert process.returncode == 70
    assert b"ended before it was done" in err and str(pipes[0]).encode() in err
    assert b"accepted" in out


def test_workers_end_with_their_parent(pipes):
    with started("check", "--jobs", "2", *pipes) as process:
        workers = wait_for(lambda: len(children(process.pid)) == 2 and children(process.pid))
        process.kill()
        process.communicate(timeout=20)
    for pipe in pipes:  # what they wait for comes, then they find that nobody listens
        with open(pipe, "wb") as file:
            file.write(ORDER.read_bytes())
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers))


def on_terminal(command, seconds):
    """What a terminal gets as standard error while standard output goes elsewhere."""
    try:
        leader, follower = pty.openpty()
    except OSError as failed:
        pytest.skip(f"no terminal can be made here: {failed}")
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm"}
    process = subprocess.Popen([path(), *map(str, command)], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=follower, env=environment)
    os.close(follower)
    block = ORDER.read_bytes() * 100
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            process.stdin.write(block)
            process.stdin.flush()
            time.sleep(0.02)
        process.stdin.close()
        process.wait(timeout=20)
    finally:
        process.kill()
        process.wait()
    seen = b""
    while select.select([leader], [], [], 0.2)[0]:
        try:
            data = os.read(leader, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    os.close(leader)
    return seen


def test_bar_on_a_terminal_after_a_second():
    seen = on_terminal(["check", "-"], 1.6)
    assert b"MB/s" in seen and seen.rstrip().endswith(b"\r\x1b[K")


def test_no_bar_for_what_is_short():
    assert b"MB" not in on_terminal(["check", "-"], 0.2)
