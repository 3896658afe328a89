#pragma once
/* One check of a document, and what it found: few findings, each with its place. */
#include "check/check.h"
#include "generate.h"

struct gen_found {
    enum check_code code;
    enum check_severity severity;
    uint32_t segment_no, element_no, component_no, repeat_no;
    struct wb_str text; /* in the arena */
};

enum { GEN_FOUND_MAX = 16 };

struct gen_run {
    struct gen_found found[GEN_FOUND_MAX];
    size_t count;     /* of all, listed or not; without advice unless want_advice */
    size_t advice;    /* how many were advice */
    size_t misplaced; /* segments that another place took than they were made from */
    uint32_t taken;   /* segments of messages that were taken */
};

struct gen_checker {
    struct wb_ctx *ctx;
    const struct grammar *grammar;
    struct check_cache *cache;
    bool want_advice;
};

void gen_checker_init(struct gen_checker *checker, struct wb_ctx *ctx,
                      const struct grammar *grammar);
void gen_checker_done(struct gen_checker *checker);
void gen_run(struct gen_checker *checker, struct gen *gen, const struct gen_document *document,
             struct wb_str bytes, struct gen_run *ret);
/* A grammar of the tests, in which all kinds of notes, composites and repeats occur. */
void gen_grammar_own(struct wb_ctx *ctx, struct wb_arena *arena, struct grammar *ret);
