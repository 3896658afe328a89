"""Help, manual and completion are three views of one table, and say the same."""
import os
import re
import shutil
import subprocess

import pytest

from program import ORDER, ROOT, path, run

COMMANDS = re.findall(r"^X\((\w+),", (ROOT / "src/cli/commands.def").read_text(), re.M)
TOOL = ROOT / "tools" / "gen-man"


def plain(page):
    """The words of a page of the manual, its macros and escapes undone."""
    text = page.decode()
    for mark, sign in (("\\-", "-"), ("\\(ti", "~"), ("\\(ha", "^"), ("\\(aq", "'"), ("\\&", ""),
                       ("\\e", "\\"), ("\\fB", ""), ("\\fI", ""), ("\\fR", "")):
        text = text.replace(mark, sign)
    return text


def manual(command):
    return plain(run("help", "--format", "man", command).stdout)


def helped(command):
    """Options of the help: word to letter, argument, text."""
    rows = re.findall(r"^  (-\w| {2}) --([a-z-]+)(?: ([A-Z:]+))? +(\S.*)$",
                      run("help", command).stdout.decode(), re.M)
    return {word: (letter.strip(), argument, text) for letter, word, argument, text in rows}


def test_help_lists_every_command():
    text = run("help").stdout.decode().split("\n\n")[1]
    assert re.findall(r"^  (\w+) +\S", text, re.M) == COMMANDS
    assert len(COMMANDS) >= 14 and COMMANDS[0] == "show"


@pytest.mark.parametrize("command", COMMANDS)
def test_manual_has_what_the_help_has(command):
    page, text = manual(command), run("help", command).stdout.decode()
    rows = re.findall(r"^\.TP\n(?:(-\w), )?--([a-z-]+)(?: ([A-Z:]+))?\n(.*)$", page, re.M)
    listed = {word: (letter, argument, said) for letter, word, argument, said in rows}
    expected = {word: (letter, argument, re.sub(
        r"(: )((?:[a-z0-9]+, )+[a-z0-9]+)$", lambda m: m[1] + m[2].replace(", ", "|"), said))
        for word, (letter, argument, said) in helped(command).items()}
    assert listed == expected and "help" in listed
    for part in text.split("\n\n")[1:-1]:
        if not part.startswith("options"):
            assert part.removeprefix("examples\n").strip("\n") in page
    assert text.splitlines()[1] in page


def test_manual_lists_every_command():
    page = plain(run("help", "--format", "man").stdout)
    assert re.findall(r"^\.TP\n(\w+) ", page.split(".SH COMMANDS")[1].split(".SH ENV")[0],
                      re.M) == COMMANDS
    for command in COMMANDS:
        assert f"waybill-{command} (1)" in page


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_exit_codes_are_in_every_page(command):
    page = manual(command) if command else plain(run("help", "--format", "man").stdout)
    rows = re.findall(r"E\((\w+), (\d+), \"(.*)\"\)", (ROOT / "src/cli/exits.def").read_text())
    listed = re.findall(r"^\.TP\n(\d+)\n(.*)$", page, re.M)
    assert listed == [(number, text) for _, number, text in rows]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_pages_are_good_roff(command):
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("there is no groff")
    page = run("help", "--format", "man", *([command] if command else [])).stdout
    done = subprocess.run([groff, "-man", "-ww", "-Tutf8", "-P-cbou"], input=page,
                          capture_output=True, timeout=30, check=False)
    assert done.returncode == 0 and done.stderr == b"" and b"EXIT STATUS" in done.stdout


