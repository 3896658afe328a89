/*
 * What reading costs: 100 MB of purchase orders made here, tokenised by each kernel, beside memcpy
 * of the same bytes and a bare count of terminators in the same run. CPU time, median of nine.
 * Absolute figures do not carry over to another machine; the ratios do. With an argument, the
 * tokenising has to stay within so many times memcpy.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "wire/reader.h"
#include "wire/scan.h"
#include "wire/writer.h"

enum { ROUNDS = 9, INPUT_BYTES = 100 * 1000 * 1000 };

struct bench {
    struct wb_ctx ctx;
    struct wb_str input;
    char *copy;
    uint64_t segments;
    uint64_t tokens;
    uint64_t sum; /* of what the work gave, so that none of it can be left out */
};

static uint32_t
next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

static void
write_line(struct wb_out *out, uint64_t *state, unsigned no)
{
    wb_out_printf(out, "PO1*%u*%u*CA*%u.%02u**VN*%08u*UP*%012u~\n", no, 1 + next(state) % 500,
                  next(state) % 900, next(state) % 100, next(state) % 100000000, next(state));
    wb_out_printf(out, "PID*F****GLOVE EXAM NITRILE %u MM~\n", next(state) % 400);
    if (next(state) % 3 == 0) {
        wb_out_printf(out, "DTM*002*2026%02u%02u~\nREF*CT*C%06u~\n", 1 + next(state) % 12,
                      1 + next(state) % 28, next(state) % 1000000);
    }
}

static void
write_message(struct wb_out *out, uint64_t *state, unsigned no)
{
    wb_out_printf(out, "ST*850*%04u~\nBEG*00*SA*PO%07u**20260311~\nREF*DP*038~\n", no % 10000,
                  next(state) % 10000000);
    wb_out_text(out, "PER*BD*PURCHASING*TE*5555550100~\n");
    wb_out_printf(out, "N1*ST*GENERAL HOSPITAL %u*UL*%013u~\n", next(state) % 90, next(state));
    wb_out_text(out, "N3*100 MAIN STREET~\nN4*SPRINGFIELD*IL*62701~\n");
    unsigned lines = 1 + next(state) % 100;
    for (unsigned i = 1; i <= lines; i++) {
        write_line(out, state, i);
    }
    wb_out_printf(out, "CTT*%u~\nSE*%u*%04u~\n", lines, lines, no % 10000);
}

static struct wb_str
make_input(struct wb_ctx *ctx, struct wb_out *out)
{
    uint64_t state = 1;
    wb_out_init(out, ctx, -1, 2 * (size_t)INPUT_BYTES);
    wb_out_text(out, "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
                     "*260311*1200*U*00401*000000001*0*P*>~\n"
                     "GS*PO*SENDER*RECEIVER*20260311*1200*1*X*004010~\n");
    unsigned messages = 0;
    while (out->buf.len < INPUT_BYTES) {
        write_message(out, &state, ++messages);
    }
    wb_out_printf(out, "GE*%u*1~\nIEA*1*000000001~\n", messages);
    return wb_buf_str(&out->buf);
}

static void
work_memcpy(struct bench *b, const struct wire_kernel *kernel)
{
    (void)kernel;
    memcpy(b->copy, b->input.at, b->input.len);
    b->sum += (uint8_t)b->copy[b->sum % b->input.len];
}

static void
work_memchr(struct bench *b, const struct wire_kernel *kernel)
{
    (void)kernel;
    const char *end = b->input.at + b->input.len;
    for (const char *p = b->input.at; p != NULL && p < end; b->sum++) {
        p = memchr(p, '~', (size_t)(end - p));
        p = p == NULL ? NULL : p + 1;
    }
}

/* The kernels see what the reader gives them: a window that was just filled. */
static void
work_count(struct bench *b, const struct wire_kernel *kernel)
{
    for (size_t at = 0; at + WB_LIMIT_WINDOW <= b->input.len; at += WB_LIMIT_WINDOW) {
        memcpy(b->copy, b->input.at + at, WB_LIMIT_WINDOW);
        b->sum += kernel->count((const uint8_t *)b->copy, WB_LIMIT_WINDOW, '~');
    }
}

static void
work_scan(struct bench *b, const struct wire_kernel *kernel)
{
    static const struct wire_scan_set SET = {
        {'~', '*', '>', '*'}
    };
    enum { CHUNK = 4096 };
    uint32_t marks[CHUNK + WIRE_SCAN_PAD];
    for (size_t at = 0; at + WB_LIMIT_WINDOW <= b->input.len; at += WB_LIMIT_WINDOW) {
        memcpy(b->copy, b->input.at + at, WB_LIMIT_WINDOW);
        for (size_t i = 0; i < WB_LIMIT_WINDOW; i += CHUNK) {
            size_t count = kernel->scan(&SET, (const uint8_t *)b->copy + i, CHUNK, marks);
            b->sum += marks[count / 2];
        }
    }
}

