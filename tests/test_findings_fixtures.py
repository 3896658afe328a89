"""Every row of the findings table is provoked by a fixture of ours, and by little else.

fixtures/x12/findings/<CODE>.edi provokes the row CODE. The one that must be over a megabyte is made
here. The program is $WAYBILL; without it only what needs no program is tested.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "fixtures" / "x12" / "findings"
TABLE = ROOT / "src" / "check" / "finding.def"
WAYBILL = os.environ.get("WAYBILL")

ROW = re.compile(r'^X\(\w+,\s*"(WB-[A-Z]+-\d{4})",\s*CHECK_\w+,\s*CHECK_(\w+)', re.M)
ROWS = ROW.findall(TABLE.read_text())
SEVERITY = {code: severity.lower() for code, severity in ROWS}

# A segment over WB_LIMIT_SEGMENT: too big to keep.
MADE = {"WB-SEG-0308": ("850-minimal.edi", b"BEG*", b"NTE*" + b"x" * (1100 * 1024) + b"~BEG*")}

# What cannot be had alone, by code, with the reason.
ALSO = {}

needs_program = pytest.mark.skipif(not WAYBILL, reason="no program: set WAYBILL")


def fixture(code, tmp_path):
    if code not in MADE:
        return FOLDER / f"{code}.edi"
    base, before, after = MADE[code]
    text = (FOLDER.parent / base).read_bytes()
    assert text.count(before) == 1
    path = tmp_path / f"{code}.edi"
    path.write_bytes(text.replace(before, after))
    return path


def findings(path):
    run = subprocess.run(
        [WAYBILL, "check", "--format", "json", str(path)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.returncode in (0, 1, 2), run.stderr.decode(errors="replace")
    return json.loads(run.stdout)["files"][0]["findings"]


def test_every_row_has_a_fixture_and_every_fixture_a_row():
    assert len(ROWS) > 80
    there = {path.stem for path in FOLDER.glob("*.edi")} | set(MADE)
    assert there == set(SEVERITY)
    assert set(ALSO) <= there


@needs_program
@pytest.mark.parametrize("code", SEVERITY)
def test_fixture_provokes_its_row(code, tmp_path):
    found = findings(fixture(code, tmp_path))
    codes = [f["code"] for f in found]
    assert code in codes, codes
    listed = [f for f in found if f["code"] == code]
    assert all(f["severity"] == SEVERITY[code] for f in listed)
    assert all(0 < len(f["text"]) <= 100 for f in listed)
    # Notes and advice may stand beside it; what counts for the verdict only with a reason.
    beside = {f["code"] for f in found if f["severity"] in ("error", "warning")} - {code}
    assert beside == set(ALSO.get(code, {}))
