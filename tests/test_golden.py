"""What show, check, ls, ack and translate print for each of our fixtures."""
import pytest

from golden import compare
from program import FIXTURES, run

FILES = sorted(p for p in (FIXTURES / "x12").iterdir() if p.suffix in (".edi", ".txt"))


def output(*arguments, file):
    """Standard output, then what was said, with the file's name without its folder."""
    done = run(*arguments, file)
    text = done.stdout.replace(str(file.parent).encode() + b"/", b"")
    said = done.stderr.replace(str(file.parent).encode() + b"/", b"")
    return text + (b"--- said\n" + said if said else b"") + b"--- exit %d\n" % done.returncode


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
@pytest.mark.parametrize("command", ["show", "check", "ls", "ack"])
def test_text(file, command):
    compare(f"{command}/{file.stem}.txt", output(command, file=file))


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_check_json(file):
    compare(f"check-json/{file.stem}.txt", output("check", "--format", "json", file=file))


@pytest.mark.parametrize("file", [f for f in FILES if f.stem.startswith("850")],
                         ids=lambda p: p.stem)
@pytest.mark.parametrize("kind", ["business", "json", "xml"])
def test_translate(file, kind):
    compare(f"translate-{kind}/{file.stem}.txt", output("translate", "--to", kind, file=file))


@pytest.mark.parametrize("thing", ["850", "850/PO1", "PO1", "355", "PO103=CS", "C040",
                                   "997:AK403=7", "N1", "810", "856/HL",
                                   "HL03=T", "855/PO1/ACK", "824:TED01=007"])
def test_explain(thing):
    done = run("explain", thing)
    name = thing.replace("/", "_").replace(":", "_").replace("=", "_")
    compare(f"explain/{name}.txt", done.stdout)