static void
read_all(struct bench *b, bool force_scalar, struct wire_writer *writer)
{
    struct wire_memory memory = {.bytes = b->input};
    struct wire_options options = {.force_scalar = force_scalar};
    struct wire_reader *reader = NULL;
    if (wire_open(&b->ctx, wire_source_memory(&memory), &options, &reader) != WB_OK) {
        return;
    }
    enum wire_event event = WIRE_NOTICE;
    struct wire_segment segment;
    struct wire_notice notice;
    b->segments = 0;
    b->tokens = 0;
    while (wire_next(&b->ctx, reader, &event, &segment, &notice) == WB_OK && event != WIRE_END) {
        if (event == WIRE_NOTICE) {
            continue;
        }
        b->segments++;
        b->tokens += segment.token_count;
        if (writer != NULL) {
            wire_copy(writer, &segment);
        }
    }
    wire_close(reader);
}

static void
work_read(struct bench *b, const struct wire_kernel *kernel)
{
    read_all(b, kernel == &wire_kernel_scalar, NULL);
}

static void
work_rewrite(struct bench *b, const struct wire_kernel *kernel)
{
    (void)kernel;
    struct wb_out out;
    struct wire_writer writer;
    wb_out_init(&out, &b->ctx, -1, 2 * b->input.len);
    wire_writer_init(&writer, &out, wire_delims_x12());
    read_all(b, false, &writer);
    b->sum += out.buf.len;
    wb_out_done(&out);
}

/* CPU nanoseconds of one round, the middle of nine. */
static uint64_t
measure(struct bench *b, void (*work)(struct bench *, const struct wire_kernel *),
        const struct wire_kernel *kernel)
{
    uint64_t ns[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t before = wb_os_cpu_ns();
        work(b, kernel);
        uint64_t took = wb_os_cpu_ns() - before;
        size_t at = i;
        for (; at > 0 && ns[at - 1] > took; at--) {
            ns[at] = ns[at - 1];
        }
        ns[at] = took;
    }
    return ns[ROUNDS / 2];
}

static uint64_t
report(struct bench *b, const char *what, const char *kernel, uint64_t ns, uint64_t base_ns)
{
    printf("%-34s %-7s %8.3f ms  %6.2f GB/s  %6.2f ns/segment  %5.2f x memcpy\n", what, kernel,
           (double)ns / 1e6, (double)b->input.len / (double)ns, (double)ns / (double)b->segments,
           (double)ns / (double)base_ns);
    return ns;
}

int
main(int argc, char **argv)
{
    struct bench b = {.segments = 0};
    struct wb_out input;
    wb_ctx_init(&b.ctx);
    b.input = make_input(&b.ctx, &input);
    b.copy = wb_os_alloc(&b.ctx, b.input.len);
    if (b.copy == NULL) {
        return 1;
    }
    const struct wire_kernel *kernels[3];
    size_t kernel_count = wire_kernel_list(kernels);
    const struct wire_kernel *best = kernels[kernel_count - 1];
    work_memcpy(&b, best);
    read_all(&b, false, NULL);
    printf("%zu bytes, %llu segments, %llu tokens\n", b.input.len, (unsigned long long)b.segments,
           (unsigned long long)b.tokens);
    uint64_t base = measure(&b, work_memcpy, best);
    (void)report(&b, "memcpy", "", base, base);
    (void)report(&b, "count terminators (memchr)", "", measure(&b, work_memchr, best), base);
    for (size_t i = 0; i < kernel_count; i++) {
        const struct wire_kernel *k = kernels[i];
        (void)report(&b, "fill window, count one byte", k->name, measure(&b, work_count, k), base);
        (void)report(&b, "fill window, find separators", k->name, measure(&b, work_scan, k), base);
    }
    (void)report(&b, "tokenise", "scalar", measure(&b, work_read, &wire_kernel_scalar), base);
    uint64_t read_ns = report(&b, "tokenise", best->name, measure(&b, work_read, best), base);
    (void)report(&b, "tokenise, write with ':'", best->name, measure(&b, work_rewrite, best), base);
    printf("peak memory %.1f MB, of it %.1f MB input and its copy; check %llu\n",
           (double)wb_os_peak_bytes() / 1e6, 2 * (double)b.input.len / 1e6,
           (unsigned long long)(b.sum & 1));
    wb_os_free(b.copy);
    wb_out_done(&input);
    uint64_t limit = 0;
    if (argc > 1 && wb_str_u64(wb_str_of(argv[1]), &limit) && read_ns > limit * base) {
        printf("tokenising took more than %llu x memcpy\n", (unsigned long long)limit);
        return 1;
    }
    return 0;
}
