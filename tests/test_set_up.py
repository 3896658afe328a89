"""The first hour of somebody who has cloned this: what the README, the help and the scripts say is
typed as it stands, and has to work."""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

import pytest

from program import FIXTURES, ORDER, ROOT, path, run

README = (ROOT / "README.md").read_text()
TOOLS = ROOT / "tools"
COMMANDS = re.findall(r"^X\((\w+),", (ROOT / "src/cli/commands.def").read_text(), re.M)


def shell(line, folder):
    """A command line as a person types it, with the program under its name on the path."""
    env = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    env["PATH"] = f"{folder / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(["bash", "-o", "pipefail", "-c", line], cwd=folder, env=env, check=False,
                          capture_output=True, timeout=60)


@pytest.fixture(name="checkout")
def make_checkout(tmp_path):
    """What a person has who followed the README: the files, and ./waybill."""
    for name in ("fixtures", "maps", "grammars"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "bin").mkdir()
    for place in ("waybill", "waybillc", "bin/waybill", "bin/waybillc"):
        (tmp_path / place).symlink_to(os.path.abspath(path()))
    return tmp_path


@pytest.fixture(name="desk")
def make_desk(checkout):
    """The files that the examples of the help speak of."""
    shutil.copy(ORDER, checkout / "order.edi")
    (checkout / "inbox").mkdir()
    shutil.copy(ORDER, checkout / "inbox" / "one.edi")
    (checkout / "export").symlink_to(FIXTURES / "odoo" / "17")
    (checkout / "ours").symlink_to(FIXTURES / "odoo-buyer" / "17")
    for name in ("order.txt", "batch.edi", "outbox/two.edi"):
        (checkout / name).parent.mkdir(exist_ok=True)
        shutil.copy(ORDER, checkout / name)
    business = run("translate", "--to", "business", ORDER).stdout
    (checkout / "order.json").write_bytes(business)
    (checkout / "segments.json").write_bytes(run("translate", "--to", "json", ORDER).stdout)
    (checkout / "my.map").write_text("edition 1\nmap my-850-order extends x12-850-order {\n}\n")
    return checkout


TRY = re.findall(r"^    \./(waybill .*?)(?: {2,}# .*)?$", README, re.M)


def test_there_are_five_things_to_try():
    assert len(TRY) == 5 and len(set(line.split()[1] for line in TRY)) == 5


@pytest.mark.parametrize("line", TRY)
def test_things_to_try(line, checkout):
    done = shell("./" + line, checkout)
    assert done.returncode == (1 if "bad" in line else 0), done.stderr.decode()
    assert len(done.stdout.splitlines()) >= 4 and done.stderr == b""


def test_exit_codes_are_those_of_the_readme():
    """Each row of the table is a row of exits.def, with the same number."""
    table = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.M)}
    source = (ROOT / "src" / "cli" / "exits.def").read_text()
    codes = {int(number) for number in re.findall(r"^E\(\w+, (\d+),", source, re.M)}
    assert {0, 1, 2, 3, 4, 70} <= table <= codes


def test_links_of_the_pages_lead_somewhere():
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


# A backslash at the end of a line, as C writes it: the example goes on in the next.
CONTINUED = re.compile(r' \\\\\\n"\n *" *')
EXAMPLES = [(command, line.strip())
            for command in COMMANDS
            for line in re.findall(r'^ *"  (waybill .*?)\\n"', CONTINUED.sub(" ", re.search(
                rf"^X\({command},.*?^  O?\(?[A-Z0-9]", (ROOT / "src/cli/commands.def").read_text(),
                re.S | re.M)[0]).replace('\\"', '"'), re.M)]


def test_each_command_has_an_example():
    assert {command for command, _ in EXAMPLES} == set(COMMANDS)


@pytest.mark.parametrize("line", [line for _, line in EXAMPLES])
def test_examples_of_the_help(line, desk):
    """Typed as they stand. What is piped into a program that is not here is read all the same."""
    line = re.sub(r"\| (jq|less)\b.*", "| cat", line)
    line = line.replace("--odoo 19", "--odoo 17")  # the exports here are of that release
    done = shell(line, desk)
    assert done.returncode in (0, 1), (line, done.stderr.decode())
    assert b"usage" not in done.stderr and b"help" not in done.stderr
    written = re.findall(r"(?:> |-o )(\S+)", line)
    assert done.stdout or all((desk / name).stat().st_size > 0 for name in written)


def test_examples_are_in_the_help():
    for command, line in EXAMPLES:
        assert line in re.sub(r" \\\n *", " ", run("help", command).stdout.decode()), line


def test_help_fits_eighty_columns():
    for words in ([], *([command] for command in COMMANDS)):
        for line in run("help", *words).stdout.decode().splitlines():
            assert len(line) <= 80, line


