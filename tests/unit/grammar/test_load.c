/* A user's own grammar: compiled once, cached, made again when the cache or the sources changed. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/load.h"

#define MESSAGE "message 9 \"M\" { heading { 010 ST M 1; 020 SE M 1 } }\n"

struct place { /* a private folder */
    struct wb_ctx ctx;
    struct wb_arena arena;
    char root[64];
    char dir[80];
    char cache[80];
};

static struct wb_str
join(struct place *place, const char *dir, const char *name)
{
    return wb_arena_printf(&place->ctx, &place->arena, "%s/%s", dir, name);
}

static void
put(struct place *place, const char *name, const char *text)
{
    assert_int_equal(
        wb_os_replace_file(&place->ctx, join(place, place->dir, name).at, wb_str_of(text)), WB_OK);
}

static void
place_init(struct place *place)
{
    const char *tmp = getenv("TMPDIR");
    wb_ctx_init(&place->ctx);
    wb_arena_init(&place->arena, 64 * 1024 * 1024);
    (void)snprintf(place->root, sizeof place->root, "%.40s/grammar-XXXXXX",
                   tmp == NULL ? "/tmp" : tmp);
    assert_non_null(mkdtemp(place->root));
    (void)snprintf(place->dir, sizeof place->dir, "%s/own", place->root);
    (void)snprintf(place->cache, sizeof place->cache, "%s/a/b/cache", place->root);
    assert_int_equal(wb_os_mkdirs(&place->ctx, place->dir), WB_OK);
    put(place, "a.gram", HEAD "element 2 \"x\" ID 1..2 codes closed\n");
    put(place, "b.gram", "edition 1\nstandard t 1\n" MESSAGE);
    put(place, "codes.csv", "element,code,label\n2,A,\n");
    put(place, "readme.txt", "not a grammar");
}

/* Removes a folder's files; folders in it are given on their own. */
static void
clear(struct place *place, const char *dir)
{
    struct wb_str *names = NULL;
    size_t count = 0;
    char kind = 0;
    uint64_t size = 0;
    assert_int_equal(wb_os_stat(&place->ctx, dir, &kind, &size), WB_OK);
    if (kind != 'd') {
        return;
    }
    assert_int_equal(wb_os_list(&place->ctx, &place->arena, dir, &names, &count), WB_OK);
    for (size_t i = 0; i < count; i++) {
        const struct wb_str path =
            wb_arena_printf(&place->ctx, &place->arena, "%s/" WB_FMT, dir, WB_ARG(names[i]));
        (void)remove(path.at);
    }
    (void)remove(dir);
}

static void
place_done(struct place *place)
{
    clear(place, place->dir);
    clear(place, place->cache);
    (void)remove(join(place, place->root, "a/b").at);
    clear(place, join(place, place->root, "a").at);
    (void)remove(place->root);
    wb_arena_done(&place->arena);
}

static size_t
cached(struct place *place, struct wb_str **names)
{
    size_t count = 0;
    char kind = 0;
    uint64_t size = 0;
    assert_int_equal(wb_os_stat(&place->ctx, place->cache, &kind, &size), WB_OK);
    if (kind != 'd') {
        return 0;
    }
    assert_int_equal(wb_os_list(&place->ctx, &place->arena, place->cache, names, &count), WB_OK);
    return count;
}

static enum wb_rc
load(struct place *place, const char *cache, struct lang_diags *diags, struct grammar_loaded *ret)
{
    lang_diags_init(diags, &place->arena);
    wb_error_clear(&place->ctx);
    return grammar_load(&place->ctx, &place->arena, wb_str_of(place->dir), wb_str_of(cache), diags,
                        ret);
}

static void
check_loaded(const struct grammar *g)
{
    const uint32_t element = grammar_find_element(g, WB_LIT("2"));
    assert_int_not_equal(element, GRAMMAR_NONE);
    assert_int_not_equal(grammar_find_code(g, element, WB_LIT("A")), GRAMMAR_NONE);
    assert_int_equal(grammar_find_message(g, WB_LIT("9")), 0);
}

