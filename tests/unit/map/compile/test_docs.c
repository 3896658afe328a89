/*
 * The section on maps of docs/language.md is executed: a block fenced as `map` compiles behind the
 * shipped maps without an error or a warning, `map error CODE` is refused with that code first.
 */
#include "support.h"

#include <string.h>

#include "base/limits.h"

static struct wb_str
line_of(struct wb_str text, size_t at)
{
    const struct wb_str rest = wb_str_sub(text, at, text.len);
    return wb_str_sub(rest, 0, wb_str_find(rest, '\n'));
}

static void
check_block(struct wb_str text, struct wb_str code, const char *docs_line)
{
    struct compiled c;
    const struct lang_source *files = NULL;
    compiled_init(&c);
    c.file_count = map_shipped_sources(&files);
    memcpy(c.files, files, c.file_count * sizeof *files);
    c.files[c.file_count].path = WB_LIT("language.md");
    c.files[c.file_count++].bytes = text;
    compiled_run(&c);
    const bool good = code.len == 0
                          ? c.rc == WB_OK && c.diags.warning_count == 0
                          : c.diags.count > 0 && wb_str_eq(wb_str_of(c.diags.items[0].code), code);
    if (!good) {
        print_message("%s\n", docs_line);
        compiled_print(&c);
    }
    assert_true(good);
    compiled_done(&c);
}

static void
every_example_compiles_or_is_refused_as_it_says(void **state)
{
    (void)state;
    static const char fence[] = "```map";
    static const char error[] = "```map error ";
    struct compiled c;
    size_t good = 0;
    size_t refused = 0;
    compiled_init(&c);
    compiled_file(&c, "docs/language.md");
    const struct wb_str page = c.files[0].bytes;
    for (size_t at = 0; at < page.len;) {
        const struct wb_str line = line_of(page, at);
        at += line.len + 1;
        if (!wb_str_starts(line, wb_str_of(fence))) {
            continue;
        }
        const bool is_error = wb_str_starts(line, wb_str_of(error));
        assert_true(is_error || line.len == strlen(fence));
        size_t end = at;
        while (end < page.len && !wb_str_eq(line_of(page, end), WB_LIT("```"))) {
            end += line_of(page, end).len + 1;
        }
        const struct wb_str code =
            is_error ? wb_str_sub(line, strlen(error), line.len) : (struct wb_str){NULL, 0};
        check_block(wb_str_sub(page, at, end - at), code,
                    wb_arena_printf(&c.ctx, &c.arena, WB_FMT, WB_ARG(line_of(page, at))).at);
        good += is_error ? 0 : 1;
        refused += is_error ? 1 : 0;
        at = end;
    }
    assert_true(good >= 4);
    assert_true(refused >= 4);
    compiled_done(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_compiles_or_is_refused_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
