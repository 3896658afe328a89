/*
 * Lists of texts as one text: lines, and HTML with a paragraph for each. An HTML text that is not
 * in our own form is refused; with `cut` its markup is dropped and what remains is taken line by
 * line.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "map/conv_priv.h"

struct text_out { /* bytes with a bound known before */
    char *at;
    size_t len;
};

static void
out_add(struct text_out *out, struct wb_str text)
{
    if (text.len > 0) {
        memcpy(out->at + out->len, text.at, text.len);
        out->len += text.len;
    }
}

static struct wb_str
escaped(char c)
{
    return c == '&' ? WB_LIT("&amp;") : c == '<' ? WB_LIT("&lt;") : WB_LIT("&gt;");
}

static void
out_escaped(struct text_out *out, struct wb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        const bool special = c == '&' || c == '<' || c == '>';
        out_add(out, special ? escaped(c) : wb_str_sub(text, i, 1));
    }
}

static bool
line_good(struct wb_str line)
{
    return line.len > 0 && wb_str_find(line, '\n') == line.len;
}

enum { HTML_GROWTH = 5, HTML_TAGS = 7 }; /* "&amp;" for one byte; <p></p> */

enum conv_rc
conv_lines_read(const struct conv_env *env, const struct map_conv *conv,
                const struct record_list *list, struct record_value *ret)
{
    size_t size = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type != RECORD_TEXT || !line_good(list->items[i].text)) {
            return CONV_REFUSED;
        }
        size_t grown;
        if (!wb_mul(list->items[i].text.len, HTML_GROWTH, &grown) ||
            !wb_add(size, grown + HTML_TAGS, &size)) {
            return CONV_REFUSED;
        }
    }
    if (size == 0) {
        return CONV_REFUSED;
    }
    struct text_out out = {.at = wb_arena_alloc(env->ctx, env->arena, size)};
    if (out.at == NULL) {
        return CONV_NOMEM;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (conv->kind == MAP_CONV_HTML_LINES) {
            out_add(&out, WB_LIT("<p>"));
            out_escaped(&out, list->items[i].text);
            out_add(&out, WB_LIT("</p>"));
        } else {
            out_add(&out, i == 0 ? (struct wb_str){NULL, 0} : WB_LIT("\n"));
            out_add(&out, list->items[i].text);
        }
    }
    *ret = (struct record_value){
        .present = true, .type = RECORD_TEXT, .text = (struct wb_str){out.at, out.len}
    };
    return CONV_OK;
}

static enum conv_rc
list_add(const struct conv_env *env, struct record_list *list, struct wb_str text)
{
    struct record_value *const item =
        WB_PUSH(env->ctx, env->arena, list->items, list->count, list->cap);
    if (item == NULL) {
        return CONV_NOMEM;
    }
    *item = (struct record_value){.present = true, .type = RECORD_TEXT, .text = text};
    return CONV_OK;
}

struct entity {
    const char *name;
    const char *text;
};

static const struct entity ENTITIES[] = {
    {"&amp;",  "&" },
    {"&lt;",   "<" },
    {"&gt;",   ">" },
    {"&quot;", "\""},
    {"&#39;",  "'" },
    {"&nbsp;", " " },
};
enum { ENTITY_STRICT = 3, ENTITY_COUNT = sizeof ENTITIES / sizeof ENTITIES[0] };

/* The text of HTML without tags; false for an entity that is not one of the first `known`. */
static bool
unescape(struct wb_str html, size_t known, struct text_out *out)
{
    for (size_t i = 0; i < html.len;) {
        const struct wb_str rest = wb_str_sub(html, i, html.len - i);
        size_t e = 0;
        if (rest.at[0] != '&') {
            out_add(out, wb_str_sub(rest, 0, 1));
            i++;
            continue;
        }
        while (e < known && !wb_str_starts(rest, wb_str_of(ENTITIES[e].name))) {
            e++;
        }
        if (e == known) {
            return false;
        }
        out_add(out, wb_str_of(ENTITIES[e].text));
        i += wb_str_of(ENTITIES[e].name).len;
    }
    return true;
}

static enum conv_rc
add_unescaped(const struct conv_env *env, struct wb_str html, size_t known,
              struct record_list *list)
{
    struct text_out out = {.at = wb_arena_alloc(env->ctx, env->arena, html.len)};
    if (out.at == NULL) {
        return CONV_NOMEM;
    }
    if (!unescape(html, known, &out)) {
        return CONV_REFUSED;
    }
    const struct wb_str line = {out.at, out.len};
    return line_good(line) ? list_add(env, list, line) : CONV_REFUSED;
}

