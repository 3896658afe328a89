/*
 * The left side of an EDI map: steps to grammar nodes, elements to numbers, selectors to tests, and
 * the keys under which a context's statements share instances.
 */
#include "map/resolve_priv.h"

#include <assert.h>
#include <string.h>

static const char *const area_names[] = {"heading", "detail", "summary"};

static bool
area_is(const struct grammar_node *node, struct wb_str area)
{
    return area.len == 0 || wb_str_eq(area, wb_str_of(area_names[node->area]));
}

uint32_t
resolve_segment(const struct map_ir *ir, uint32_t node)
{
    const struct grammar_node *row = &ir->left.grammar.nodes[node];
    if (row->segment != GRAMMAR_NONE) {
        return row->segment;
    }
    if (row->parent == GRAMMAR_NONE || row->child_first == GRAMMAR_NONE) {
        return GRAMMAR_NONE;
    }
    return ir->left.grammar.nodes[row->child_first].segment;
}

/* A loop answers to its own name and to its trigger's tag. */
static bool
node_is_called(const struct map_ir *ir, uint32_t node, struct wb_str name)
{
    const struct grammar *grammar = &ir->left.grammar;
    const struct grammar_node *row = &grammar->nodes[node];
    if (wb_str_eq(grammar_str(grammar, row->name), name)) {
        return true;
    }
    const uint32_t segment = resolve_segment(ir, node);
    return segment != GRAMMAR_NONE &&
           wb_str_eq(grammar_str(grammar, grammar->segments[segment].tag), name);
}

struct candidates {
    uint32_t nodes[4]; /* the first of them, for the report */
    uint32_t count;
    uint32_t loop; /* the only loop among them, or GRAMMAR_NONE */
    uint32_t loop_count;
    bool one_area;
};

static void
find_candidates(const struct map_ir *ir, uint32_t parent, struct wb_str name, struct wb_str area,
                struct candidates *ret)
{
    const struct grammar *grammar = &ir->left.grammar;
    *ret = (struct candidates){.loop = GRAMMAR_NONE, .one_area = true};
    uint32_t node = grammar->nodes[parent].child_first;
    const bool in_loop = grammar->nodes[parent].parent != GRAMMAR_NONE;
    if (in_loop && node != GRAMMAR_NONE) {
        node = grammar->nodes[node].next_sibling; /* the trigger is the loop itself */
    }
    for (; node != GRAMMAR_NONE; node = grammar->nodes[node].next_sibling) {
        if (!node_is_called(ir, node, name) || !area_is(&grammar->nodes[node], area)) {
            continue;
        }
        if (grammar->nodes[node].segment == GRAMMAR_NONE) {
            ret->loop = node;
            ret->loop_count++;
        }
        if (ret->count > 0 && grammar->nodes[ret->nodes[0]].area != grammar->nodes[node].area) {
            ret->one_area = false;
        }
        if (ret->count < 4) {
            ret->nodes[ret->count] = node;
        }
        ret->count++;
    }
}

static void
report_ambiguous(struct resolve *r, const struct map_ast_step *step, const struct candidates *found)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    struct wb_out out;
    enum { TEXT_MAX = 1024 };
    wb_out_init(&out, r->c->ctx, -1, TEXT_MAX);
    for (uint32_t i = 0; i < found->count && i < 4; i++) {
        const struct grammar_node *node = &grammar->nodes[found->nodes[i]];
        wb_out_printf(&out, "%s%s %s " WB_FMT, i > 0 ? ", " : "", area_names[node->area],
                      node->segment == GRAMMAR_NONE ? "loop" : "segment",
                      WB_ARG(grammar_str(grammar, node->name)));
    }
    if (wb_out_finish(&out) == WB_OK) {
        map_report(r->c, MAP_DIAG_AMBIGUOUS, step->pos, WB_FMT " is in " WB_FMT ": say which",
                   WB_ARG(step->name), WB_ARG(wb_buf_str(&out.buf)));
    }
    wb_out_done(&out);
}

/* Where else in the message a name stands, as a path, to help who named it in the wrong place. */
static struct wb_str
elsewhere(struct resolve *r, struct wb_str name)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    const struct grammar_message *message = &grammar->messages[r->ir->left.message];
    for (uint32_t i = 1; i < message->node_count; i++) {
        if (wb_str_eq(grammar_str(grammar, grammar->nodes[message->node_first + i].name), name)) {
            char path[256];
            const size_t len = grammar_path(grammar, message->node_first + i, path, sizeof path);
            return wb_arena_dup(r->c->ctx, r->c->arena, (struct wb_str){path, len});
        }
    }
    return (struct wb_str){NULL, 0};
}

