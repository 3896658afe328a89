#pragma once
/*
 * Inside the machine: its registers and frames, and what its files offer each other. One run is one
 * struct machine on the stack; everything it makes lives in the caller's arena.
 */
#include "map/bundle_priv.h"
#include "map/conv.h"
#include "map/hits.h"

enum { FRAMES_MAX = MAP_DEPTH_MAX + MAP_TREE_MAX + 1 };

/* Which test of a key or place gets another code than its first, as `keep` noted. */
struct choice {
    uint32_t code_first; /* of the set in codes; MAP_NONE = none */
    struct wb_str code;
};

/* What of a record is taken: one mark an object, made when the object is first looked at. */
struct map_mark {
    const struct record_object *object;
    struct mark_cell *cells; /* one a field */
    uint64_t source_taken;   /* a bit for each of the first 64 members of `source` */
    bool visited;            /* an element: some FOR ran over it */
    bool whole;              /* all of it is noted already */
};

struct mark_cell {
    bool taken;              /* with all that is in it */
    struct map_mark *object; /* OBJECT */
    struct map_mark **items; /* list of objects; NULL entries until looked at */
    size_t item_count;
};

/* What a key of a frame stands for. */
struct key_slot {
    bool known; /* looked up, or made */
    struct tree_node *node;
    const struct tree_node *seen; /* writing: the first [else] instance that fits the key */
};

struct tree_walk; /* of TREE: children by the numbers in the segments */

struct frame {
    const struct map_context *context;
    const struct map_block *block; /* NULL: the outermost */
    struct frame *outer;           /* the body around it; for levels of a tree that of the tree */
    unsigned op;                   /* that opened it */
    uint32_t body_at;              /* pc of the body's first instruction */
    uint32_t after_at;             /* pc behind its LEAVE */
    bool touched;                  /* reading: something was taken in it */
    struct tree_node *node;        /* EDI; on writing NULL until something is written */
    const struct record_object *left;
    struct record_object *left_made; /* writing a left record */
    struct map_mark *left_mark;      /* reading a left record */
    const struct record_object *right;
    struct record_object *right_made; /* reading */
    struct map_mark *mark;            /* writing */
    struct key_slot *keys;
    size_t item_at;                 /* of the list on either side */
    const struct record_list *list; /* FOR: the right list; EACH of a left record: the left list */
    struct mark_cell *list_marks;
    uint32_t list_field; /* reading: the right list, in the right object of the level above */
    const struct record_object *list_owner; /* whose list it is, when reading */
    struct tree_walk *tree;
    uint32_t tree_at;                 /* TREE: instance; FOR_TREE: its number */
    uint32_t level;                   /* of a tree, 1.. */
    const struct tree_node *codes_of; /* reading: of which segment .codes is the set */
    uint64_t codes_elements;          /* and of which elements of it */
    uint64_t codes;
    struct choice choice; /* OPEN: for the instance that is not made yet */
    uint64_t reserved;    /* writing: elements of its own segment that source.extra wants back */
    bool reserved_known;
};

/* A value found at a place. */
struct place_hit {
    struct record_value value;
    struct tree_node *segment; /* EDI */
    uint32_t pair_at;          /* PAIR: index of its qualifier among the place's elements */
    struct mark_cell *cell;    /* left record */
};

enum place_rc { PLACE_ABSENT, PLACE_FOUND, PLACE_REFUSED, PLACE_NOMEM };

struct undo { /* what TAKE claimed, in case TABLE has no row */
    struct tree_item *item;
    struct mark_cell *cell;
};

struct stack_value {
    bool present;
    struct wb_dec dec;
};

struct machine {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    const struct map_bundle *bundle;
    const struct map_entry *entry;
    const struct map_bound *bound;
    struct map_run *run;
    struct tree *tree; /* EDI */
    bool writing;
    struct conv_env env;

