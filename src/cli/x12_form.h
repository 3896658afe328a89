#pragma once
/* How an interchange is to look: separators, what follows a terminator, who sends and receives. All
 * of it comes from the command line. */
#include "cli/cli.h"
#include "wire/writer.h"

struct cli_x12_party {
    struct wb_str qualifier; /* ISA05, ISA07 */
    struct wb_str id;        /* ISA06, ISA08 */
    struct wb_str group_id;  /* GS02, GS03 */
};

struct cli_x12_form {
    struct wire_delims delims; /* component is CLI_COMPONENT_LATER when nobody chose it */
    struct wb_str suffix;      /* behind each terminator */
    uint8_t replacement;       /* 0 = values with separators are refused */
    bool component_chosen;
    bool keep_trailing; /* empty elements up to the last that the segment has */
    char usage;         /* ISA15: P or T */
    struct cli_x12_party sender, receiver;
};

/*
 * Stands for the component separator until all values are known: a control byte, so no value may
 * hold it.
 */
enum { CLI_COMPONENT_LATER = 0x1F };
/* What it may become, the first that no value holds. */
#define CLI_COMPONENTS ":><|\\"

/* Whether an option says how it is to look; the parties do not count. */
bool cli_x12_form_given(const struct cli *cli);
/* --separators, --suffix, --replace, --trailing, --sender, --receiver, --test. Complains itself. */
int cli_x12_form_read(struct cli *cli, struct cli_x12_form *ret);
