/*
 * What a command spends: spend FILE COMMAND... runs it and writes to FILE its CPU time in
 * microseconds and its peak memory in bytes. A program of its own because the system hands the peak
 * of whoever started a process on to it, and an interpreter's would hide ours.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

static uint64_t
microseconds(struct timeval t)
{
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec;
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        (void)fputs("usage: spend FILE COMMAND...\n", stderr);
        return 2;
    }
    pid_t child = fork();
    if (child == 0) {
        (void)execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || waitpid(child, &status, 0) != child ||
        getrusage(RUSAGE_CHILDREN, &usage) != 0) {
        return 1;
    }
    FILE *out = fopen(argv[1], "w");
    if (out == NULL) {
        return 1;
    }
    uint64_t spent = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    (void)fprintf(out, "%llu %llu\n", (unsigned long long)spent,
                  (unsigned long long)usage.ru_maxrss * 1024);
    return fclose(out) == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
