/*
 * A compiled table from outside is refused or harmless: what opens is walked from end to end. An
 * input whose first byte is 'T' is a table behind eight bytes; any other is a list of edits
 * (offset, width, value) of a good table, which get past the header more often.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "grammar/compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 64 * 1024 * 1024, EDIT_BYTES = 7 };

static const char source[] =
    "edition 1\nstandard t 1\n"
    "envelope { interchange IS IE { control IS.01 IE.01; count IE.02 group }\n"
    "message ST SE { type ST.01; count SE.01 segment }; between TA1 }\n"
    "element 1 \"E\" AN 1..9\nelement 2 \"q\" ID 1..2 codes closed { A \"a\"; B; C; DD }\n"
    "element 4 \"long\" AN 1..20 codes open { ABCDEFGHI \"x\"; ABCDEFGHJ }\n"
    "composite C1 \"c\" { 01 2 M qualifier; 02 1 O value; note P0102 }\n"
    "segment IS \"I\" { 01 1 M }\nsegment IE \"I\" { 01 1 M; 02 1 M }\nsegment TA1 \"T\" { 01 1 M "
    "}\n"
    "segment ST \"H\" { 01 1 M }\nsegment SE \"T\" { 01 1 M }\n"
    "segment N1 \"N\" { 01 2 M qualifier; 02 1 X value; 03 2 X; 04 1 X; 05 C1 O repeat 2\n"
    "note R0203; note P0304; pairs 03..04 }\n"
    "segment HL \"H\" { 01 1 M; 02 1 O; 03 2 M; 04 1 O }\n"
    "message 8 \"first\" group G { heading { 010 ST M 1; 020 SE M 1 } }\n"
    "message 9 \"second\" { heading { 010 ST M 1; 020 N1 O >1 }\n"
    "detail { 010 loop HL M >1 tree 01 02 03 04 { 010 HL M 1; 020 loop N1 O 3 { 020 N1 M 1 } } }\n"
    "summary { 010 SE M 1 } }\n";

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void
walk_message(const struct grammar *g, const struct grammar_message *m)
{
    char path[64];
    for (uint32_t n = 0; n < m->node_count; n++) {
        require(grammar_path(g, m->node_first + n, path, sizeof path) <= sizeof path);
        for (uint32_t t = 0; t < m->tag_count; t++) {
            const uint32_t to = grammar_move(g, m, m->node_first + n, t);
            require(to == GRAMMAR_NONE || g->nodes[to].segment < g->segment_count);
        }
    }
    for (uint32_t t = 0; t < m->tag_count; t++) {
        require(grammar_find_tag(g, m, grammar_str(g, g->tags[m->tag_first + t])) == t);
    }
}

static void
walk(struct wb_ctx *ctx, const struct grammar *g)
{
    for (uint32_t i = 0; i < g->element_count; i++) {
        const struct grammar_element *e = &g->elements[i];
        for (uint32_t k = 0; k < e->code_count; k++) {
            const struct wb_str value = grammar_str(g, g->codes[e->code_first + k].value);
            require(grammar_find_code(g, i, value) == e->code_first + k);
        }
        (void)grammar_find_code(g, i, WB_LIT("??")); /* any answer is right, none may crash */
    }
    for (uint32_t i = 0; i < g->segment_count; i++) {
        require(grammar_find_segment(g, grammar_str(g, g->segments[i].tag)) == i);
    }
    for (uint32_t i = 0; i < g->message_count; i++) {
        walk_message(g, &g->messages[i]);
    }
    struct wb_out out;
    wb_out_init(&out, ctx, -1, ARENA_MAX);
    grammar_dump(&out, g);
    require(wb_out_finish(&out) == WB_OK);
    wb_out_done(&out);
}

/* offset (4 bytes, taken modulo), width 1, 2 or 4 (1 byte), value (2 bytes, widened with its sign)
 */
static void
apply_edit(char *bytes, size_t len, const uint8_t *edit)
{
    const uint32_t offset = (uint32_t)edit[0] | (uint32_t)edit[1] << 8 | (uint32_t)edit[2] << 16 |
                            (uint32_t)edit[3] << 24;
    const size_t width = edit[4] % 3 == 0 ? 1 : edit[4] % 3 == 1 ? 2 : 4;
    const int16_t small = (int16_t)(edit[5] | edit[6] << 8); /* both 8 bits wide */
    const int32_t value = small;
    memcpy(bytes + offset % (len - 3), &value, width); /* little-endian: the low bytes */
}

static void
open_and_walk(struct wb_ctx *ctx, struct wb_str bytes)
{
    struct grammar grammar;
    if (grammar_open(ctx, bytes, &grammar) == WB_OK) {
        walk(ctx, &grammar);
    }
}

static void
run_edits(struct wb_ctx *ctx, struct wb_arena *arena, const uint8_t *data, size_t size)
{
    const struct lang_source file = {
        WB_LIT("t"), {source, sizeof source - 1}
    };
    const struct grammar_sources sources = {.files = &file, .file_count = 1};
    struct lang_diags diags;
    struct wb_str table = {NULL, 0};
    lang_diags_init(&diags, arena);
    require(grammar_compile(ctx, arena, &sources, &diags, &table) == WB_OK);
    char *bytes = wb_os_alloc(ctx, table.len); /* exactly so many: reads behind are seen */
    require(bytes != NULL);
    memcpy(bytes, table.at, table.len);
    for (size_t at = 0; at + EDIT_BYTES <= size; at += EDIT_BYTES) {
        apply_edit(bytes, table.len, data + at);
    }
    open_and_walk(ctx, (struct wb_str){bytes, table.len});
    wb_os_free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wb_ctx ctx;
    struct wb_arena arena;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, ARENA_MAX);
    if (size > 8 && data[0] == 'T') {
        char *bytes = wb_os_alloc(&ctx, size - 8);
        require(bytes != NULL);
        memcpy(bytes, data + 8, size - 8);
        open_and_walk(&ctx, (struct wb_str){bytes, size - 8});
        wb_os_free(bytes);
    } else {
        run_edits(&ctx, &arena, data, size);
    }
    wb_arena_done(&arena);
    return 0;
}