def test_committed_pages_are_up_to_date(tmp_path):
    done = subprocess.run([str(TOOL), "--check", path()], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    shutil.copytree(ROOT / "docs" / "man", tmp_path / "docs" / "man")
    page = tmp_path / "docs" / "man" / "waybill-check.1"
    page.write_text(page.read_text() + "more\n")
    (tmp_path / "docs" / "man" / "waybill-gone.1").write_text("left over\n")
    command = [str(TOOL), "--root", str(tmp_path)]
    done = subprocess.run([*command, "--check", path()], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 1 and "waybill-check.1" in done.stdout and "gone" in done.stdout
    assert subprocess.run([*command, path()], timeout=60, check=False).returncode == 0
    assert page.read_bytes() == (ROOT / "docs" / "man" / "waybill-check.1").read_bytes()
    assert not (tmp_path / "docs" / "man" / "waybill-gone.1").exists()


def complete(line, folder):
    """What bash proposes for the last word of a line."""
    words = re.findall(r"=|[^ =]+|(?<= )$", line)
    quoted = " ".join("'" + word + "'" for word in words)
    script = (f"source /dev/stdin; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _waybill; "
              "printf '%s\\n' \"${COMPREPLY[@]}\"")
    done = subprocess.run(["bash", "-uc", script], cwd=folder, timeout=30, check=False,
                          input=run("help", "--format", "bash").stdout, capture_output=True)
    assert done.returncode == 0 and done.stderr == b"", done.stderr.decode()
    return sorted(done.stdout.decode().split())


@pytest.fixture(name="folder")
def make_folder(tmp_path):
    (tmp_path / "inbox").mkdir()
    shutil.copy(ORDER, tmp_path / "order.edi")
    return tmp_path


@pytest.mark.parametrize("line,proposed", [
    ("waybill ch", ["check"]),
    ("waybill s", ["show", "split"]),
    ("waybill check --fo", ["--format"]),
    ("waybill check --format ", ["json", "line", "sarif", "text"]),
    ("waybill check --format s", ["sarif"]),
    ("waybill check --format=s", ["sarif"]),
    ("waybill check -f j", ["json"]),
    ("waybill ls --format ", ["json", "text"]),
    ("waybill split --by m", ["message"]),
    ("waybill split --dir i", ["inbox"]),
    ("waybill check or", ["order.edi"]),
    ("waybill check --grammar ", ["inbox"]),
    ("waybill help expl", ["explain"]),
    ("waybill fmt -o or", ["order.edi"]),
    ("waybill nothing --f", []),
])
def test_completion(line, proposed, folder):
    assert complete(line, folder) == proposed


@pytest.mark.parametrize("command", COMMANDS)
def test_completion_knows_every_option(command, folder):
    expected = sorted(f"--{word}" for word in helped(command))
    assert complete(f"waybill {command} --", folder) == expected


def test_choices_are_those_that_are_taken():
    """What the table says an option takes is taken, and nothing else."""
    table = (ROOT / "src/cli/choices.def").read_text()
    rows = re.findall(r'^C\("(\w*)", (\w+), "([^"]+)"\)', table, re.M)
    assert len(rows) >= 10
    for command, name, words in rows:
        word = "--" + name.lower().replace("_", "-")
        needed = ["--odoo", "17", "--records", "/nonexistent"] if command == "plan" else []
        done = run(command or "check", *needed, word, "no-such-choice")
        assert done.returncode == 2 and f"is one of {words}, not".encode() in done.stderr, command
        for choice in words.split("|"):
            done = run(command or "check", *needed, word, choice, "/nonexistent/x")
            assert b"is one of" not in done.stderr


def test_forms_of_help_are_checked():
    assert run("help", "--format", "man", "nothing").returncode == 2
    assert run("help", "--format", "html").returncode == 2


EXAMPLES = re.findall(r"^    (waybill .*)$", (ROOT / "docs" / "cli.md").read_text(), re.M)


@pytest.mark.parametrize("line", EXAMPLES)
def test_examples_of_the_page(line, folder):
    """docs/cli.md, typed as it stands."""
    shutil.copy(ORDER, folder / "batch.edi")
    shutil.copy(ORDER, folder / "inbox" / "one.edi")
    (folder / "waybill").symlink_to(os.path.abspath(path()))
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, timeout=60,
                          env={"PATH": f"{folder}:/usr/bin:/bin"}, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout or "-o flat.edi" in line or "--fix" in line


def paths_of(heading):
    page = (ROOT / "docs" / "cli.md").read_text()
    part = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [row.split(" | ")[0] for row in re.findall(r"^\| (`.*)$", part, re.M)]
    return [found.replace("\\|", "|") for row in rows for found in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("words", paths_of("Paths"))
def test_paths_of_the_page(words):
    assert run("get", words, ORDER).returncode in (0, 1)


@pytest.mark.parametrize("words", paths_of("Patterns"))
def test_patterns_of_the_page(words):
    assert run("grep", words, ORDER).returncode in (0, 1)


def test_exit_codes_of_the_page():
    page = (ROOT / "docs" / "cli.md").read_text()
    numbers = re.findall(r"^E\(\w+, (\d+),", (ROOT / "src/cli/exits.def").read_text(), re.M)
    assert re.findall(r"^\| (\d+) \|", page, re.M) == numbers