static void
the_second_load_is_mapped(void **state)
{
    (void)state;
    struct place place;
    struct lang_diags diags;
    struct grammar_loaded first;
    struct grammar_loaded second;
    struct wb_str *names = NULL;
    place_init(&place);
    assert_int_equal(load(&place, place.cache, &diags, &first), WB_OK);
    assert_null(first.mapped.at);
    check_loaded(&first.grammar);
    assert_int_equal(cached(&place, &names), 1);
    assert_true(names[0].len == 68 && wb_str_ends(names[0], WB_LIT(".wbg")));
    assert_int_equal(load(&place, place.cache, &diags, &second), WB_OK);
    assert_non_null(second.mapped.at);
    check_loaded(&second.grammar);
    assert_true(wb_str_eq(first.grammar.bytes, second.grammar.bytes));
    grammar_unload(&first);
    grammar_unload(&second);
    assert_null(second.mapped.at);
    grammar_unload(&second);
    grammar_unload(NULL);
    place_done(&place);
}

static void
other_sources_have_another_file(void **state)
{
    (void)state;
    struct place place;
    struct lang_diags diags;
    struct grammar_loaded loaded;
    struct wb_str *names = NULL;
    place_init(&place);
    assert_int_equal(load(&place, place.cache, &diags, &loaded), WB_OK);
    put(&place, "codes.csv", "element,code,label\n2,A,\n2,B,\n");
    assert_int_equal(load(&place, place.cache, &diags, &loaded), WB_OK);
    assert_null(loaded.mapped.at);
    assert_int_equal(cached(&place, &names), 2);
    assert_int_not_equal(grammar_find_code(&loaded.grammar, 1, WB_LIT("B")), GRAMMAR_NONE);
    place_done(&place);
}

static void
a_damaged_cache_is_made_again(void **state)
{
    (void)state;
    struct place place;
    struct lang_diags diags;
    struct grammar_loaded loaded;
    struct wb_str *names = NULL;
    struct wb_str good = {NULL, 0};
    struct wb_str again = {NULL, 0};
    place_init(&place);
    assert_int_equal(load(&place, place.cache, &diags, &loaded), WB_OK);
    assert_int_equal(cached(&place, &names), 1);
    const struct wb_str path =
        wb_arena_printf(&place.ctx, &place.arena, "%s/" WB_FMT, place.cache, WB_ARG(names[0]));
    assert_int_equal(wb_os_read_file(&place.ctx, &place.arena, path.at, 1 << 24, &good), WB_OK);
    for (size_t at = 0; at <= good.len; at += 37) {
        char *bad = wb_arena_alloc(&place.ctx, &place.arena, good.len + 1);
        memcpy(bad, good.at, good.len);
        bad[at < good.len ? at : 0] ^= 0x10;
        const size_t len = at < good.len ? good.len : at / 2; /* the last one is cut */
        assert_int_equal(wb_os_replace_file(&place.ctx, path.at, (struct wb_str){bad, len}), WB_OK);
        assert_int_equal(load(&place, place.cache, &diags, &loaded), WB_OK);
        assert_null(loaded.mapped.at);
        assert_int_equal(place.ctx.error.rc, WB_OK); /* nothing is said about it */
        check_loaded(&loaded.grammar);
        assert_int_equal(wb_os_read_file(&place.ctx, &place.arena, path.at, 1 << 24, &again),
                         WB_OK);
        assert_true(wb_str_eq(good, again));
    }
    place_done(&place);
}

static void
without_a_cache_it_stays_in_memory(void **state)
{
    (void)state;
    struct place place;
    struct lang_diags diags;
    struct grammar_loaded loaded;
    place_init(&place);
    assert_int_equal(load(&place, "", &diags, &loaded), WB_OK);
    check_loaded(&loaded.grammar);
    /* A cache that cannot be: its folder is a file. */
    assert_int_equal(load(&place, join(&place, place.dir, "readme.txt").at, &diags, &loaded),
                     WB_OK);
    assert_int_equal(place.ctx.error.rc, WB_OK);
    check_loaded(&loaded.grammar);
    place_done(&place);
}

