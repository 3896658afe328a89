/*
 * The compiler's driver: parse every file, gather the declarations, let them find each other, lay
 * out the table.
 *
 * Later steps run although earlier ones reported errors, as far as that makes sense, so that one
 * compilation shows as much as it can; the table is made only when there was none.
 */
#include "grammar/compile.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/limits.h"
#include "grammar/compile_priv.h"

const struct lang_code *
grammar_codes(size_t *ret_count)
{
    static const struct lang_code rows[] = {
#define X(name, code, severity, meaning, cure) [GRAM_##name] = {code, severity, meaning, cure},
#include "grammar/diag.def"
#undef X
    };
    if (ret_count != NULL) {
        *ret_count = GRAM_CODE_COUNT;
    }
    return rows;
}

struct lang_diag *
gramc_report(struct gramc *c, enum gramc_code_no no, struct lang_pos pos, const char *format, ...)
{
    const struct lang_code *row = &grammar_codes(NULL)[no];
    va_list args;
    va_start(args, format);
    struct lang_diag *diag =
        lang_diag_addv(c->ctx, c->diags, row->severity, row->code, pos, format, args);
    va_end(args);
    return diag;
}

void
gramc_expected(struct gramc *c, const struct lang_cursor *cursor, const char *what)
{
    struct lang_pos pos = lang_here(cursor);
    pos.len = pos.len > 0 && pos.source->bytes.at[pos.at] == '{' ? 1 : pos.len;
    struct lang_diag *diag = gramc_report(c, GRAM_EXPECTED, pos, "%s is missing here", what);
    if (diag != NULL) {
        diag->expected = wb_str_of(what);
    }
}

void
gramc_other(struct lang_diag *diag, struct lang_pos pos, const char *text)
{
    if (diag != NULL) {
        diag->other = pos;
        diag->other_text = wb_str_of(text);
    }
}

static void
read_statement(struct gramc *c, const struct lang_statement *statement)
{
    static const struct {
        const char *word;
        void (*read)(struct gramc *c, struct lang_cursor *cursor);
    } kinds[] = {
        {"composite", gramc_composite},
        {"element",   gramc_element  },
        {"envelope",  gramc_envelope },
        {"message",   gramc_message  },
        {"segment",   gramc_segment  },
        {"standard",  gramc_standard },
    };
    struct lang_cursor cursor = lang_cursor_of(statement);
    const struct lang_token *token = lang_take(&cursor);
    struct lang_guess guess;
    lang_guess_init(&guess, token->text);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (lang_is(token, kinds[i].word)) {
            kinds[i].read(c, &cursor);
            return;
        }
        lang_guess_try(&guess, wb_str_of(kinds[i].word));
    }
    struct lang_diag *diag = gramc_report(
        c, GRAM_DECLARATION,
        token->kind == LANG_BLOCK ? (struct lang_pos){token->pos.source, token->pos.at, 1}
                                  : token->pos,
        "this is no declaration of a grammar");
    if (diag != NULL) {
        diag->expected = WB_LIT("standard, element, composite, segment, message or envelope");
        diag->meant = token->kind == LANG_WORD ? lang_guess_best(&guess) : WB_LIT("");
    }
}

/* Parses every file; ret_files has one a source. */
static WB_MUST enum wb_rc
parse_files(struct gramc *c, struct lang_file ***ret_files)
{
    struct lang_file **files =
        wb_arena_array(c->ctx, c->arena, c->sources->file_count, sizeof *files);
    if (files == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = 0; i < c->sources->file_count; i++) {
        const enum wb_rc rc =
            lang_parse(c->ctx, c->arena, &c->sources->files[i], c->diags, &files[i]);
        if (rc != WB_OK) {
            return rc;
        }
    }
    *ret_files = files;
    return WB_OK;
}

static void
read_files(struct gramc *c, struct lang_file **files)
{
    for (size_t i = 0; i < c->sources->file_count; i++) {
        for (const struct lang_statement *s = files[i]->first; s != NULL && !c->failed;
             s = s->next) {
            read_statement(c, s);
        }
    }
}

static void
check_whole(struct gramc *c)
{
    const struct lang_source *first = c->sources->file_count > 0 ? &c->sources->files[0] : NULL;
    const struct lang_pos start = {first, 0, 0};
    if (c->standard.text.len == 0) {
        (void)gramc_report(c, GRAM_STANDARD_MISSING, start,
                           "no file says which standard and release this is");
    }
    if (c->frames[GRAMMAR_MESSAGE].trailer_pos.source == NULL) {
        (void)gramc_report(
            c, GRAM_ENVELOPE_MISSING, c->envelope_pos.source != NULL ? c->envelope_pos : start,
            c->envelope_pos.source != NULL ? "the envelope does not say how messages are framed"
                                           : "no file declares the envelope");
    }
}

void
grammar_hash_sources(const struct grammar_sources *sources, uint8_t ret_digest[32])
{
    struct wb_sha256 sha;
    wb_sha256_init(&sha);
    for (size_t i = 0; i <= sources->file_count; i++) {
        const struct lang_source *source =
            i < sources->file_count ? &sources->files[i] : &sources->codes;
        uint8_t len[8];
        for (unsigned k = 0; k < sizeof len; k++) {
            len[k] = (uint8_t)((uint64_t)source->bytes.len >> (8 * k));
        }
        wb_sha256_add(&sha, (struct wb_str){(const char *)len, sizeof len});
        wb_sha256_add(&sha, source->bytes);
    }
    wb_sha256_done(&sha, ret_digest);
}

/* The declarations find each other. */
static void
relate(struct gramc *c)
{
    if (c->failed) {
        return;
    }
    check_whole(c);
    gramc_sort(c);
    gramc_codes(c);
    if (!c->failed) {
        gramc_resolve(c);
    }
    for (size_t i = 0; i < c->message_count && !c->failed; i++) {
        if (!c->messages[i].broken) {
            gramc_moves(c, &c->messages[i]);
        }
    }
}

enum wb_rc
grammar_compile(struct wb_ctx *ctx, struct wb_arena *arena, const struct grammar_sources *sources,
                struct lang_diags *diags, struct wb_str *ret)
{
    assert(sources != NULL);
    assert(ret != NULL);
    struct gramc c = {.ctx = ctx, .arena = arena, .diags = diags, .sources = sources};
    const size_t errors_before = diags->error_count;
    struct lang_file **files = NULL;
    const enum wb_rc rc = parse_files(&c, &files);
    if (rc != WB_OK) {
        return rc;
    }
    /* Behind a syntax error nobody knows what was meant; what follows from it would only hide it.
     */
    if (diags->error_count == errors_before) {
        read_files(&c, files);
        relate(&c);
    }
    if (c.failed) {
        return ctx->error.rc != WB_OK ? ctx->error.rc : WB_NOMEM;
    }
    if (diags->error_count > errors_before) {
        return wb_fail(ctx, WB_INVALID, "the grammar has %zu error%s",
                       diags->error_count - errors_before,
                       diags->error_count - errors_before == 1 ? "" : "s");
    }
    return gramc_emit(&c, ret);
}
