/*
 * Lists the `test` blocks of maps. Running them is for who can read files and messages.
 */
#include "map/test.h"

#include <assert.h>

#include "map/compile_priv.h"

enum wb_rc
map_test_cases(struct wb_ctx *ctx, struct wb_arena *arena, const struct lang_source *files,
               size_t file_count, struct lang_diags *diags, struct map_test_case **ret,
               size_t *ret_count)
{
    assert(ctx != NULL && arena != NULL && diags != NULL && ret != NULL && ret_count != NULL);
    struct map_compile c = {.ctx = ctx, .arena = arena, .diags = diags};
    struct map_test_case *cases = NULL;
    size_t count = 0;
    size_t cap = 0;
    const enum wb_rc rc = map_parse_all(&c, files, file_count);
    for (const struct map_ast_test_case *t = c.ast.tests; rc == WB_OK && t != NULL; t = t->next) {
        struct map_test_case *made = WB_PUSH(ctx, arena, cases, count, cap);
        uint32_t column = 0;
        if (made == NULL) {
            return WB_NOMEM;
        }
        *made = (struct map_test_case){.map = t->map,
                                       .reads = !t->writes,
                                       .input = t->input,
                                       .expected = t->expected,
                                       .file = t->pos.source->path};
        lang_place(t->pos, &made->line, &column);
    }
    if (rc == WB_OK) {
        *ret = cases;
        *ret_count = count;
    }
    return rc;
}
