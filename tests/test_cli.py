"""The contract of the command line: exit codes, streams, forms, and what mistypes give."""
import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

from program import FIXTURES, ORDER, check_json, path, run, small_order

BAD = FIXTURES / "x12" / "850-bad.edi"
MULTI = FIXTURES / "x12" / "850-multi.edi"


def test_help_goes_to_stdout_and_is_good():
    done = run("help")
    assert done.returncode == 0
    for command in ("show", "ls", "check", "ack", "translate", "plan", "map", "explain", "version"):
        assert f"\n  {command} " in done.stdout.decode()
    assert done.stderr == b""


def test_no_command_is_a_usage_error():
    done = run()
    assert done.returncode == 2
    assert done.stdout == b"" and b"usage: waybill" in done.stderr


@pytest.mark.parametrize("command", ["show", "ls", "check", "ack", "translate", "plan", "map",
                                     "explain", "help", "version"])
def test_every_command_explains_itself(command):
    long_form, by_help = run(command, "--help"), run("help", command)
    assert long_form.returncode == by_help.returncode == 0
    assert long_form.stdout == by_help.stdout and b"examples" in long_form.stdout


def test_help_fits_eighty_columns():
    for command in ("show", "check", "translate", "plan"):
        for line in run("help", command).stdout.decode().splitlines():
            assert len(line) <= 100, line


@pytest.mark.parametrize("typed,meant", [("chekc", "check"), ("transalte", "translate"),
                                         ("exlain", "explain")])
def test_mistyped_command_is_guessed(typed, meant):
    done = run(typed)
    assert done.returncode == 2
    assert f'did you mean "waybill {meant}"?'.encode() in done.stderr


def test_file_instead_of_command():
    done = run(ORDER)
    assert done.returncode == 2 and b"waybill show" in done.stderr


def test_mistyped_option_is_guessed():
    done = run("check", "--fromat", "json", ORDER)
    assert done.returncode == 2 and b"did you mean --format?" in done.stderr
    assert done.stdout == b""


def test_wrong_choice_lists_the_choices():
    done = run("check", "--format", "yaml", ORDER)
    assert done.returncode == 2 and b"text|json" in done.stderr


def test_option_without_its_value():
    done = run("check", "--format")
    assert done.returncode == 2 and b"--format wants" in done.stderr


def test_missing_file():
    done = run("check", "/nonexistent/order.edi")
    assert done.returncode == 2
    assert b"/nonexistent/order.edi" in done.stderr and done.stdout == b""


def test_directory_instead_of_file(tmp_path):
    assert run("check", tmp_path).returncode == 2


def test_empty_input():
    done = run("check", "-")
    assert done.returncode == 2 and b"empty" in done.stderr


@pytest.mark.parametrize("data", [b"hello\n", b"\x7fELF\x02\x01\x01" + bytes(200), b"{}",
                                  b"%PDF-1.7\n", b"\xff\xfe\x00"])
def test_what_is_no_edi(data):
    done = run("check", "-", stdin=data)
    assert done.returncode == 2, done.stdout
    assert done.stderr


def test_good_file():
    done = run("check", ORDER)
    assert done.returncode == 0, done.stdout.decode()
    assert b"accepted" in done.stdout and done.stderr == b""


def test_findings_give_one():
    done = run("check", BAD)
    assert done.returncode == 1
    assert b"rejected" in done.stdout and b"WB-" in done.stdout


def test_some_of_many_failed():
    assert run("check", ORDER, "/nonexistent/x").returncode == 3
    assert run("check", "/nonexistent/x", ORDER).returncode == 3
    assert run("check", ORDER, BAD).returncode == 1


def test_stdin_by_dash_and_by_default():
    data = ORDER.read_bytes()
    assert run("check", "-", stdin=data).stdout == run("check", stdin=data).stdout


def test_check_json_shape():
    report, code = check_json(MULTI)
    assert report["schema"] == "waybill/check/1"
    (file,) = report["files"]
    assert file["file"].endswith("850-multi.edi")
    for interchange in file["interchanges"]:
        assert {"control", "sender", "receiver", "groups", "verdict"} <= set(interchange)
        for group in interchange["groups"]:
            assert {"type", "control", "release", "messages", "verdict"} <= set(group)
            for message in group["messages"]:
                assert {"type", "control", "verdict"} <= set(message)
                assert message["verdict"] in ("accepted", "accepted_with_errors", "rejected")
    report, code = check_json(BAD)
    assert code == 1
    for finding in report["files"][0]["findings"]:
        assert {"code", "severity", "offset", "line", "segment", "element", "text"} <= set(finding)
        assert finding["severity"] in ("error", "warning", "note", "advice")
        assert len(finding["text"]) <= 100, finding["text"]