    const struct map_code *code;
    uint32_t code_count;
    uint32_t pc; /* of the instruction at work; handlers set `next` */
    uint32_t next;
    const struct map_skip *skips; /* reading a tree, parallel to code; else NULL */
    uint64_t steps_left;
    bool cond;

    struct frame *frames;
    uint32_t frame_count;
    struct key_slot *keys;
    uint32_t keys_used;
    uint32_t tree_levels;
    uint32_t tree_no; /* FOR_TREE: numbers given so far */

    struct stack_value stack[MAP_STACK_MAX];
    uint32_t stack_count;

    /* V, and where it is from. */
    bool has_value;
    struct record_value value;
    struct record_value left_value; /* reading: before TABLE */
    bool refused;                   /* reading: something stood there and was not accepted */
    uint32_t place;                 /* reading: chosen; MAP_NONE for defaults */
    struct wb_str place_text;       /* for the trace */
    struct wb_str code_met;         /* reading: of the place's set of codes */
    uint32_t code_index;
    bool table_used;
    bool table_primary; /* reading: the row's code is the one that writing puts */
    struct undo *undo;
    size_t undo_count, undo_cap;
    struct wb_str kept;          /* writing: what source.NAME says, or empty */
    struct mark_cell *load_cell; /* writing */
    uint32_t load_path;
};

/* A value was taken from a place, or put to it. */
static inline void
hit_place(const struct machine *m, uint32_t place)
{
    if (m->run->hits != NULL) {
        m->run->hits->places[m->writing ? 1 : 0][place]++;
    }
}

/* A row of a table was the answer. */
static inline void
hit_row(const struct machine *m, const struct map_row *row)
{
    if (m->run->hits != NULL) {
        m->run->hits->rows[row - m->bundle->rows]++;
    }
}

static inline struct frame *
frame_now(struct machine *m)
{
    return &m->frames[m->frame_count - 1];
}

static inline const struct map_place *
place_of(const struct machine *m, uint32_t number)
{
    return &m->bundle->places[number];
}

static inline uint32_t
line_now(const struct machine *m)
{
    return m->bundle->lines[(size_t)(m->code - m->bundle->code) + m->pc];
}

typedef enum wb_rc machine_op(struct machine *m, const struct map_code *code);
/* The handlers, by opcode. */
#define X(NAME, text, use, a, b, c, doc) machine_op map_run_##NAME;
#include "map/opcodes.def"
#undef X

/* ---- machine.c ---- */
/* A frame for a block; NULL when they are too deep. */
struct frame *frame_push(struct machine *m, const struct map_context *context);
/* A frame for the body of the block that an instruction opens; NULL as above. */
struct frame *frame_open(struct machine *m, const struct map_code *code);
void frame_pop(struct machine *m);
/* Forgets the keys of a frame, for its next round. */
void frame_clear_keys(struct machine *m, struct frame *frame);

/* ---- path.c: records ---- */
/* A cell found by a path; cell NULL when an object on the way is absent. */
struct cell_ref {
    struct record_value *cell;
    const struct record_object *object;
    const struct record_field *field;
    uint32_t number;
    struct mark_cell *mark; /* NULL when the side is not marked */
};
/* The cell of a right path from a frame; `make` makes the objects on the way. */
WB_MUST enum wb_rc path_right(struct machine *m, struct frame *frame, uint32_t path, bool make,
                              struct cell_ref *ret);
/* The cell of a left path from the object of a key (MAP_NONE = the frame's own). */
WB_MUST enum wb_rc path_left(struct machine *m, struct frame *frame, uint32_t key, uint32_t path,
                             bool make, struct cell_ref *ret);
/* The object of OWNER operands; NULL when absent and not made. *ret_mark may be NULL. */
WB_MUST enum wb_rc path_owner(struct machine *m, struct frame *frame, uint16_t path, bool make,
                              struct record_object **ret, struct map_mark **ret_mark);
struct map_mark *mark_new(struct machine *m, const struct record_object *object);
/* The mark of an object in a cell, of an element of a list. NULL without memory. */
struct map_mark *mark_object(struct machine *m, struct mark_cell *cell,
                             const struct record_object *object);