static void
report_no_child(struct resolve *r, uint32_t parent, const struct map_ast_step *step,
                struct wb_str area)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    const struct grammar_node *row = &grammar->nodes[parent];
    struct lang_guess guess;
    lang_guess_init(&guess, step->name);
    for (uint32_t node = row->child_first; node != GRAMMAR_NONE;
         node = grammar->nodes[node].next_sibling) {
        lang_guess_try(&guess, grammar_str(grammar, grammar->nodes[node].name));
    }
    const struct wb_str where =
        row->parent == GRAMMAR_NONE
            ? grammar_str(grammar, grammar->messages[r->ir->left.message].id)
            : grammar_str(grammar, row->name);
    struct lang_diag *diag = map_report(
        r->c, MAP_DIAG_NO_NODE, step->pos, "there is no " WB_FMT " in " WB_FMT "%s" WB_FMT,
        WB_ARG(step->name), WB_ARG(where), area.len > 0 ? " " : "", WB_ARG(area));
    map_report_guess(diag, "a segment or loop of it", &guess);
    const struct wb_str other = elsewhere(r, step->name);
    if (diag != NULL && diag->meant.len == 0) {
        diag->meant = other;
    }
}

uint32_t
resolve_child(struct resolve *r, uint32_t parent, const struct map_ast_step *step,
              struct wb_str area)
{
    struct candidates found;
    find_candidates(r->ir, parent, step->name, area, &found);
    if (found.count == 1) {
        return found.nodes[0];
    }
    if (found.count > 1 && found.one_area && found.loop_count == 1) {
        return found.loop;
    }
    if (found.count > 1) {
        report_ambiguous(r, step, &found);
    } else {
        report_no_child(r, parent, step, area);
    }
    return GRAMMAR_NONE;
}

static uint32_t
number_of(struct wb_str digits)
{
    uint64_t value = 0;
    return wb_str_u64(digits, &value) && value <= 999 ? (uint32_t)value : 0;
}

static bool
part_of_place(const struct grammar *grammar, const struct grammar_place *place, uint32_t no,
              struct map_ir_part *ret)
{
    *ret = (struct map_ir_part){(uint16_t)no, 1, 1, place->element, place->need, place->need};
    (void)grammar; /* kept in the signature beside part_in_composite */
    return place->composite == GRAMMAR_NONE;
}

static bool
part_in_composite(const struct grammar *grammar, const struct grammar_place *place, uint32_t no,
                  uint32_t component_no, struct map_ir_part *ret)
{
    if (place->composite == GRAMMAR_NONE) {
        return false;
    }
    const struct grammar_composite *composite = &grammar->composites[place->composite];
    if (component_no == 0 || component_no > composite->place_count) {
        return false;
    }
    const struct grammar_place *inner = &grammar->places[composite->place_first + component_no - 1];
    *ret = (struct map_ir_part){
        (uint16_t)no, (uint16_t)component_no, 1, inner->element, inner->need, place->need};
    return inner->element != GRAMMAR_NONE;
}

/* By place: 02 or 04.02. */
static bool
resolve_position(struct resolve *r, uint32_t segment, const struct map_ast_elem *elem, uint32_t no,
                 struct map_ir_part *ret)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    const struct grammar_segment *row = &grammar->segments[segment];
    const struct wb_str tag = grammar_str(grammar, row->tag);
    if (no == 0 || no > row->place_count) {
        map_report(r->c, MAP_DIAG_NO_ELEMENT, elem->pos, WB_FMT " has %u elements, not %u",
                   WB_ARG(tag), row->place_count, no);
        return false;
    }
    const struct grammar_place *place = &grammar->places[row->place_first + no - 1];
    if (elem->component.len == 0) {
        return part_of_place(grammar, place, no, ret) || ret->element == GRAMMAR_NONE;
    }
    if (part_in_composite(grammar, place, no, number_of(elem->component), ret)) {
        return true;
    }
    if (place->composite == GRAMMAR_NONE) {
        map_report(r->c, MAP_DIAG_NO_COMPONENT, elem->pos,
                   WB_FMT ".%02u is no composite: it has no components", WB_ARG(tag), no);
    } else {
        map_report(r->c, MAP_DIAG_NO_COMPONENT, elem->pos, WB_FMT ".%02u has %u components",
                   WB_ARG(tag), no, grammar->composites[place->composite].place_count);
    }
    return false;
}

