/*
 * A path as it would be written, in one spelling: what statements are compared by, and what
 * messages show.
 */
#include "map/compile_priv.h"

#include <assert.h>

static void
put_codes(struct wb_out *out, const struct map_ast_codes *codes)
{
    for (size_t i = 0; i < codes->count; i++) {
        wb_out_printf(out, "%s" WB_FMT, i > 0 ? "|" : "", WB_ARG(codes->items[i]));
    }
}

static void
put_elem(struct wb_out *out, const struct map_ast_elem *elem)
{
    wb_out_str(out, elem->name);
    if (elem->component.len > 0) {
        wb_out_printf(out, "." WB_FMT, WB_ARG(elem->component));
    }
    if (elem->nth > 0) {
        wb_out_printf(out, "#%u", elem->nth);
    }
    if (elem->last > 0) {
        wb_out_printf(out, "..%u", elem->last);
    }
}

static void
put_sel(struct wb_out *out, const struct map_ast_sel *sel)
{
    if (sel == NULL) {
        return;
    }
    wb_out_byte(out, '[');
    if (sel->is_else) {
        wb_out_text(out, "else");
    }
    for (size_t i = 0; i < sel->count; i++) {
        wb_out_text(out, i > 0 ? "," : "");
        if (sel->tests[i].has_elem) {
            put_elem(out, &sel->tests[i].elem);
            wb_out_byte(out, '=');
        }
        put_codes(out, &sel->tests[i].codes);
    }
    wb_out_byte(out, ']');
}

static void
put_path(struct wb_out *out, const struct map_ast_path *path)
{
    wb_out_text(out, path->climbs ? "/" : "");
    if (path->side.len > 0) {
        wb_out_printf(out, WB_FMT ".", WB_ARG(path->side));
    }
    if (path->area.len > 0) {
        wb_out_printf(out, WB_FMT ".", WB_ARG(path->area));
    }
    for (size_t i = 0; i < path->step_count; i++) {
        wb_out_printf(out, "%s" WB_FMT, i > 0 ? "." : "", WB_ARG(path->steps[i].name));
        put_sel(out, path->steps[i].sel);
    }
    for (size_t i = 0; i < path->elem_count; i++) {
        wb_out_text(out, i > 0 ? "+" : path->step_count > 0 ? "." : "");
        put_elem(out, &path->elems[i]);
    }
    put_sel(out, path->elem_sel);
    put_sel(out, path->filter);
    if (path->pair == MAP_AST_PAIR_CODE) {
        wb_out_printf(out, ":" WB_FMT, WB_ARG(path->pair_code));
    } else if (path->pair == MAP_AST_PAIR_ELSE) {
        wb_out_text(out, ":else");
    }
}

struct wb_str
map_path_text(struct map_compile *c, const struct map_ast_path *path)
{
    enum { PATH_TEXT_MAX = 64 * 1024 };
    struct wb_out out;
    wb_out_init(&out, c->ctx, -1, PATH_TEXT_MAX);
    put_path(&out, path);
    struct wb_str text = {NULL, 0};
    if (wb_out_finish(&out) == WB_OK) {
        text = wb_arena_dup(c->ctx, c->arena, wb_buf_str(&out.buf));
    }
    wb_out_done(&out);
    return text;
}