struct map_mark *mark_item(struct machine *m, struct mark_cell *cell,
                           const struct record_list *list, size_t at);
/* "lines[2].contract": a right path from a frame, for notes. */
struct wb_str path_text(struct machine *m, const struct frame *frame, uint32_t path);
/* "lines[2]": the right object of a frame. */
struct wb_str frame_text(struct machine *m, const struct frame *frame);
struct wb_str left_text(struct machine *m, const struct frame *frame, uint32_t key, uint32_t path);
/* Whether a value fits a filter of its list. */
bool filter_passes(const struct machine *m, uint32_t filter, const struct record_value *item);
/* Whether V, as text or typed, goes into the type of a field. */
bool value_into(const struct record_value *value, const struct record_field *field,
                struct record_value *ret);

/* ---- place.c: instances and places of trees ---- */
bool tests_hold(const struct machine *m, const struct tree_node *segment, uint32_t first,
                uint32_t count);
struct tree_node *match_first(const struct machine *m, const struct tree_node *parent,
                              const struct map_key *key);
struct tree_node *match_next(const struct machine *m, const struct tree_node *node,
                             const struct map_key *key);
/* The instance of a key as reading finds it; the frame's own for MAP_NONE; NULL = there is none. */
struct tree_node *key_find(struct machine *m, struct frame *frame, uint32_t key);
/* The segment with the elements of an instance; NULL when a loop has no trigger. */
static inline struct tree_node *
segment_of(const struct machine *m, struct tree_node *node)
{
    return tree_trigger(m->tree, node);
}

/* The value at a place, converted. */
enum place_rc place_look(struct machine *m, struct frame *frame, uint32_t place,
                         struct place_hit *ret);
/* The texts of a VALUE place in a segment; false when the first is absent. */
bool place_parts(const struct machine *m, const struct tree_node *segment,
                 const struct map_place *place, struct wb_str parts[MAP_PARTS_MAX]);
/* The place's set of codes that `keep` tells apart; false when it has none of several. */
bool place_codes(const struct machine *m, const struct map_place *place, struct map_test *ret);
/* Claims what a value was taken from, with the tests that found it. */
WB_MUST enum wb_rc claim_hit(struct machine *m, struct frame *frame, uint32_t place,
                             const struct place_hit *hit);
WB_MUST enum wb_rc claim_item(struct machine *m, struct tree_item *item);
WB_MUST enum wb_rc claim_tests(struct machine *m, const struct tree_node *segment, uint32_t first,
                               uint32_t count);
/* The tests of a key and of those above it; `segment` is the instance's own. */
WB_MUST enum wb_rc claim_key(struct machine *m, struct frame *frame, uint32_t key,
                             const struct tree_node *segment);
bool node_is_claimed(const struct machine *m, const struct tree_node *node);
static inline struct tree_item *
element_item(const struct tree_node *segment, const struct map_element *element)
{
    return tree_item(segment, element->element_no, element->repeat_no, element->component_no);
}

/* ---- table.c ---- */
/* Rows by either side; NULL when there is none. */
const struct map_row *table_left(const struct map_bundle *bundle, const struct map_table *table,
                                 struct wb_str code);
const struct map_row *table_right(const struct map_bundle *bundle, const struct map_table *table,
                                  struct wb_str word);

/* ---- note.c ---- */
WB_MUST enum wb_rc note_add(struct machine *m, enum map_note_kind kind, struct wb_str place,
                            struct wb_str value, const char *format, ...) WB_PRINTF(5, 6);
/* "PO1[3]/REF.03"; element NULL = the instance itself. */
struct wb_str node_text(struct machine *m, const struct tree_node *node,
                        const struct map_element *element);
struct wb_str place_text(struct machine *m, struct frame *frame, const struct map_place *place,
                         const struct tree_node *segment);