/* By data element: the nth of them in the segment, composites included; *ret_count says how many
 * there are. */
static bool
find_by_id(const struct grammar *grammar, uint32_t segment, struct wb_str id, uint32_t nth,
           struct map_ir_part *ret, uint32_t *ret_count)
{
    const struct grammar_segment *row = &grammar->segments[segment];
    uint32_t count = 0;
    for (uint32_t no = 1; no <= row->place_count; no++) {
        const struct grammar_place *place = &grammar->places[row->place_first + no - 1];
        const uint32_t inner = place->composite == GRAMMAR_NONE
                                   ? 1
                                   : grammar->composites[place->composite].place_count;
        for (uint32_t component = 1; component <= inner; component++) {
            struct map_ir_part part;
            const bool good = place->composite == GRAMMAR_NONE
                                  ? part_of_place(grammar, place, no, &part)
                                  : part_in_composite(grammar, place, no, component, &part);
            if (!good || !wb_str_eq(grammar_str(grammar, grammar->elements[part.element].id), id)) {
                continue;
            }
            count++;
            if (count == nth) {
                *ret = part;
            }
        }
    }
    *ret_count = count;
    return nth > 0 && nth <= count;
}

static void
report_no_id(struct resolve *r, uint32_t segment, const struct map_ast_elem *elem, uint32_t count)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    const struct wb_str tag = grammar_str(grammar, grammar->segments[segment].tag);
    if (count == 0) {
        map_report(r->c, MAP_DIAG_NO_ELEMENT, elem->pos, WB_FMT " has no data element " WB_FMT,
                   WB_ARG(tag), WB_ARG(elem->name));
    } else if (elem->nth == 0) {
        map_report(r->c, MAP_DIAG_AMBIGUOUS, elem->pos,
                   WB_FMT " has data element " WB_FMT " %u times: say which with #1 to #%u",
                   WB_ARG(tag), WB_ARG(elem->name), count, count);
    } else {
        map_report(r->c, MAP_DIAG_NO_ELEMENT, elem->pos,
                   WB_FMT " has data element " WB_FMT " only %u times", WB_ARG(tag),
                   WB_ARG(elem->name), count);
    }
}

static bool
resolve_nth(struct resolve *r, uint32_t segment, const struct map_ast_elem *elem, uint32_t nth,
            struct map_ir_part *ret)
{
    if (elem->name.len == 2) {
        return resolve_position(r, segment, elem, nth, ret);
    }
    uint32_t count = 0;
    const uint32_t wanted = nth == 0 ? 1 : nth;
    const bool found = find_by_id(&r->ir->left.grammar, segment, elem->name, wanted, ret, &count);
    if (found && (nth > 0 || count == 1)) {
        return true;
    }
    report_no_id(r, segment, elem, count);
    return false;
}

bool
resolve_part(struct resolve *r, uint32_t segment, const struct map_ast_elem *elem,
             struct map_ir_part *ret)
{
    if (segment == GRAMMAR_NONE) {
        map_report(r->c, MAP_DIAG_NO_ELEMENT, elem->pos,
                   "the message itself has no elements: name a segment before " WB_FMT,
                   WB_ARG(elem->name));
        return false;
    }
    const uint32_t nth = elem->name.len == 2 ? number_of(elem->name) : elem->nth;
    return resolve_nth(r, segment, elem, nth, ret);
}

