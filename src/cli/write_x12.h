#pragma once
/*
 * An X12 interchange out of business documents: one interchange, a group for each set, messages
 * numbered from 1. Our own bytes are checked under our own grammar before anything is printed.
 */
#include "cli/maps.h"
#include "cli/x12_form.h"

struct cli_x12 {
    struct wb_out body; /* in memory: the messages of the group */
    struct wb_out *to;
    struct cli_x12_form form;
    struct wb_str label; /* of the document that is added, for people; empty = its ordinal */
    struct wb_str what;  /* the one or the other */
    bool all_notes;      /* every note of the map is told, and what it leaves over is no failure */
    struct grammar grammar;
    bool has_grammar;
    struct wb_str message; /* set of the group, "850" */
    struct wb_str group;   /* "PO" */
    uint32_t message_count;
    uint32_t control;
    int64_t at_seconds;
};

int cli_x12_begin(struct cli *cli, struct cli_x12 *x12, struct wb_out *to);
/* Adds a document; all documents of one run must give the same set. */
int cli_x12_add(struct cli *cli, struct cli_x12 *x12, const struct cli_maps *maps,
                const struct record_object *document);
/* Writes the envelope around it, checks all of it, and hands it to the output. */
int cli_x12_end(struct cli *cli, struct cli_x12 *x12);
