"""tools/tidy sees each breach of the rules, and none in a tree that keeps them.

Each case plants one breach in a small tree of its own and expects the rule's name in the output.
"""
import json
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = ROOT / "tools" / "tidy"

ARCHITECTURE = """# The house

## Rooms

| floor | room | what it is | may include | never |
|---|---|---|---|---|
| 2 | wire | bytes | base | - |
| 1 | base | slices | - | - |

## Programs

| program | needs | why |
|---|---|---|
| prog | libc.so.6 | a program |
"""

CLEAN = {
    "docs/ARCHITECTURE.md": ARCHITECTURE,
    ".clang-format": (ROOT / ".clang-format").read_text(),
    "README.md": "See `docs/ARCHITECTURE.md` and `fixtures/<name>.edi`.\n",
    "meson.build": "subdir('src')\n",
    "src/base/meson.build": "base = files('str.c', 'os_linux.c')\n",
    "src/base/str.h": "#pragma once\n/* Slices. */\nint wb_len(const char *text);\n",
    "src/base/str.c": '/* Slices. strcpy("in a comment") is no call. */\n#include "base/str.h"\n\n'
                      "int\nwb_len(const char *text)\n{\n"
                      '    static const char none[] = "sprintf(";\n'
                      "    return text == none ? 0 : 1;\n}\n",
    "src/base/os_linux.c": "/* The world. */\n#include <stdlib.h>\n\nvoid *wb_take(void);\n\n"
                           "void *\nwb_take(void)\n{\n    return calloc(1, 1);\n}\n",
    "src/wire/meson.build": "wire = files('scan.c')\n",
    "src/wire/scan_priv.h": "#pragma once\n/* Only here. */\nint wire_scan(void);\n",
    "src/wire/scan.c": '/* Scan. */\n#include "base/str.h"\n#include "wire/scan_priv.h"\n\n'
                       'int\nwire_scan(void)\n{\n    return wb_len("x");\n}\n',
    "fixtures/a.edi": "ISA*00*TO" + "DO~\n",
    ".git": "gitdir: /wo" + "rk/elsewhere\n",
}

SCAN = CLEAN["src/wire/scan.c"]
INCLUDE = '#include "base'


def in_scan(line):
    return {"src/wire/scan.c": SCAN.replace("    return", f"    {line}\n    return")}


def body(lines):
    return "/* Scan. */\nvoid f(int x);\n\nvoid\nf(int x)\n{\n" + lines + "}\n"


BREACHES = [
    ("layers", {"src/base/str.c": '/* Up. */\n#include "wire/scan_priv.h"\n'}),
    ("layers", {"src/wire/scan.c": SCAN.replace("base/str.h", "base/absent.h")}),
    ("layers", {"src/other/a.c": "/* A room without a row. */\n",
                "src/other/meson.build": "x = files('a.c')\n"}),
    ("layers", {"docs/ARCHITECTURE.md": ARCHITECTURE.replace("slices | - |", "slices | wire |")}),
    ("layers", {"docs/ARCHITECTURE.md": "# Nothing\n"}),
    ("layers", {"tests/unit/base/test_a.c": '/* T. */\n#include "wire/scan_priv.h"\n',
                "tests/unit/base/meson.build": "x = files('test_a.c')\n"}),
    ("private", {"src/base/str.c": '/* Up. */\n#include "wire/scan_priv.h"\n'}),
    *(("banned", in_scan(f"{call};")) for call in (
        "strcpy(a, b)", "strcat(a, b)", "sprintf(a, b)", "strtok(a, b)", "strtol(a, b, 10)",
        "(void)atoi(a)", "gets(a)", "strncpy(a, b, 3)", "x = alloca(3)", "setlocale(0, a)",
        "ctime(a)", "x = rand()", "mktime(a)", "x = malloc(3)", "x = calloc(3, 3)",
        "x = realloc(x, 3)", "free(x)", "x = strdup(a)", 'getenv("HOME")', "x = fopen(a, b)",
        "read(0, a, 1)", "write (1, a, 1)", 'printf("x")', "time(NULL)", "rename(a, b)")),
    ("banned", {"tests/unit/base/test_a.c": '/* T. */\nint x = atoi("1");\n',
                "tests/unit/base/meson.build": "x = files('test_a.c')\n"}),
    ("floats", in_scan("double price = 1;")),
    ("floats", in_scan("float price = 1;")),
    ("libraries", {"src/wire/scan.c": SCAN.replace(INCLUDE, "#include <jansson.h>\n" + INCLUDE)}),
    ("libraries", {"src/wire/scan.c": SCAN.replace(INCLUDE, "#include <cmocka.h>\n" + INCLUDE)}),
    ("statics", in_scan("static int calls;")),
    ("statics", in_scan("static unsigned char seen[4][2] = {0};")),
    ("sizes", {"src/wire/scan.c": SCAN + "/* x */\n" * 800}),
    ("columns", {"src/wire/scan.c": SCAN + "/* " + "x" * 100 + " */\n"}),
    ("columns", {"src/wire/scan.c": SCAN + "\t/* x */\n"}),
    ("columns", {"src/wire/scan.c": SCAN + "/* x */ \n"}),
    ("columns", {"tools/thing": "#!/bin/sh\n# " + "x" * 100 + "\n"}),
    ("functions", {"src/wire/scan.c": body("    x++;\n" * 71)}),
    ("functions", {"src/wire/scan.c": body(
        "".join("    " * n + "if (x) {\n" for n in range(1, 5)) + "    " * 5 + "x++;\n" +
        "".join("    " * n + "}\n" for n in range(4, 0, -1)))}),
    ("dead", {"src/wire/meson.build": "wire = files()\n"}),
    ("dead", {"src/wire/spare.c": "/* Spare. */\n"}),
    ("dead", {"src/wire/spare.h": "#pragma once\n/* Spare. */\n"}),
    ("dead", {"src/wire/spare.def": "X(a)\n"}),
    ("references", {"README.md": "See fixtures/b.edi.\n"}),
    ("references", {"docs/more.md": "See `docs/map-reference.md`.\n"}),
    ("references", {"maps/a.map": 'test reads "fixtures/b.edi"\n'}),
    ("references", {"tests/test_a.py": 'PATH = "fixtures/b.edi"\n'}),
    *(("words", {"src/wire/scan.c": SCAN + f"/* {word} later */\n"}) for word in (
        "TO" + "DO", "FIX" + "ME", "X" + "XX", "/wo" + "rk/main", "/tmp/bu" + "ild-x")),
    ("words", {"fixtures/a.edi": "/wo" + "rk/main\n"}),
    ("headers", {"src/wire/scan_priv.h": "/* Only here. */\nint wire_scan(void);\n"}),
    ("headers", {"src/wire/scan_priv.h": "#pragma once\nuint8_t wire_scan(void);\n"}),
    ("headers", {"src/wire/scan.c": SCAN.replace("/* Scan. */\n", "")}),
    ("form", {"src/wire/scan.c": SCAN.replace("    return", "  return")}),
]


