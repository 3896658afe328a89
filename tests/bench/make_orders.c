/*
 * Writes purchase orders to standard output: make_orders BYTES [SEED [LINES]]. The same arguments
 * give the same bytes. What is read again from a file by the program is made by this.
 */
#include <stdio.h>
#include <unistd.h>

#include "orders.h"

enum { LINES_MAX = 100 };

int
main(int argc, char **argv)
{
    uint64_t numbers[3] = {0, 1, LINES_MAX};
    bool good = argc >= 2 && argc <= 4;
    for (int i = 1; good && i < argc; i++) {
        good = wb_str_u64(wb_str_of(argv[i]), &numbers[i - 1]);
    }
    if (!good || numbers[2] == 0 || numbers[2] > UINT32_MAX) {
        (void)fputs("usage: make_orders BYTES [SEED [LINES]]\n", stderr);
        return 2;
    }
    struct wb_ctx ctx;
    struct wb_out out;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, STDOUT_FILENO, 0);
    (void)bench_orders(&out, numbers[0], numbers[1], (unsigned)numbers[2]);
    enum wb_rc rc = wb_out_finish(&out);
    wb_out_done(&out);
    return rc == WB_OK ? 0 : 1;
}
