"""What one run of the program takes of memory and CPU time, and files large enough to see it."""
import collections
import os
import subprocess
import tempfile

from program import path, small_order

Measured = collections.namedtuple("Measured", "exit_code peak_bytes user_seconds output_bytes")


# What two runs may differ by, in bytes. In some 130 pairs it was at most 0.4 MB, sanitizers or not;
# the rest is reserve, and still far below the files of 24 and 100 MB.
ROOM = 8_000_000

# A process between pytest and the program: the peak of a child begins with that of its parent.
BETWEEN = """import os, resource, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(status, usage.ru_maxrss * 1024, usage.ru_utime, file=sys.stderr)
"""


def measured(*arguments):
    """Runs the program on files; what it prints is counted and thrown away. The peak is never below
    the some ten megabytes of the process that starts it."""
    with tempfile.TemporaryFile() as out:
        command = ["/usr/bin/python3", "-I", "-S", "-c", BETWEEN, path(), *map(str, arguments)]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, timeout=120, check=True)
        size = os.fstat(out.fileno()).st_size
    exit_code, peak, user = done.stderr.decode().splitlines()[-1].split()
    return Measured(int(exit_code), int(peak), float(user), size)


def file_of_orders(file, megabytes):
    """One interchange with one group of many good orders, about so many megabytes; returns the
    file."""
    lines = "".join(f"PO1*{n}*10*EA*1.5**VN*A-{n}\nPID*F****Item number {n} of this order\n"
                    for n in range(1, 21))
    head = "BEG*00*SA*PO1**20260101\nN1*BY*WARD*92*77\n"
    whole = small_order(head + lines + "CTT*20", control="%%%%").decode()
    begin, end = whole.index("ST*"), whole.index("GE*")
    message = whole[begin:end]
    count = megabytes * 1_000_000 // len(message)
    with open(file, "w", encoding="ascii", newline="") as out:
        out.write(whole[:begin])
        for first in range(1, count + 1, 1000):
            last = min(first + 1000, count + 1)
            out.write("".join(message.replace("%%%%", f"{n:07}") for n in range(first, last)))
        out.write(f"GE*{count}*1~\nIEA*1*000000001~\n")
    return file
