/*
 * The declaration of the envelope: which segments frame interchange, group and message, and where
 * control numbers, counts, type and release stand in them. Whether those places exist is seen later
 * (resolve.c).
 */
#include "grammar/compile_priv.h"

static const char *const level_names[] = {"interchange", "group", "message"};

/* TAG.NN with the tag of the header or of the trailer. */
static bool
read_spot(struct gramc *c, struct lang_cursor *cursor, struct wb_str tag, uint32_t *ret)
{
    const struct lang_token *token = gramc_word(c, cursor, "a place such as ISA.13");
    if (token == NULL) {
        return false;
    }
    if (!wb_str_eq(token->text, tag)) {
        struct lang_diag *diag =
            gramc_report(c, GRAM_ENVELOPE_PLACE, token->pos,
                         "'" WB_FMT "' is not the segment that belongs here", WB_ARG(token->text));
        if (diag != NULL) {
            diag->expected = wb_arena_dup(c->ctx, c->diags->arena, tag);
        }
        return false;
    }
    if (!lang_accept(cursor, ".")) {
        gramc_expected(c, cursor, "'.' and a place");
        return false;
    }
    return gramc_number(c, cursor, "a place", GRAMC_PLACES_MAX, ret);
}

static void
read_counted(struct gramc *c, struct lang_cursor *cursor, struct gramc_frame *frame)
{
    if (lang_accept(cursor, "group")) {
        frame->counts = GRAMMAR_GROUP;
    } else if (lang_accept(cursor, "message")) {
        frame->counts = GRAMMAR_MESSAGE;
    } else if (lang_accept(cursor, "segment")) {
        frame->counts = GRAMMAR_LEVELS;
    } else {
        gramc_expected(c, cursor, "group, message or segment");
        return;
    }
    gramc_end(c, cursor);
}

static void
read_setting(struct gramc *c, struct lang_cursor *cursor, struct gramc_frame *frame)
{
    const struct lang_token *token = lang_take(cursor);
    if (lang_is(token, "control")) {
        if (read_spot(c, cursor, frame->header, &frame->header_control_no) &&
            read_spot(c, cursor, frame->trailer, &frame->trailer_control_no)) {
            gramc_end(c, cursor);
        }
    } else if (lang_is(token, "count")) {
        if (read_spot(c, cursor, frame->trailer, &frame->trailer_count_no)) {
            read_counted(c, cursor, frame);
        }
    } else if (lang_is(token, "type")) {
        if (read_spot(c, cursor, frame->header, &frame->type_no)) {
            gramc_end(c, cursor);
        }
    } else if (lang_is(token, "release")) {
        if (read_spot(c, cursor, frame->header, &frame->release_no)) {
            gramc_end(c, cursor);
        }
    } else {
        struct lang_diag *diag =
            gramc_report(c, GRAM_NOT_HERE, token->pos, "this means nothing in a frame");
        if (diag != NULL) {
            diag->expected = WB_LIT("control, count, type or release");
        }
    }
}

static void
read_frame(struct gramc *c, struct lang_cursor *cursor, enum grammar_level level,
           struct lang_pos pos)
{
    struct gramc_frame frame = {.counts = GRAMMAR_LEVELS};
    const struct lang_token *header = gramc_word(c, cursor, "the header's tag");
    const struct lang_token *trailer =
        header == NULL ? NULL : gramc_word(c, cursor, "the trailer's tag");
    if (trailer == NULL) {
        return;
    }
    frame.header = header->text;
    frame.header_pos = header->pos;
    frame.trailer = trailer->text;
    frame.trailer_pos = trailer->pos;
    const struct lang_token *block = gramc_block(c, cursor);
    if (block == NULL) {
        return;
    }
    gramc_end(c, cursor);
    for (const struct lang_statement *s = block->block; s != NULL; s = s->next) {
        struct lang_cursor inner = lang_cursor_of(s);
        read_setting(c, &inner, &frame);
    }
    if (c->frames[level].trailer_pos.source != NULL) {
        struct lang_diag *diag = gramc_report(c, GRAM_ENVELOPE_TWICE, pos,
                                              "the level %s is declared twice", level_names[level]);
        gramc_other(diag, c->frames[level].header_pos, "it is declared here");
        return;
    }
    c->frames[level] = frame;
}

static void
read_between(struct gramc *c, struct lang_cursor *cursor)
{
    if (lang_peek(cursor) == NULL) {
        gramc_expected(c, cursor, "a segment's tag");
    }
    while (lang_peek(cursor) != NULL) {
        const struct lang_token *tag = gramc_word(c, cursor, "a segment's tag");
        if (tag == NULL) {
            return;
        }
        struct gramc_name *kept =
            WB_PUSH(c->ctx, c->arena, c->between, c->between_count, c->between_cap);
        if (kept == NULL) {
            c->failed = true;
            return;
        }
        *kept = (struct gramc_name){tag->text, tag->pos};
    }
}

static void
read_part(struct gramc *c, const struct lang_statement *statement)
{
    struct lang_cursor cursor = lang_cursor_of(statement);
    const struct lang_token *token = lang_take(&cursor);
    struct lang_guess guess;
    lang_guess_init(&guess, token->text);
    for (unsigned i = 0; i < GRAMMAR_LEVELS; i++) {
        if (lang_is(token, level_names[i])) {
            read_frame(c, &cursor, (enum grammar_level)i, token->pos);
            return;
        }
        lang_guess_try(&guess, wb_str_of(level_names[i]));
    }
    lang_guess_try(&guess, WB_LIT("between"));
    if (lang_is(token, "between")) {
        read_between(c, &cursor);
        return;
    }
    struct lang_diag *diag =
        gramc_report(c, GRAM_NOT_HERE, token->pos, "this means nothing in an envelope");
    if (diag != NULL) {
        diag->expected = WB_LIT("interchange, group, message or between");
        diag->meant = token->kind == LANG_WORD ? lang_guess_best(&guess) : WB_LIT("");
    }
}

void
gramc_envelope(struct gramc *c, struct lang_cursor *cursor)
{
    const struct lang_pos pos = cursor->statement->tokens[0].pos;
    const struct lang_token *block = gramc_block(c, cursor);
    if (block == NULL) {
        return;
    }
    gramc_end(c, cursor);
    if (c->envelope_pos.source != NULL) {
        struct lang_diag *diag =
            gramc_report(c, GRAM_ENVELOPE_TWICE, pos, "the envelope is declared twice");
        gramc_other(diag, c->envelope_pos, "it is declared here");
        return;
    }
    c->envelope_pos = pos;
    for (const struct lang_statement *s = block->block; s != NULL && !c->failed; s = s->next) {
        read_part(c, s);
    }
}
