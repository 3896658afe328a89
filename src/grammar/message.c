/*
 * Declarations of messages: areas, loops and segments become nodes in document order. Tags are
 * looked up later (resolve.c).
 *
 * The recursion is as deep as the blocks, which the parser of the language bounds.
 */
#include "base/limits.h"
#include "grammar/compile_priv.h"

struct node_reader {
    struct gramc *c;
    struct gramc_message *message;
    enum grammar_area area;
    uint32_t position_no; /* of the line before, in this area */
};

static void read_children(struct node_reader *reader, const struct lang_token *block,
                          uint32_t parent, uint32_t *last_child);

static uint32_t
add_node(struct node_reader *reader, const struct gramc_node *node)
{
    struct gramc *c = reader->c;
    struct gramc_message *message = reader->message;
    if (message->node_count == TABLE_NODES_MAX) {
        if (!message->broken) {
            (void)gramc_report(c, GRAM_TOO_LARGE, node->pos,
                               "a message has more than %d segments and loops", TABLE_NODES_MAX);
        }
        message->broken = true;
        return GRAMMAR_NONE;
    }
    const uint32_t index = (uint32_t)message->node_count; /* below TABLE_NODES_MAX */
    struct gramc_node *kept =
        WB_PUSH(c->ctx, c->arena, message->nodes, message->node_count, message->node_cap);
    if (kept == NULL) {
        c->failed = true;
        return GRAMMAR_NONE;
    }
    *kept = *node;
    return index;
}

/* Hangs a node below its parent, behind the sibling before it. */
static void
hang_node(struct node_reader *reader, uint32_t index, uint32_t parent, uint32_t *last_child)
{
    struct gramc_node *nodes = reader->message->nodes;
    nodes[index].parent = parent;
    nodes[index].slot = nodes[parent].child_count++;
    nodes[index].depth = nodes[parent].depth + 1;
    if (*last_child == GRAMMAR_NONE) {
        nodes[parent].child_first = index;
    } else {
        nodes[*last_child].next_sibling = index;
    }
    *last_child = index;
}

static bool
read_max(struct gramc *c, struct lang_cursor *cursor, uint32_t *ret)
{
    if (lang_accept(cursor, ">")) {
        if (!lang_accept(cursor, "1")) {
            gramc_expected(c, cursor, "1: no limit is written >1");
            return false;
        }
        *ret = UINT32_MAX;
        return true;
    }
    return gramc_number(c, cursor, "a maximum", GRAMC_LENGTH_MAX, ret);
}

static bool
read_tree(struct gramc *c, struct lang_cursor *cursor, struct gramc_node *node)
{
    node->tree_pos = lang_here(cursor);
    for (unsigned i = 0; i < 4; i++) {
        const struct lang_token *token = lang_peek(cursor);
        uint32_t no = 0;
        if (i == 3 && (token == NULL || token->kind != LANG_WORD || !wb_str_digits(token->text))) {
            break; /* the child mark is optional */
        }
        if (!gramc_number(c, cursor, "a place", GRAMC_PLACES_MAX, &no)) {
            return false;
        }
        node->tree_no[i] = (uint8_t)no; /* at most GRAMC_PLACES_MAX */
    }
    return true;
}

static bool
read_marks(struct gramc *c, struct lang_cursor *cursor, struct gramc_node *node)
{
    for (;;) {
        const struct lang_pos pos = lang_here(cursor);
        if (node->prefer_pos.source == NULL && lang_accept(cursor, "prefer")) {
            node->prefer_pos = pos;
        } else if (!node->is_loop || node->tree_no[0] != 0 || !lang_accept(cursor, "tree")) {
            return true;
        } else if (!read_tree(c, cursor, node)) {
            return false;
        }
    }
}

/* NNN TAG REQ MAX, NNN loop NAME REQ MAX: everything up to the block. */
static bool
read_line(struct node_reader *reader, struct lang_cursor *cursor, struct gramc_node *node)
{
    struct gramc *c = reader->c;
    const struct lang_token *number = lang_peek(cursor);
    if (!gramc_number(c, cursor, "a position", 99999, &node->position_no)) {
        return false;
    }
    if (node->position_no < reader->position_no) {
        (void)gramc_report(c, GRAM_POSITION_ORDER, number->pos,
                           "position " WB_FMT " stands behind position %03u", WB_ARG(number->text),
                           reader->position_no);
    }
    reader->position_no = node->position_no;
    node->is_loop = lang_accept(cursor, "loop");
    const struct lang_token *name =
        gramc_word(c, cursor, node->is_loop ? "the loop's name" : "a segment's tag, or loop");
    if (name == NULL) {
        return false;
    }
    node->name = name->text;
    node->pos = name->pos;
    return gramc_need(c, cursor, false, &node->need) && read_max(c, cursor, &node->max) &&
           read_marks(c, cursor, node);
}

