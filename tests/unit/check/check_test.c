/*
 * Runs a check over bytes and keeps what it gave. The log has one line an event with everything in
 * it, so that two runs can be compared as text.
 */
#include "check_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 512 * 1024 * 1024, LOG_BYTES = 64 * 1024 * 1024 };

int
test_setup(void **state)
{
    struct test_fix *fix = test_calloc(1, sizeof *fix);
    wb_ctx_init(&fix->ctx);
    wb_arena_init(&fix->arena, ARENA_BYTES);
    *state = fix;
    return 0;
}

int
test_teardown(void **state)
{
    struct test_fix *fix = *state;
    wb_arena_done(&fix->arena);
    test_free(fix);
    return 0;
}

static struct wb_str
dup(struct test_fix *fix, struct wb_str s)
{
    const struct wb_str copy = wb_arena_dup(&fix->ctx, &fix->arena, s);
    assert_non_null(copy.at);
    return copy;
}

static void
keep_finding(struct test_fix *fix, struct test_run *run, const struct check_finding *f)
{
    struct test_finding *kept =
        WB_PUSH(&fix->ctx, &fix->arena, run->findings, run->finding_count, run->finding_cap);
    assert_non_null(kept);
    kept->f = *f;
    kept->code = check_row(f->code)->code;
    kept->f.tag = dup(fix, f->tag);
    kept->f.loop_path = dup(fix, f->loop_path);
    kept->f.loop = dup(fix, f->loop);
    kept->f.element_id = dup(fix, f->element_id);
    kept->f.value = dup(fix, f->value);
    kept->f.expected_at = dup(fix, f->expected_at);
    kept->f.expected_tag = dup(fix, f->expected_tag);
    kept->f.text = dup(fix, f->text);
    kept->f.corrected = dup(fix, f->corrected);
}

static void
join(char *room, size_t size, const char *const *codes, uint32_t count)
{
    size_t len = 0;
    room[0] = '\0';
    for (uint32_t i = 0; i < count; i++) {
        const int wrote = snprintf(room + len, size - len, "%s%s", i > 0 ? " " : "", codes[i]);
        assert_true(wrote > 0);
        len += (size_t)wrote;
    }
}

static void
log_finding(struct wb_out *out, const struct check_finding *f)
{
    wb_out_printf(out, " %s %s @%llu+%llu %llu:%llu i%u g%u m%u s%u", check_row(f->code)->code,
                  check_severity_word(f->severity), (unsigned long long)f->at,
                  (unsigned long long)f->len, (unsigned long long)f->line,
                  (unsigned long long)f->column, f->interchange_no, f->group_no, f->message_no,
                  f->segment_no);
    wb_out_printf(out, " e%u r%u c%u |", f->element_no, f->repeat_no, f->component_no);
    const struct wb_str texts[] = {f->tag,         f->loop_path,    f->element_id, f->value,
                                   f->expected_at, f->expected_tag, f->text,       f->corrected};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        wb_out_str(out, texts[i]);
        wb_out_byte(out, '|');
    }
}

static void
keep_event(struct test_fix *fix, struct test_run *run, struct wb_out *out,
           const struct check_event *e)
{
    wb_out_printf(out, "%d", (int)e->kind);
    if (e->kind == CHECK_FINDING) {
        keep_finding(fix, run, e->finding);
        log_finding(out, e->finding);
    } else if (e->kind == CHECK_SEGMENT_SEEN) {
        run->segments_seen++;
        run->segments_placed += e->node != GRAMMAR_NONE;
        wb_out_printf(out, " %u ", e->node);
        wb_out_str(out, e->segment->bytes);
    } else if (e->kind == CHECK_MESSAGE_END) {
        assert_true(run->message_count < TEST_LEVEL_MAX);
        struct test_verdict *v = &run->messages[run->message_count++];
        const struct check_message *m = e->message;
        run->trees += m->tree != NULL;
        run->too_large += m->too_large;
        *v = (struct test_verdict){dup(fix, m->type), m->verdict,     "",
                                   m->segment_count,  m->error_count, m->warning_count,
                                   m->note_count};
        join(v->codes, sizeof v->codes, m->ak_codes, m->ak_count);
        wb_out_printf(out, " %s %s", check_verdict_word(m->verdict), v->codes);
    } else if (e->kind == CHECK_GROUP_END) {
        assert_true(run->group_count < TEST_LEVEL_MAX);
        struct test_verdict *v = &run->groups[run->group_count++];
        *v = (struct test_verdict){dup(fix, e->group->type),
                                   e->group->verdict,
                                   "",
                                   e->group->message_count,
                                   e->group->error_count,
                                   0,
                                   0};
        join(v->codes, sizeof v->codes, e->group->ak_codes, e->group->ak_count);
        wb_out_printf(out, " %s %s", check_verdict_word(e->group->verdict), v->codes);
    } else if (e->kind == CHECK_INTERCHANGE_END) {
        assert_true(run->interchange_count < TEST_LEVEL_MAX);
        run->ta1[run->interchange_count] = e->interchange->ta1;
        run->interchanges[run->interchange_count++].verdict = e->interchange->verdict;
        wb_out_printf(out, " %s %s", check_verdict_word(e->interchange->verdict),
                      e->interchange->ta1);
    }
    wb_out_byte(out, '\n');
}