def test_steps_of_the_demo(checkout):
    """The main job as tools/demo runs it, without the building."""
    text = (TOOLS / "demo").read_text()
    names = dict(re.findall(r"^(order|records)=(\S+)$", text, re.M))
    steps = re.findall(r"^step '[^']*' (.*)$", text, re.M)
    assert len(steps) == 5
    for step in steps:
        words = [names[w[1:]] if w.startswith("$") else w for w in shlex.split(step)]
        done = shell(shlex.join(["./waybill", *words]), checkout)
        assert done.returncode == 0 and done.stdout, (step, done.stderr.decode())


def test_a_maps_mistake_is_shown_where_it_is(desk):
    """The first map of ones own is wrong; the compiler points at the place and has a proposal."""
    (desk / "my.map").write_text(
        "edition 1\nmap my-850-order extends x12-850-order {\n  REF[19] <=> departmnt\n}\n")
    done = shell("waybill map check my.map", desk)
    text = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == 1 and "my.map:3:15: error WB-MAP-" in text
    assert "department" in text and "^~~~" in text


def test_first_json_of_ones_own():
    """The smallest order by hand; what is missing is listed all at once, then it works."""
    done = run("translate", "--to", "x12", "-", stdin=b"{}")
    assert done.returncode == 1 and done.stdout == b""
    missing = re.findall(r": (\w+): this is required", done.stderr.decode())
    assert {"number", "issued_on"} <= set(missing)
    order = {"kind": "standard", "number": "A1", "issued_on": "2026-01-01", "lines": [
        {"id": "1", "quantity": "1", "unit": "each", "item": {"supplier_code": "X-1"}}]}
    done = run("translate", "--to", "x12", "-", stdin=json.dumps(order).encode())
    assert done.returncode == 0, done.stderr.decode()
    assert run("check", "-", stdin=done.stdout).returncode == 0


MISTYPED = [
    ("Check x.edi", 'did you mean "waybill check"?'),
    ("-v", "options stand behind the command"),
    ("--format json check x.edi", "options stand behind the command"),
    ("help chekc", 'did you mean "waybill help check"?'),
    ("help zz", "waybill help lists the commands"),
    ("check -format json x.edi", "did you mean --format?"),
    ("check --json x.edi", "did you mean --format json?"),
    ("check --verbos x.edi", "did you mean --verbose?"),
    ("check --verbose=yes x.edi", "--verbose takes no value"),
    ("check --format JSON x.edi", "text|json|line|sarif, not JSON"),
    ("translate --to busines x.edi", "business|json|xml|x12|edifact, not busines"),
    ("translate x.edi", "--to says what is wanted"),
    ("translate --to xml x.edi y.edi", "one file at a time"),
    (f"translate --to business --map nope {ORDER}", "there is no map nope"),
    (f"translate --to x12 --sender ZZ:A*B {ORDER}", "--sender wants QUALIFIER:ID"),
    (f"translate --to x12 --sender :AB {ORDER}", "--sender wants QUALIFIER:ID"),
    (f"translate --to x12 --receiver Z:AB {ORDER}", "--receiver wants QUALIFIER:ID"),
    (f"translate --to x12 --receiver ZZ:{'A' * 16} {ORDER}", "--receiver wants QUALIFIER:ID"),
    (f"show {FIXTURES / 'maps' / '850-medsup-order.json'}", "is JSON; waybill translate --to x12"),
    ("plan x.edi", "--odoo"),
    ("plan --odoo 16 --records y x.edi", "17|18|19, not 16"),
    ("ack --at 2026-02-30T08:00Z x.edi", "--at wants a time such as"),
    ("map", "check, compile, run or test"),
    ("explain", "what shall be explained?"),
]


@pytest.mark.parametrize("words,told", MISTYPED)
def test_what_is_mistyped_is_answered_with_what_is_meant(words, told):
    done = run(*words.split())
    assert done.returncode == 2 and (done.stdout == b"" or words.startswith("show"))
    assert told in done.stderr.decode()


def test_options_stand_anywhere_behind_the_command():
    ways = [("--format", "json", ORDER), (ORDER, "--format", "json"), ("--format=json", ORDER),
            (ORDER, "-f", "json"), ("-fjson", "--", ORDER)]
    assert len({run("check", *way).stdout for way in ways}) == 1


def test_explain_says_when_it_is_another_release():
    done = run("explain", "--release", "005010", "850/PO1/01")
    assert b"no grammar for release 005010; this is of 004010" in done.stderr
    assert run("explain", "--release", "004010", "850/PO1/01").stderr == b""


def test_explain_a_code_that_does_not_exist():
    done = run("explain", "PO103=ZZZ", "PO103=CA")
    assert done.returncode == 1 and b"not a code" in done.stdout and b"case" in done.stdout


def test_placeholders_in_the_envelope_are_said():
    document = run("translate", "--to", "business", ORDER).stdout
    options = ["--sender", "ZZ:HVHEALTH", "--receiver", "01:123456789"]
    for given, said in (([], True), (options[:2], True), (options, False)):
        done = run("translate", "--to", "x12", *given, "-", stdin=document)
        assert done.returncode == 0 and (b"placeholders" in done.stderr) == said