bool
resolve_parts(struct resolve *r, uint32_t segment, const struct map_ast_path *path,
              struct map_ir_place *place)
{
    for (size_t i = 0; i < path->elem_count; i++) {
        const struct map_ast_elem *elem = &path->elems[i];
        const uint32_t first = elem->name.len == 2 ? number_of(elem->name) : elem->nth;
        const uint32_t last = elem->last == 0 ? first : elem->last;
        if (last < first || last - first >= MAP_IR_PARTS_MAX - place->part_count) {
            map_report(r->c, MAP_DIAG_RANGE, elem->pos, "the range runs backwards or is too long");
            return false;
        }
        struct map_ir_part part;
        if (first == last) {
            if (!resolve_part(r, segment, elem, &part)) {
                return false;
            }
            place->parts[place->part_count++] = part;
            continue;
        }
        place->kind = MAP_IR_RANGE;
        for (uint32_t nth = first; nth <= last; nth++) {
            if (segment == GRAMMAR_NONE || !resolve_nth(r, segment, elem, nth, &part)) {
                return segment != GRAMMAR_NONE ? false : resolve_part(r, segment, elem, &part);
            }
            place->parts[place->part_count++] = part;
        }
    }
    return true;
}

/* Parts with a value mark of that number, in the segment or in a composite of it. */
static bool
find_value(const struct grammar *grammar, uint32_t segment, uint32_t value_no,
           struct map_ir_part *ret)
{
    const struct grammar_segment *row = &grammar->segments[segment];
    for (uint32_t no = 1; no <= row->place_count; no++) {
        const struct grammar_place *place = &grammar->places[row->place_first + no - 1];
        if (place->composite == GRAMMAR_NONE && place->value_no == value_no) {
            return part_of_place(grammar, place, no, ret);
        }
        const uint32_t inner = place->composite == GRAMMAR_NONE
                                   ? 0
                                   : grammar->composites[place->composite].place_count;
        for (uint32_t component = 1; component <= inner; component++) {
            const uint32_t first = grammar->composites[place->composite].place_first;
            if (place->value_no == 0 && row->pair_from == 0 &&
                grammar->places[first + component - 1].value_no == value_no) {
                return part_in_composite(grammar, place, no, component, ret);
            }
        }
    }
    return false;
}

bool
resolve_value(struct resolve *r, uint32_t segment, struct lang_pos pos, struct map_ir_place *place)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    if (segment == GRAMMAR_NONE) {
        map_report(r->c, MAP_DIAG_NO_ELEMENT, pos, "the message itself has no value");
        return false;
    }
    struct map_ir_part part;
    for (uint32_t no = 1; no < MAP_IR_PARTS_MAX && find_value(grammar, segment, no, &part); no++) {
        place->parts[place->part_count++] = part;
    }
    if (place->part_count == 0) {
        map_report(r->c, MAP_DIAG_NO_VALUE, pos,
                   WB_FMT " has no value mark in the grammar: name the element",
                   WB_ARG(grammar_str(grammar, grammar->segments[segment].tag)));
        return false;
    }
    return true;
}

/* The element that [CODE] tests: the marked one, within its composite the marked one, else the
 * first. */
static bool
find_qualifier(const struct grammar *grammar, uint32_t segment, struct map_ir_part *ret)
{
    const struct grammar_segment *row = &grammar->segments[segment];
    const uint32_t no = row->qualifier_no == 0 ? 1 : row->qualifier_no;
    if (no > row->place_count) {
        return false;
    }
    const struct grammar_place *place = &grammar->places[row->place_first + no - 1];
    if (place->composite == GRAMMAR_NONE) {
        return part_of_place(grammar, place, no, ret) && row->qualifier_no > 0;
    }
    const struct grammar_composite *composite = &grammar->composites[place->composite];
    uint32_t component = 1;
    for (uint32_t i = 0; i < composite->place_count; i++) {
        if (grammar->places[composite->place_first + i].is_qualifier != 0) {
            component = i + 1;
            break;
        }
    }
    return part_in_composite(grammar, place, no, component, ret);
}

static bool
check_codes(struct resolve *r, const struct map_ast_test *test, uint32_t element)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    const struct grammar_element *row = &grammar->elements[element];
    if (row->coded == 0 || row->closed == 0 || row->code_count == 0) {
        return true;
    }
    for (size_t i = 0; i < test->codes.count; i++) {
        if (grammar_find_code(grammar, element, test->codes.items[i]) != GRAMMAR_NONE) {
            continue;
        }
        struct lang_guess guess;
        lang_guess_init(&guess, test->codes.items[i]);
        for (uint32_t k = 0; k < row->code_count; k++) {
            lang_guess_try(&guess, grammar_str(grammar, grammar->codes[row->code_first + k].value));
        }
        struct lang_diag *diag =
            map_report(r->c, MAP_DIAG_NO_CODE, test->pos,
                       "`" WB_FMT "` is no code of element " WB_FMT " (" WB_FMT ")",
                       WB_ARG(test->codes.items[i]), WB_ARG(grammar_str(grammar, row->id)),
                       WB_ARG(grammar_str(grammar, row->name)));
        map_report_guess(diag, "a code of its list", &guess);
        return false;
    }
    return true;
}