/* A value for a note. */
struct wb_str value_text(struct machine *m, const struct record_value *value);
WB_MUST enum wb_rc trace_add(struct machine *m, struct wb_str left, struct wb_str right,
                             const struct record_value *value);

/* ---- ledger.c ---- */
WB_MUST enum wb_rc ledger_tree(struct machine *m);
WB_MUST enum wb_rc ledger_record(struct machine *m, const struct map_mark *mark);

/* ---- read_*.c ---- */
WB_MUST enum wb_rc leave_reading(struct machine *m);
/* Puts a text into the `source` of an object. */
WB_MUST enum wb_rc source_put(struct machine *m, struct record_object *owner, struct wb_str name,
                              struct wb_str text);
/* A text member of a marked object's `source`, which is taken with it; empty when there is none. */
struct wb_str source_get(struct map_mark *mark, struct wb_str name);
/* Drops what TAKE claimed. */
void undo_all(struct machine *m);

/* ---- write_*.c ---- */
WB_MUST enum wb_rc leave_writing(struct machine *m);
enum put_rc { PUT_OK, PUT_CUT, PUT_REFUSED, PUT_TOO_LONG, PUT_NO_ROOM, PUT_NOMEM };

/* ---- make.c: instances come into being ---- */
/* The instance of a key, made if need be; NULL: no room, or no memory (m->ctx has the error). */
struct tree_node *key_make(struct machine *m, struct frame *frame, uint32_t key,
                           const struct choice *choice);
bool key_has_room(struct machine *m, struct frame *frame, uint32_t key);
/* The instance that is there, of the frame itself for MAP_NONE. */
struct tree_node *key_made(const struct machine *m, struct frame *frame, uint32_t key);
bool instance_has_room(struct machine *m, const struct tree_node *parent, uint32_t node);
/* How many more instances fit under the key's parent. */
uint32_t instance_room(struct machine *m, const struct tree_node *parent, uint32_t node);
struct tree_node *instance_make(struct machine *m, struct tree_node *parent, uint32_t node);
WB_MUST enum wb_rc tests_put(struct machine *m, struct tree_node *segment, uint32_t first,
                             uint32_t count, const struct choice *choice);
/* The frame's own, made with its first value when it was opened by OPEN. */
struct tree_node *frame_node(struct machine *m, struct frame *frame);
struct record_object *frame_left(struct machine *m, struct frame *frame);
/* Puts a text where nothing, or the same, stands. */
enum put_rc put_item(struct machine *m, struct tree_node *segment,
                     const struct map_element *element, struct wb_str text);

/* ---- put.c ---- */
enum put_rc put_value(struct machine *m, struct frame *frame, uint32_t place,
                      const struct record_value *value, const struct choice *choice);
/* A pair into the first free one of the place's instances. */
enum put_rc put_pair(struct machine *m, struct frame *frame, const struct map_place *place,
                     struct wb_str code, struct wb_str value);
enum put_rc put_rc_of(enum conv_rc rc);
/* Says why a value could not be written. */
WB_MUST enum wb_rc note_put(struct machine *m, enum put_rc rc, struct wb_str place,
                            struct wb_str value);

/* ---- claimed.c ---- */
/* Whether reading would give a pair that is not written yet to a statement with its own place. */
WB_MUST enum wb_rc claimed_pair(struct machine *m, struct frame *frame,
                                const struct map_place *pairs, struct wb_str code,
                                struct wb_str value, bool *ret);
/* Whether reading would give a new instance, or a part of it, to another statement than `own`. */
WB_MUST enum wb_rc claimed_instance(struct machine *m, struct frame *frame, struct tree_node *node,
                                    uint32_t own, bool *ret);

/* ---- extra_*.c: source.extra ---- */
/* "detail/PO1" of a child node, unique among its siblings; the area only at the top. */
struct wb_str extra_name(struct machine *m, uint32_t node);
/* The elements of a frame's own segment that source.extra of its object wants back: a bit each. */
uint64_t extra_reserved(const struct machine *m, struct frame *frame);