def plant(root, files):
    for path, text in {**CLEAN, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def tidy(root, *more):
    done = subprocess.run([sys.executable, str(TIDY), "--root", str(root), *more], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    assert done.returncode in (0, 1), done.stdout
    return done


def test_clean_tree(tmp_path):
    plant(tmp_path, {})
    done = tidy(tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].endswith(" passed, 0 failed")


@pytest.mark.parametrize("number", range(len(BREACHES)), ids=lambda n: f"{BREACHES[n][0]}-{n}")
def test_breach(tmp_path, number):
    name, files = BREACHES[number]
    plant(tmp_path, files)
    done = tidy(tmp_path, name)
    assert done.returncode == 1, done.stdout
    assert f"[{name}]" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 passed, 1 failed"


def test_every_rule_is_tested():
    done = subprocess.run([sys.executable, str(TIDY), "nothing"], text=True,
                          stderr=subprocess.PIPE)
    assert done.returncode == 2
    rules = done.stderr.split("there are ")[1].split()
    assert sorted(rules) == sorted({name for name, _ in BREACHES})


def test_an_os_call_of_the_same_file_is_none(tmp_path):
    read = "static int\nread(void)\n{\n    return 1;\n}\n\n"
    own = SCAN.replace("int\nwire_scan", read + "int\nwire_scan")
    plant(tmp_path, {"src/wire/scan.c": own.replace('wb_len("x")', "read()")})
    assert tidy(tmp_path, "banned").returncode == 0


def test_long_file_is_a_warning_first(tmp_path):
    plant(tmp_path, {"src/wire/scan.c": SCAN + "/* x */\n" * 650})
    done = tidy(tmp_path, "sizes")
    assert done.returncode == 0
    assert "warning" in done.stdout


def build(root, variable="", libraries=()):
    """A tree as meson leaves it: an object of a room, a program, the list of targets."""
    tree = root / "built"
    (tree / "src").mkdir(parents=True)
    (tree / "meson-info").mkdir()
    source = root / "room.c"
    source.write_text("static const char *const names[] = {\"a\", \"b\"};\n"
                      "const char *room(int i);\n"
                      "const char *room(int i) { return names[i]; }\n" + variable)
    (root / "main.c").write_text("int main(void) { return 0; }\n")
    for command in (["cc", "-fPIE", "-c", str(source), "-o", str(tree / "src" / "room.o")],
                    ["cc", str(root / "main.c"), "-o", str(tree / "prog"), "-Wl,--no-as-needed",
                     *libraries]):
        subprocess.run(command, check=True)
    targets = [{"name": "prog", "type": "executable", "filename": [str(tree / "prog")],
                "defined_in": str(root / "src" / "meson.build"), "target_sources": []}]
    (tree / "meson-info" / "intro-targets.json").write_text(json.dumps(targets))
    return tree


@pytest.mark.parametrize("variable", [
    "static int calls;\nint *p(void);\nint *p(void) { return &calls; }\n", "int shared = 3;\n",
    "int zeroed[100];\n", "_Thread_local int mine;\n"])
def test_mutable_symbol(tmp_path, variable):
    plant(tmp_path, {})
    done = tidy(tmp_path, "--build", str(build(tmp_path, variable)), "symbols")
    assert done.returncode == 1, done.stdout
    assert "is mutable" in done.stdout


def test_constant_symbols_are_fine(tmp_path):
    plant(tmp_path, {})
    done = tidy(tmp_path, "--build", str(build(tmp_path)), "symbols", "needed")
    assert done.returncode == 0, done.stdout


def test_needed_library(tmp_path):
    plant(tmp_path, {})
    done = tidy(tmp_path, "--build", str(build(tmp_path, libraries=["-ljansson"])), "needed")
    assert done.returncode == 1
    assert "libjansson.so.4" in done.stdout


@pytest.mark.parametrize("table", [ARCHITECTURE.replace("| prog |", "| other |"),
                                   ARCHITECTURE.replace("## Programs", "## Else")])
def test_program_without_a_row(tmp_path, table):
    plant(tmp_path, {"docs/ARCHITECTURE.md": table})
    done = tidy(tmp_path, "--build", str(build(tmp_path)), "needed")
    assert done.returncode == 1
    assert "[needed]" in done.stdout