static void
one_file_is_a_grammar(void **state)
{
    (void)state;
    struct place place;
    struct lang_diags diags;
    struct grammar_loaded loaded;
    place_init(&place);
    put(&place, "whole.gram", HEAD MESSAGE);
    lang_diags_init(&diags, &place.arena);
    assert_int_equal(grammar_load(&place.ctx, &place.arena, join(&place, place.dir, "whole.gram"),
                                  (struct wb_str){NULL, 0}, &diags, &loaded),
                     WB_OK);
    assert_int_equal(loaded.grammar.message_count, 1);
    grammar_unload(&loaded);
    assert_int_equal(grammar_load(&place.ctx, &place.arena, join(&place, place.dir, "none.gram"),
                                  (struct wb_str){NULL, 0}, &diags, &loaded),
                     WB_NOT_FOUND);
    place_done(&place);
}

static void
defects_are_told(void **state)
{
    (void)state;
    struct place place;
    struct lang_diags diags;
    struct grammar_loaded loaded;
    struct wb_str *names = NULL;
    place_init(&place);
    put(&place, "b.gram", "edition 1\nstandard t 1\nelemnt 2\n");
    assert_int_equal(load(&place, place.cache, &diags, &loaded), WB_INVALID);
    assert_int_equal(diags.error_count, 1);
    assert_true(wb_str_ends(diags.items[0].pos.source->path, WB_LIT("/b.gram")));
    assert_int_equal(cached(&place, &names), 0);
    (void)remove(join(&place, place.dir, "a.gram").at);
    (void)remove(join(&place, place.dir, "b.gram").at);
    assert_int_equal(load(&place, place.cache, &diags, &loaded), WB_NOT_FOUND);
    place_done(&place);
}

/* Every call to the operating system may fail: the load fails with an error, or gives the right
 * table. */
static void
any_call_may_fail(void **state)
{
    (void)state;
    struct place place;
    struct lang_diags diags;
    place_init(&place);
    for (int warm = 0; warm < 2; warm++) { /* without and with a cache file */
        uint64_t count = 1;
        for (uint64_t nth = 0; nth <= count; nth++) {
            struct wb_ctx ctx;
            struct wb_arena arena;
            struct grammar_loaded loaded = {
                .mapped = {NULL, 0}
            };
            if (warm == 0) {
                clear(&place, place.cache);
            }
            wb_ctx_init(&ctx);
            wb_arena_init(&arena, 1 << 24);
            lang_diags_init(&diags, &arena);
            ctx.os.fault.ops_mask = UINT32_MAX;
            ctx.os.fault.nth = nth;
            const enum wb_rc rc = grammar_load(&ctx, &arena, wb_str_of(place.dir),
                                               wb_str_of(place.cache), &diags, &loaded);
            count = nth == 0 ? ctx.os.fault.seen : count;
            assert_true(rc == WB_OK || ctx.error.rc == rc);
            assert_true(nth > 0 || rc == WB_OK);
            if (rc == WB_OK) {
                check_loaded(&loaded.grammar);
                grammar_unload(&loaded);
            }
            wb_arena_done(&arena);
        }
        assert_true(count > 5);
    }
    place_done(&place);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_load_is_mapped),
        cmocka_unit_test(other_sources_have_another_file),
        cmocka_unit_test(a_damaged_cache_is_made_again),
        cmocka_unit_test(without_a_cache_it_stays_in_memory),
        cmocka_unit_test(one_file_is_a_grammar),
        cmocka_unit_test(defects_are_told),
        cmocka_unit_test(any_call_may_fail),
    };
    return cmocka_run_group_tests_name("grammar load", tests, NULL, NULL);
}