bool
resolve_test(struct resolve *r, uint32_t segment, const struct map_ast_test *test,
             struct map_ir_test *ret)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    if (test->has_elem && !resolve_part(r, segment, &test->elem, &ret->part)) {
        return false;
    }
    if (!test->has_elem &&
        (segment == GRAMMAR_NONE || !find_qualifier(grammar, segment, &ret->part))) {
        map_report(r->c, MAP_DIAG_NO_QUALIFIER, test->pos,
                   WB_FMT " has no qualifier mark in the grammar: write [element=code]",
                   WB_ARG(segment == GRAMMAR_NONE
                              ? WB_LIT("the message")
                              : grammar_str(grammar, grammar->segments[segment].tag)));
        return false;
    }
    if (ret->part.element == GRAMMAR_NONE) {
        map_report(r->c, MAP_DIAG_COMPOSITE, test->pos,
                   "a composite cannot be tested: name a component");
        return false;
    }
    ret->codes = test->codes.items;
    ret->code_count = (uint32_t)test->codes.count;
    return check_codes(r, test, ret->part.element);
}

static bool
same_part(const struct map_ir_part *a, const struct map_ir_part *b)
{
    return a->element_no == b->element_no && a->component_no == b->component_no;
}

static bool
same_tests(const struct map_ir_key *key, const struct map_ir_test *tests, uint32_t count)
{
    if (key->test_count != count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!same_part(&key->tests[i].part, &tests[i].part) ||
            key->tests[i].code_count != tests[i].code_count) {
            return false;
        }
        for (uint32_t k = 0; k < tests[i].code_count; k++) {
            if (!wb_str_eq(key->tests[i].codes[k], tests[i].codes[k])) {
                return false;
            }
        }
    }
    return true;
}

static struct wb_str
key_text(struct resolve *r, const struct map_ir_key *parent, const struct map_ast_step *step)
{
    struct map_ast_path path = {
        .steps = &(struct map_ast_step){step->name, step->sel, step->pos},
           .step_count = 1
    };
    const struct wb_str own = map_path_text(r->c, &path);
    if (parent == NULL) {
        return own;
    }
    return wb_arena_printf(r->c->ctx, r->c->arena, WB_FMT "." WB_FMT, WB_ARG(parent->text),
                           WB_ARG(own));
}

struct map_ir_key *
resolve_key(struct resolve *r, struct map_ir_context *context, struct map_ir_key *parent,
            const struct map_ast_step *step, struct wb_str area)
{
    const uint32_t above = parent == NULL ? context->node : parent->node;
    const uint32_t node = resolve_child(r, above, step, area);
    if (node == GRAMMAR_NONE) {
        return NULL;
    }
    const uint32_t segment = resolve_segment(r->ir, node);
    const uint32_t count = step->sel == NULL ? 0 : (uint32_t)step->sel->count;
    struct map_ir_test *tests = NULL;
    if (count > 0) {
        tests = wb_arena_array(r->c->ctx, r->c->arena, count, sizeof *tests);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (tests == NULL || !resolve_test(r, segment, &step->sel->tests[i], &tests[i])) {
            return NULL;
        }
    }
    const bool is_else = step->sel != NULL && step->sel->is_else;
    for (struct map_ir_key *key = context->keys; key != NULL; key = key->next) {
        if (key->parent == parent && key->node == node && key->is_else == is_else &&
            same_tests(key, tests, count)) {
            key->is_keep = key->is_keep && r->in_keep;
            return key;
        }
    }
    struct map_ir_key *key = map_new(r->c, sizeof *key);
    if (key == NULL) {
        return NULL;
    }
    *key = (struct map_ir_key){.no = context->key_count++,
                               .parent = parent,
                               .node = node,
                               .segment = segment,
                               .tests = tests,
                               .test_count = count,
                               .is_else = is_else,
                               .is_keep = r->in_keep,
                               .pos = step->pos};
    key->text = key_text(r, parent, step);
    *context->keys_end = key;
    context->keys_end = &key->next;
    return key;
}