def test_offsets_and_lines_point_into_the_file():
    data = BAD.read_bytes()
    report, _ = check_json(BAD)
    for finding in report["files"][0]["findings"]:
        assert 0 <= finding["offset"] <= len(data)
        if finding["offset"] < len(data):
            assert finding["line"] == data[: finding["offset"]].count(b"\n") + 1, finding


def test_problem_matcher_line():
    first = run("check", BAD).stdout.decode().splitlines()[0]
    name, line, column, rest = first.split(":", 3)
    assert name == str(BAD) and int(line) > 0 and int(column) > 0
    assert rest.split()[0] in ("error", "warning", "note", "advice")


def test_colour_only_on_demand():
    assert b"\033[" not in run("check", BAD).stdout
    assert b"\033[" in run("check", "--color", "always", BAD).stdout
    assert b"\033[" in run("check", BAD, env={"CLICOLOR_FORCE": "1"}).stdout
    assert b"\033[" not in run("check", "--color", "never", BAD, env={"CLICOLOR_FORCE": "1"}).stdout
    assert b"\033[" not in run("check", BAD, env={"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}).stdout


def test_terminal_sequences_in_data_are_made_harmless():
    data = ORDER.read_bytes().replace(b"Dana Whitfield", b"Dana\x1b]52;c;AAAA\x07")
    for command in (["show", "-"], ["check", "-"], ["ls", "-"]):
        out = run(*command, stdin=data)
        assert b"\x1b]" not in out.stdout + out.stderr, command


def test_ls_has_a_line_a_message():
    lines = run("ls", MULTI).stdout.decode().splitlines()
    report, _ = check_json(MULTI)
    count = sum(len(g["messages"]) for i in report["files"][0]["interchanges"] for g in i["groups"])
    assert len(lines) == count
    listed = json.loads(run("ls", "--format", "json", MULTI).stdout)
    assert listed["schema"] == "waybill/ls/1" and len(listed["messages"]) == count


def test_show_explains_codes_and_indents_loops():
    text = run("show", ORDER).stdout.decode()
    assert "loop PO1" in text and "HV-450021" in text
    assert "2025-03-21" in text and "45.00" in text


def test_ack_is_the_same_every_time():
    first, second = run("ack", ORDER), run("ack", ORDER)
    assert first.returncode == 0 and first.stdout == second.stdout
    assert first.stdout.startswith(b"ISA*") and b"ST*997*" in first.stdout
    at = run("ack", "--at", "2026-11-23T08:15Z", "--control", "42", ORDER).stdout
    assert b"*261123*0815*" in at and b"*000000042*" in at


def test_ack_of_an_ack_is_nothing():
    answer = run("ack", ORDER).stdout
    done = run("ack", "-", stdin=answer)
    assert done.stdout == b"" and done.returncode == 0


def test_ack_passes_our_own_check():
    for file in (ORDER, BAD, MULTI):
        answer = run("ack", file).stdout
        report, code = check_json("-", stdin=answer)
        assert code == 0, report["files"][0]["findings"]


@pytest.mark.parametrize("option", [["--at", "yesterday"], ["--control", "0"],
                                    ["--control", "1e3"]])
def test_ack_refuses_bad_options(option):
    assert run("ack", *option, ORDER).returncode == 2


def test_translate_business():
    done = run("translate", "--to", "business", ORDER)
    assert done.returncode == 0, done.stderr.decode()
    document = json.loads(done.stdout)
    assert document["number"] == "HV-450021"
    assert len(document["lines"]) == 6
    assert document["lines"][1]["unit_price"] == "142.5"
    assert all(isinstance(line["quantity"], str) for line in document["lines"])


def test_translate_several_is_one_a_line():
    done = run("translate", "--to", "business", MULTI)
    lines = done.stdout.decode().splitlines()
    report, _ = check_json(MULTI)
    orders = [m for i in report["files"][0]["interchanges"]
              for g in i["groups"] for m in g["messages"]
              if m["type"] == "850"]
    assert len(lines) == len(orders) > 1
    for line in lines:
        assert json.loads(line)["number"]


def test_translate_there_and_back():
    document = run("translate", "--to", "business", ORDER).stdout
    again = run("translate", "--to", "x12", "--control", "142", "--at", "2025-03-14T09:15Z", "-",
                stdin=document)
    assert again.returncode == 0, again.stderr.decode()
    assert body(again.stdout.decode()) == body(ORDER.read_text())


def body(text):
    """The segments inside the envelopes; the pairs of PO1 sorted: their order means nothing."""
    segments = [s.strip() for s in text.split("~")
                if s.strip() and s.strip()[:3] not in ("ISA", "GS*", "GE*", "IEA")]
    for i, segment in enumerate(segments):
        if segment.startswith("PO1*"):
            parts = segment.split("*")
            pairs = sorted(zip(parts[6::2], parts[7::2]))
            segments[i] = parts[:6] + pairs
    return segments


def test_translate_json_and_xml():
    nested = json.loads(run("translate", "--to", "json", ORDER).stdout)
    assert nested["schema"] == "waybill/edi/1"
    import xml.etree.ElementTree as tree
    root = tree.fromstring(run("translate", "--to", "xml", ORDER).stdout)
    assert [e.text for e in root.iter("segment") if e.get("tag") == "BEG"] is not None
    assert len(list(root.iter("segment"))) == ORDER.read_bytes().count(b"~")


def test_translate_says_what_it_cannot():
    assert run("translate", ORDER).returncode == 2
    done = run("translate", "--to", "edifact", ORDER)
    assert done.returncode == 2 and b"EDIFACT" in done.stderr


def test_bad_document_is_refused_whole():
    document = b'{"schema":"waybill/order/1","number":"1","lines":[{"quantity":10.5}]}'
    done = run("translate", "--to", "x12", "-", stdin=document)
    assert done.returncode in (1, 2) and done.stdout == b""
    assert b"quantity" in done.stderr
    done = run("translate", "--to", "x12", "-", stdin=b'{"number": "1", ')
    assert done.returncode == 2 and done.stdout == b""


def test_output_file_is_whole_or_absent(tmp_path):
    target = tmp_path / "out.json"
    assert run("translate", "--to", "business", "-o", target, ORDER).returncode == 0
    assert json.loads(target.read_text())["number"] == "HV-450021"
    missing = tmp_path / "missing" / "out.json"
    done = run("translate", "--to", "business", "-o", missing, ORDER)
    assert done.returncode != 0 and not missing.exists()


def test_files_in_one_run_are_told_as_in_runs_of_their_own():
    """What is kept from one file to the next is seen in none."""
    files = sorted(FIXTURES.rglob("*.edi"))[:60]
    assert len(files) > 10
    for command in (["check", "--verbose"], ["ls"]):
        alone = b"".join(run(*command, f).stdout for f in files + files)
        assert run(*command, *files, *files).stdout == alone


def large_order():
    """More than what a translation holds back before it prints."""
    body = "BEG*00*SA*1**20260101~\n" + "".join(
        f"PO1*{i}*1*EA*1.00**VN*{i:08}~\n" for i in range(1, 8001)) + "CTT*8000~\n"
    return small_order(body.replace("~\n", "\n"))


@pytest.mark.parametrize("form", ["json", "xml", "business"])
def test_large_result_is_the_same_in_a_file(tmp_path, form):
    target, source = tmp_path / "out", tmp_path / "large.edi"
    source.write_bytes(large_order())
    printed = run("translate", "--to", form, source)
    assert printed.returncode == 0 and len(printed.stdout) > 1024 * 1024
    assert run("translate", "--to", form, "-o", target, source).returncode == 0
    assert target.read_bytes() == printed.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["large.edi", "out"]


def test_large_result_that_cannot_be_written(tmp_path):
    source = tmp_path / "large.edi"
    source.write_bytes(large_order())
    with open("/dev/full", "wb") as full:
        done = subprocess.run([path(), "translate", "--to", "json", source], check=False,
                              stdout=full, stderr=subprocess.PIPE)
    assert done.returncode not in (0, 1)
    assert b"No space left" in done.stderr


@pytest.mark.parametrize("thing,expected", [
    ("850", "Purchase order"), ("850/PO1", "PO1"), ("850/PO1/06", "235"), ("PO103", "355"),
    ("355", "355"),
    ("PO103=CS", "cassette"), ("355=CA", "case"), ("BEG01=00", "original"),
    ("997:AK403=7", "WB-ELM"),
    ("WB-LANG-0003", "cure"), ("C040", "C040"),
    ("N1*ST*GENERAL HOSPITAL*UL*9521000000124", "GENERAL HOSPITAL"),
    ("po103=ea", "each"),
])
def test_explain_takes_anything(thing, expected):
    done = run("explain", thing)
    assert done.returncode == 0, done.stderr.decode()
    assert expected in done.stdout.decode()


ROOT = pathlib.Path(__file__).parent.parent
CODES = {path.relative_to(ROOT).as_posix(): re.findall(r'"(WB-[A-Z]+-\d{4})"', path.read_text())
         for path in sorted(ROOT.glob("src/*/*.def"))}


@pytest.mark.parametrize("table", [name for name, codes in CODES.items() if codes])
def test_explain_answers_for_every_code(table):
    done = run("explain", *CODES[table])
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert all(re.search(rf"^{code} \S", text, re.MULTILINE) for code in CODES[table])


def test_every_kind_of_code_is_asked_for():
    kinds = {code[:-5] for codes in CODES.values() for code in codes}
    assert kinds >= {"WB-MAP", "WB-GRAM", "WB-LANG", "WB-REC", "WB-PLAN", "WB-POL", "WB-ELM"}
    every = [code for codes in CODES.values() for code in codes]
    assert len(every) == len(set(every)) > 250


def test_explain_does_not_guess():
    done = run("explain", "no-such-thing")
    assert done.returncode == 1 and done.stdout == b""


def test_version_names_what_is_built_in():
    text = run("version").stdout.decode()
    assert "grammar x12 004010: " in text and "850" in text and "997" in text
    assert "x12-850-order" in text


def test_closed_pipe_ends_quietly():
    process = subprocess.Popen([path(), "show", str(ORDER)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdout.close()
    process.wait(timeout=20)
    assert process.returncode in (-signal.SIGPIPE, 0, 2, 5)
    assert b"AddressSanitizer" not in process.stderr.read()
    process.stderr.close()


def test_full_disk_is_not_silent():
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([path(), "translate", "--to", "business", str(ORDER)], stdout=full,
                              stderr=subprocess.PIPE, check=False, timeout=30)
    assert done.returncode != 0 and done.stderr


def test_waybillc_is_the_map_compiler(tmp_path):
    link = tmp_path / "waybillc"
    link.symlink_to(os.path.abspath(path()))
    done = run("--help", name=str(link))
    assert done.returncode == 0 and b"waybill map" in done.stdout


def test_map_test_runs_blocks_and_laws(tmp_path):
    done = run("map", "test")
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert sum("generated documents" in line for line in lines) == 3
    assert all(line.startswith("ok ") and len(line) <= 80 for line in lines[:-1])
    assert lines[-1] == f"{len(lines) - 1} passed, 0 failed"
    own = tmp_path / "own.map"
    own.write_text('edition 1\nmap own extends x12-850-order { prefer BEG.06 }\n'
                   'test own reads "in.edi" gives "out.json"\n')
    done = run("map", "test", str(own))
    assert done.returncode == 1 and b"FAILED own reads in.edi" in done.stdout


def test_map_compile_lists_programs(tmp_path):
    done = run("map", "compile", "--verbose")
    assert done.returncode == 0 and b"map order-sale\n read\n" in done.stdout
    bundle = tmp_path / "maps.wbb"
    assert run("map", "compile", "--output", str(bundle)).returncode == 0
    assert bundle.read_bytes().startswith(b"WBMAP\r\n")
    assert run("map", "compile").returncode == 2


def test_own_grammar_is_used_and_cached(tmp_path):
    grammar = tmp_path / "own"
    grammar.mkdir()
    source = FIXTURES.parent / "grammars" / "x12" / "004010"
    for file in source.iterdir():
        text = file.read_text()
        if file.name == "segments.gram":
            assert "segment BEG" in text
        (grammar / file.name).write_text(text)
    text = (grammar / "850.gram").read_text()
    assert "050 REF O >1" in text
    (grammar / "850.gram").write_text(text.replace("050 REF O >1", "050 REF O 1", 1))
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = run("check", "--format", "json", "--grammar", grammar, ORDER, env=env)
    assert first.returncode == 1, first.stderr.decode()
    cached = list((tmp_path / "cache" / "waybill").iterdir())
    assert len(cached) == 1
    again = run("check", "--format", "json", "--grammar", grammar, ORDER, env=env)
    assert again.stdout == first.stdout
    assert run("check", ORDER, env=env).returncode == 0


def test_broken_own_grammar_is_a_configuration_error(tmp_path):
    (tmp_path / "x.gram").write_text(
        'edition 1\nstandard x12 004010 "x"\nelment 98 "Role" ID 2..3\n')
    done = run("check", "--grammar", tmp_path, ORDER, env={"XDG_CACHE_HOME": str(tmp_path / "c")})
    assert done.returncode == 4
    assert b"x.gram:3:1" in done.stderr and b"element" in done.stderr


def test_small_order_helper_is_clean():
    data = small_order("BEG*00*SA*PO1**20260101\nPO1*1*1*EA*1.5**VN*A-1\nCTT*1")
    assert run("check", "-", stdin=data).returncode == 0


@pytest.mark.parametrize("group,header,said,code", [
    ("FA", True, "acknowledgements are not acknowledged", 0),
    ("", True, "it holds no group, and ISA14 asks for no TA1", 0),
    ("PO", False, "there is no ISA that says whom to answer", 1)])
def test_ack_says_why_there_is_none(group, header, said, code):
    data = small_order("BEG*00*SA*P-1**20260101\nPO1*1*1*EA*1.5", group=group or "PO")
    if not group:
        data = data[:data.index(b"GS*")] + b"IEA*0*000000001~"
    done = run("ack", stdin=data if header else data[data.index(b"GS*"):])
    assert done.stdout == b""
    assert done.stderr.decode().endswith(f": nothing to acknowledge: {said}\n")
    assert done.returncode == code


def test_answer_never_has_a_date_of_1970():
    data = small_order("BEG*00*SA*P-1**20260101\nPO1*1*1*EA*1.5")
    bad = data.replace(b"*260101*1200*U", b"*250231*1200*U")
    done = run("ack", stdin=bad)
    assert b"*260101*1200*U*" in done.stdout and b"*20260101*1200*1*" in done.stdout
    done = run("ack", stdin=bad.replace(b"*20260101*1200*1*", b"*20250231*1200*1*"))
    assert b"TA1*" in done.stdout and b"700101" not in done.stdout
    report, code = check_json("-", stdin=done.stdout)
    assert code == 0 and report["files"][0]["findings"] == []


def flood(messages, findings):
    """One interchange in which each message has so many findings."""
    head, tail = small_order("X").split(b"ST*850*0001~\nX~\nSE*3*0001~\n")
    body = b"".join(b"ST*850*%04d~BEG*00*SA*P**20260101~%sPO1*1*1*EA*1~SE*%d*%04d~"
                    % (no, b"QQQ~" * findings, findings + 4, no)
                    for no in range(1000, 1000 + messages))
    return head + body + tail.replace(b"GE*1*", b"GE*%d*" % messages)


def test_json_of_many_findings_is_whole_and_counts_the_rest():
    report, code = check_json("-", stdin=flood(60, 1100))
    assert code == 1
    [file] = report["files"]
    assert len(file["findings"]) + file["findings_left_out"] > 60 * 1100
    assert {m["errors"] for m in file["interchanges"][0]["groups"][0]["messages"]} == {1100}
    assert [f["code"] for f in file["findings"]].count("WB-FILE-0006") == 1
    report, _ = check_json("-", stdin=flood(2, 10))
    assert "findings_left_out" not in report["files"][0]
    assert len(report["files"][0]["findings"]) == 20


def test_summary_counts_what_is_not_listed():
    done = run("check", stdin=flood(1, 1100))
    lines = done.stdout.decode().splitlines()
    assert "This message has more than 1000 errors and warnings" in done.stdout.decode()
    assert lines[-1].startswith("(standard input): 1 message, rejected: 1100 errors, 0 warnings")


def test_flood_of_headers_is_bounded():
    data = small_order("BEG*00*SA*P-1**20260101\nPO1*1*1*EA*1.5")
    at = data.index(b"IEA*")
    done = run("check", stdin=data[:at] + b"GS~" * 20000 + data[at:])
    assert done.returncode == 1 and len(done.stdout) < 1024 * 1024