static void
read_loop(struct node_reader *reader, struct lang_cursor *cursor, uint32_t index)
{
    const struct lang_token *block = gramc_block(reader->c, cursor);
    uint32_t last = GRAMMAR_NONE;
    if (block == NULL) {
        reader->message->broken = true;
        return;
    }
    gramc_end(reader->c, cursor);
    if (reader->message->nodes[index].depth >= WB_LIMIT_LOOP_DEPTH) {
        (void)gramc_report(reader->c, GRAM_TOO_LARGE, reader->message->nodes[index].pos,
                           "loops are nested deeper than %d", WB_LIMIT_LOOP_DEPTH);
        reader->message->broken = true;
        return;
    }
    read_children(reader, block, index, &last);
}

static void
read_children(struct node_reader *reader, const struct lang_token *block, uint32_t parent,
              uint32_t *last_child)
{
    for (const struct lang_statement *s = block->block; s != NULL; s = s->next) {
        struct lang_cursor cursor = lang_cursor_of(s);
        struct gramc_node node = {.segment = GRAMMAR_NONE,
                                  .tag = GRAMMAR_NONE,
                                  .child_first = GRAMMAR_NONE,
                                  .next_sibling = GRAMMAR_NONE,
                                  .area = reader->area};
        if (!read_line(reader, &cursor, &node)) {
            reader->message->broken = true;
            continue;
        }
        const uint32_t index = add_node(reader, &node);
        if (index == GRAMMAR_NONE) {
            return;
        }
        hang_node(reader, index, parent, last_child);
        if (node.is_loop) {
            read_loop(reader, &cursor, index);
        } else {
            gramc_end(reader->c, &cursor);
        }
    }
}

/* Which area a statement begins; false after saying what is wrong. next_area: the first that may
 * still come. */
static bool
read_area(struct gramc *c, const struct lang_token *token, unsigned next_area,
          enum grammar_area *ret)
{
    static const char *const names[] = {"heading", "detail", "summary"};
    struct lang_guess guess;
    struct lang_diag *diag = NULL;
    lang_guess_init(&guess, token->text);
    for (unsigned i = 0; i < 3; i++) {
        if (lang_is(token, names[i]) && i >= next_area) {
            *ret = (enum grammar_area)i;
            return true;
        }
        if (lang_is(token, names[i])) {
            diag = gramc_report(c, GRAM_AREA, token->pos, "the area %s stands too late, or twice",
                                names[i]);
            break;
        }
        lang_guess_try(&guess, wb_str_of(names[i]));
    }
    if (diag == NULL) {
        diag = gramc_report(c, GRAM_AREA, token->pos, "there is no area of this name");
    }
    if (diag != NULL) {
        diag->expected = WB_LIT("heading, detail, summary, each at most once, in this order");
        diag->meant = token->kind == LANG_WORD ? lang_guess_best(&guess) : WB_LIT("");
    }
    return false;
}

static void
read_areas(struct gramc *c, struct gramc_message *message, const struct lang_token *block)
{
    uint32_t last_child = GRAMMAR_NONE;
    unsigned next_area = 0;
    for (const struct lang_statement *s = block->block; s != NULL && !c->failed; s = s->next) {
        struct lang_cursor cursor = lang_cursor_of(s);
        struct node_reader reader = {.c = c, .message = message};
        if (!read_area(c, lang_take(&cursor), next_area, &reader.area)) {
            message->broken = true;
            continue;
        }
        next_area = (unsigned)reader.area + 1;
        const struct lang_token *area = gramc_block(c, &cursor);
        if (area == NULL) {
            message->broken = true;
            continue;
        }
        gramc_end(c, &cursor);
        read_children(&reader, area, 0, &last_child);
    }
}

static bool
read_head(struct gramc *c, struct lang_cursor *cursor, struct gramc_message *message)
{
    const struct lang_token *id = gramc_word(c, cursor, "a message's id");
    if (id == NULL || !gramc_string(c, cursor, &message->name)) {
        return false;
    }
    message->id = id->text;
    message->pos = id->pos;
    if (lang_accept(cursor, "group")) {
        const struct lang_token *group = gramc_word(c, cursor, "a group's type");
        if (group == NULL) {
            return false;
        }
        message->group = group->text;
    }
    return true;
}

void
gramc_message(struct gramc *c, struct lang_cursor *cursor)
{
    struct gramc_message message = {.node_count = 0};
    if (!read_head(c, cursor, &message)) {
        return;
    }
    const struct lang_token *block = gramc_block(c, cursor);
    if (block == NULL) {
        return;
    }
    gramc_end(c, cursor);
    const struct gramc_node own = {.name = message.id,
                                   .pos = message.pos,
                                   .is_loop = true,
                                   .segment = GRAMMAR_NONE,
                                   .tag = GRAMMAR_NONE,
                                   .parent = GRAMMAR_NONE,
                                   .child_first = GRAMMAR_NONE,
                                   .next_sibling = GRAMMAR_NONE,
                                   .max = 1};
    struct node_reader reader = {.c = c, .message = &message};
    if (add_node(&reader, &own) == GRAMMAR_NONE) {
        return;
    }
    read_areas(c, &message, block);
    struct gramc_message *kept =
        WB_PUSH(c->ctx, c->arena, c->messages, c->message_count, c->message_cap);
    if (kept == NULL) {
        c->failed = true;
        return;
    }
    *kept = message;
}