/* Exactly what reading writes: <p>text</p> and nothing else. */
static enum conv_rc
html_strict(const struct conv_env *env, struct wb_str html, struct record_list *list)
{
    while (html.len > 0) {
        if (!wb_str_starts(html, WB_LIT("<p>"))) {
            return CONV_REFUSED;
        }
        html = wb_str_sub(html, 3, html.len);
        const struct wb_str inner = wb_str_sub(html, 0, wb_str_find(html, '<'));
        html = wb_str_sub(html, inner.len, html.len);
        const bool plain = wb_str_find(inner, '>') == inner.len;
        if (!plain || !wb_str_starts(html, WB_LIT("</p>"))) {
            return CONV_REFUSED;
        }
        html = wb_str_sub(html, 4, html.len);
        const enum conv_rc rc = add_unescaped(env, inner, ENTITY_STRICT, list);
        if (rc != CONV_OK) {
            return rc;
        }
    }
    return list->count > 0 ? CONV_OK : CONV_REFUSED;
}

/* Whether a tag ends a line: <br>, </p>, </div>, </li>, </h1> .. */
static bool
tag_breaks(struct wb_str tag)
{
    return wb_str_starts(tag, WB_LIT("br")) || wb_str_starts(tag, WB_LIT("/p")) ||
           wb_str_starts(tag, WB_LIT("/div")) || wb_str_starts(tag, WB_LIT("/li")) ||
           wb_str_starts(tag, WB_LIT("/h"));
}

/* Adds what a line has gathered, without blanks at its ends; an empty one is left out. */
static enum conv_rc
loose_line(const struct conv_env *env, struct text_out *line, struct record_list *list)
{
    const struct wb_str text = wb_str_trim((struct wb_str){line->at, line->len});
    line->at += line->len;
    line->len = 0;
    return text.len == 0 ? CONV_OK : list_add(env, list, text);
}

static enum conv_rc
html_loose(const struct conv_env *env, struct wb_str html, struct record_list *list)
{
    struct text_out line = {.at = wb_arena_alloc(env->ctx, env->arena, html.len)};
    if (line.at == NULL) {
        return CONV_NOMEM;
    }
    for (size_t i = 0; i < html.len;) {
        const struct wb_str rest = wb_str_sub(html, i, html.len - i);
        if (rest.at[0] == '<') {
            const size_t end = wb_str_find(rest, '>');
            const bool breaks = tag_breaks(wb_str_sub(rest, 1, end));
            if (breaks && loose_line(env, &line, list) != CONV_OK) {
                return CONV_NOMEM;
            }
            i += end < rest.len ? end + 1 : rest.len;
            continue;
        }
        size_t len = 0;
        while (len < rest.len && rest.at[len] != '<' && rest.at[len] != '\n') {
            len++;
        }
        const struct wb_str piece = wb_str_sub(rest, 0, len);
        const size_t had = line.len;
        if (!unescape(piece, ENTITY_COUNT, &line)) {
            line.len = had;
            out_add(&line, piece);
        }
        i += len;
        if (len < rest.len && rest.at[len] == '\n') {
            out_add(&line, WB_LIT(" "));
            i++;
        }
    }
    const enum conv_rc rc = loose_line(env, &line, list);
    return rc != CONV_OK ? rc : list->count > 0 ? CONV_CUT : CONV_REFUSED;
}

static enum conv_rc
split_lines(const struct conv_env *env, bool loose, struct wb_str text, struct record_list *list)
{
    bool lost = false;
    for (size_t i = 0; i <= text.len;) {
        const struct wb_str rest = wb_str_sub(text, i, text.len - i);
        const struct wb_str line = wb_str_sub(rest, 0, wb_str_find(rest, '\n'));
        i += line.len + 1;
        if (line.len == 0) {
            lost = true;
            continue;
        }
        if (list_add(env, list, line) != CONV_OK) {
            return CONV_NOMEM;
        }
    }
    if (list->count == 0 || (lost && !loose)) {
        return CONV_REFUSED;
    }
    return lost ? CONV_CUT : CONV_OK;
}

enum conv_rc
conv_lines_write(const struct conv_env *env, const struct map_conv *conv, struct wb_str text,
                 struct record_value *ret_list)
{
    struct record_list list = {NULL, 0, 0};
    const bool loose = (conv->flags & MAP_CONV_CUT) != 0;
    enum conv_rc rc;
    if (conv->kind == MAP_CONV_LINES) {
        rc = split_lines(env, loose, text, &list);
    } else {
        rc = html_strict(env, text, &list);
        if (rc == CONV_REFUSED && loose) {
            list.count = 0;
            rc = html_loose(env, text, &list);
        }
    }
    if (rc == CONV_OK || rc == CONV_CUT) {
        *ret_list = (struct record_value){.present = true, .type = RECORD_LIST, .list = list};
    }
    return rc;
}