struct test_run *
test_check(struct test_fix *fix, struct wb_str bytes, const struct test_how *how)
{
    static const struct test_how plain = {0};
    const struct test_how *h = how == NULL ? &plain : how;
    struct wb_ctx *ctx = &fix->ctx;
    struct test_run *run = wb_arena_alloc(ctx, &fix->arena, sizeof *run);
    assert_non_null(run);
    struct wire_memory memory = {.bytes = bytes, .step = h->step_bytes};
    struct wire_reader *reader = NULL;
    const struct wire_options wire_options = {.force_scalar = h->scalar};
    assert_int_equal(wire_open(ctx, wire_source_memory(&memory), &wire_options, &reader), WB_OK);
    const struct check_options options = {.want_trees = h->want_trees,
                                          .want_segments = h->want_segments,
                                          .findings_max = h->findings_max,
                                          .message_bytes_max = h->message_bytes_max,
                                          .find_grammar = h->find_grammar,
                                          .find_self = h->find_self};
    struct check *check = NULL;
    assert_int_equal(check_open(ctx, reader, &options, &check), WB_OK);
    struct wb_out out;
    wb_out_init(&out, ctx, -1, LOG_BYTES);
    struct check_event event = {.kind = CHECK_FINDING};
    while (event.kind != CHECK_END) {
        assert_int_equal(check_next(ctx, check, &event), WB_OK);
        keep_event(fix, run, &out, &event);
    }
    assert_int_equal(wb_out_finish(&out), WB_OK);
    run->log = dup(fix, wb_buf_str(&out.buf));
    wb_out_done(&out);
    check_close(check);
    wire_close(reader);
    return run;
}

struct wb_str
test_ack(struct test_fix *fix, struct wb_str bytes, const struct ack_options *given)
{
    struct wb_ctx *ctx = &fix->ctx;
    struct ack_options options = {.at_seconds = 1773230400,
                                  .at_given = true,
                                  .control_no = 7,
                                  .list_accepted = true,
                                  .suffix = WB_LIT("\n")};
    if (given != NULL) {
        options = *given;
    }
    struct wire_memory memory = {.bytes = bytes};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    const struct check_options check_options = {.keep_findings = true};
    struct check *check = NULL;
    assert_int_equal(check_open(ctx, reader, &check_options, &check), WB_OK);
    struct wb_out out;
    wb_out_init(&out, ctx, -1, LOG_BYTES);
    struct ack *ack = NULL;
    assert_int_equal(ack_open(ctx, &options, &out, &ack), WB_OK);
    struct check_event event = {.kind = CHECK_FINDING};
    while (event.kind != CHECK_END) {
        assert_int_equal(check_next(ctx, check, &event), WB_OK);
        assert_int_equal(ack_event(ctx, ack, &event), WB_OK);
    }
    assert_int_equal(wb_out_finish(&out), WB_OK);
    const struct wb_str text = dup(fix, wb_buf_str(&out.buf));
    assert_true((text.len > 0) == (ack_count(ack) > 0));
    wb_out_done(&out);
    ack_close(ack);
    check_close(check);
    wire_close(reader);
    return text;
}

struct wb_str
test_fixture(struct test_fix *fix, const char *name)
{
    const char *root = getenv("WAYBILL_SOURCE");
    char path[1024];
    assert_non_null(root);
    (void)snprintf(path, sizeof path, "%s/fixtures/x12/%s", root, name);
    struct wb_str bytes = {NULL, 0};
    assert_int_equal(wb_os_read_file(&fix->ctx, &fix->arena, path, 16 * 1024 * 1024, &bytes), 0);
    return bytes;
}

struct wb_str
test_order(struct test_fix *fix, const char *body)
{
    size_t count = 2;
    for (const char *c = body; *c != '\0'; c++) {
        count += *c == '~';
    }
    const struct wb_str text = wb_arena_printf(&fix->ctx, &fix->arena, "%s%s%s%sSE*%zu*0001~%s",
                                               TEST_ISA, TEST_GS, TEST_ST, body, count, TEST_TAIL);
    assert_non_null(text.at);
    return text;
}

size_t
test_count(const struct test_run *run, const char *code)
{
    size_t count = 0;
    for (size_t i = 0; i < run->finding_count; i++) {
        count += strcmp(run->findings[i].code, code) == 0;
    }
    return count;
}

const struct check_finding *
test_find(const struct test_run *run, const char *code)
{
    for (size_t i = 0; i < run->finding_count; i++) {
        if (strcmp(run->findings[i].code, code) == 0) {
            return &run->findings[i].f;
        }
    }
    fail_msg("no finding %s", code);
    return NULL;
}

const char *
test_list(struct test_fix *fix, const struct test_run *run)
{
    struct wb_out out;
    wb_out_init(&out, &fix->ctx, -1, LOG_BYTES);
    for (size_t i = 0; i < run->finding_count; i++) {
        const struct check_finding *f = &run->findings[i].f;
        wb_out_printf(&out, "%s%s@%u/%u", i > 0 ? " " : "", run->findings[i].code + 3,
                      f->segment_no, f->element_no);
        if (f->component_no > 0) {
            wb_out_printf(&out, "-%u", f->component_no);
        }
    }
    const struct wb_str text = dup(fix, wb_buf_str(&out.buf));
    wb_out_done(&out);
    return text.at;
}