# The scripts, as somebody else than root.

def test_scripts_can_be_run():
    for name in ("demo", "check", "setup"):
        script = TOOLS / name
        assert os.access(script, os.X_OK)
        assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
    for name in re.findall(r"(?:^    |`)(tools/[a-z]+)\b", README, re.M):
        assert os.access(ROOT / name, os.X_OK), name


def test_packages_are_named_once_with_a_reason():
    seen = set()
    for line in (TOOLS / "packages.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        group, package = re.fullmatch(r"(build|test|full) ([a-z0-9.+-]+)  # .+", line).groups()
        assert package not in seen, package
        seen.add(package)
    assert "gcc" in seen and "meson" in seen


class SetUp:
    """tools/setup among programs of our own that act as apt-get, dpkg-query, id and sudo."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        text = (TOOLS / "setup").read_text()
        real = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        assert real in text
        (folder / "setup").write_text(text.replace(real, f"PATH={self.bin}"))
        (folder / "packages.txt").write_text("# list\nbuild alpha  # a\n\ntest beta  # b\n")
        for name in ("sh", "sed", "cat", "grep", "mktemp", "rm", "tail", "dirname", "env", "touch"):
            (self.bin / name).symlink_to(shutil.which(name))
        self.installed("alpha", "beta")
        self.program("apt-get", f"echo \"$@\" >> {folder}/asked; exit 0")
        self.program("id", "echo 0")

    def program(self, name, body):
        file = self.bin / name
        file.unlink(missing_ok=True)
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)

    def installed(self, *packages):
        cases = "|".join(packages) or "none"
        self.program("dpkg-query", f'case $3 in {cases}) printf installed;; *) exit 1;; esac')

    def run(self, *words):
        done = subprocess.run(["/bin/sh", self.folder / "setup", *words], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=60, check=False, text=True)
        asked = self.folder / "asked"
        return done, asked.read_text() if asked.exists() else ""


@pytest.fixture(name="set_up")
def make_set_up():
    with tempfile.TemporaryDirectory() as folder:
        yield SetUp(pathlib.Path(folder))


def cannot_go_on(done, words):
    """Exit code 77 and one sentence that names what is missing."""
    assert done.returncode == 77, (done.stdout, done.stderr)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("tools/setup: ") and last.endswith(".") and words in last, last


def test_set_up_says_nothing_when_all_is_there(set_up):
    for words in ([], ["build"], ["test"], ["full"]):
        done, asked = set_up.run(*words)
        assert (done.returncode, done.stdout, done.stderr, asked) == (0, "", "", "")


def test_set_up_installs_what_is_missing_and_no_more(set_up):
    set_up.installed("alpha")
    set_up.program("apt-get", f"""echo "$@" >> {set_up.folder}/asked
case "$*" in *install*) rm {set_up.bin}/dpkg-query
printf '#!/bin/sh\\nprintf installed\\n' > {set_up.bin}/dpkg-query
{shutil.which('chmod')} 755 {set_up.bin}/dpkg-query;; esac""")
    done, asked = set_up.run("build")
    assert done.returncode == 0 and asked == ""
    done, asked = set_up.run("test")
    assert done.returncode == 0 and done.stdout == "Installing: beta\n"
    (install,) = [line for line in asked.splitlines() if " install " in line]
    assert install.endswith("--no-install-recommends beta")


@pytest.mark.parametrize("said,words", [
    ("Err:1 Temporary failure resolving 'x'", "no package server can be reached"),
    ("E: Failed to fetch http://x", "no package server can be reached"),
    ("E: Unable to locate package beta", "lack some of: beta"),
    ("E: dpkg was interrupted", "apt-get failed as shown"),
])
def test_set_up_says_why_it_cannot_install(set_up, said, words):
    set_up.installed("alpha")
    set_up.program("apt-get", f'echo "{said}" >&2; exit 100')
    done, _ = set_up.run("test")
    cannot_go_on(done, words)
    assert "beta" in done.stderr


def test_set_up_does_not_believe_apt(set_up):
    set_up.installed("alpha")
    done, _ = set_up.run("test")
    cannot_go_on(done, "still missing: beta")


def test_set_up_without_root(set_up):
    set_up.installed("alpha")
    set_up.program("id", "echo 1000")
    done, asked = set_up.run("test")
    cannot_go_on(done, "there is no sudo; missing: beta")
    set_up.program("sudo", "exit 1")
    done, asked = set_up.run("test")
    cannot_go_on(done, "sudo asks for a password")
    assert asked == ""


def test_set_up_elsewhere_than_debian(set_up):
    (set_up.bin / "dpkg-query").unlink()
    done, _ = set_up.run()
    cannot_go_on(done, "no Debian")


def test_set_up_usage(set_up):
    done, asked = set_up.run("everything")
    assert done.returncode == 2 and "usage: tools/setup" in done.stderr and asked == ""
