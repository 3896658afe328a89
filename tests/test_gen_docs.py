"""The generated pages are those that their tables give, and a page that is not is noticed."""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = ROOT / "tools" / "gen-docs"
DIAGNOSTICS = tuple(path.relative_to(ROOT).as_posix() for path in ROOT.glob("src/*/diag.def"))
OPCODES = "src/map/opcodes.def"
TABLES = ("src/check/finding.def", "src/check/advice.def", OPCODES, *DIAGNOSTICS)
PAGES = ("docs/diagnostics.md", "docs/findings.md", "docs/opcodes.md")


def run(*arguments):
    return subprocess.run([sys.executable, str(TOOL), *arguments], capture_output=True, text=True,
                          timeout=60, check=False)


def copy(tmp_path):
    """A tree with the tables and pages alone."""
    for name in (*TABLES, *PAGES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_committed_pages_are_up_to_date():
    done = run("--check")
    assert done.returncode == 0, done.stdout


def test_every_row_is_on_the_page():
    text = (ROOT / "docs/findings.md").read_text()
    table = (ROOT / "src/check/finding.def").read_text()
    codes = [word.strip('",') for word in table.split() if word.startswith('"WB-')]
    assert len(codes) > 80
    for code in codes:
        assert text.count(f"| {code} |") == 1


def test_every_diagnostic_is_on_the_page():
    text = (ROOT / "docs/diagnostics.md").read_text()
    codes = [word.strip('",') for name in DIAGNOSTICS for word in (ROOT / name).read_text().split()
             if word.startswith('"WB-')]
    assert len(codes) > 80
    for code in codes:
        assert text.count(f"| {code} |") == 1


def test_every_opcode_is_on_the_page():
    text = (ROOT / "docs/opcodes.md").read_text()
    table = (ROOT / OPCODES).read_text()
    found = re.findall(r'^X\(\w+, "(\w+)", (READ|WRITE|BOTH),', table, re.MULTILINE)
    assert len(found) == table.count("\nX(") > 40
    for name, use in found:
        assert text.count(f"\n| {name} | {use.lower()} |") == 1
    assert len(re.findall(r"^\| \w+ \| (?:read|write|both) \|", text, re.MULTILINE)) == len(found)


def test_an_opcode_with_an_operand_that_nobody_explains(tmp_path):
    root = copy(tmp_path)
    table = root / OPCODES
    table.write_text(table.read_text().replace("X(END, \"end\", BOTH, NOTHING,",
                                               "X(END, \"end\", BOTH, SOMETHING,"))
    done = run("--check", "--root", str(root))
    assert done.returncode == 2
    assert "SOMETHING" in done.stderr


def test_a_changed_row_is_noticed_and_written(tmp_path):
    root = copy(tmp_path)
    table = root / "src/check/finding.def"
    table.write_text(table.read_text().replace("Leave the element empty", "Leave it | empty"))
    done = run("--check", "--root", str(root))
    assert done.returncode == 1
    assert "docs/findings.md" in done.stdout
    assert run("--root", str(root)).returncode == 0
    assert "Leave it \\| empty" in (root / "docs/findings.md").read_text()
    assert run("--check", "--root", str(root)).returncode == 0


def test_a_table_that_is_none(tmp_path):
    root = copy(tmp_path)
    (root / "src/check/finding.def").write_text("nothing\n")
    done = run("--root", str(root))
    assert done.returncode == 2
    assert "finding.def" in done.stderr
