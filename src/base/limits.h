#pragma once
/* Every cap of the house, in one place. Bytes unless the name says otherwise. */

enum {
    WB_LIMIT_WINDOW = 64 * 1024, /* the stream's window */
    WB_LIMIT_SEGMENT =
        1024 * 1024,          /* one segment; longer is a finding and the message is rejected */
    WB_LIMIT_ELEMENTS = 1000, /* tokens in one segment */
    WB_LIMIT_BINARY = 16 * 1024 * 1024,         /* BIN/BDS content in one segment */
    WB_LIMIT_MESSAGE_ARENA = 256 * 1024 * 1024, /* one message as a tree */
    WB_LIMIT_FINDINGS_PER_MESSAGE = 1000,       /* then one "more were not listed" */
    WB_LIMIT_FINDINGS_PER_FILE = 50000,         /* told as they come; kept ones are not counted */
    WB_LIMIT_LOOP_DEPTH = 64,
    WB_LIMIT_SOURCE = 8 * 1024 * 1024,  /* one file in our own language */
    WB_LIMIT_SOURCE_DEPTH = 64,         /* nested blocks */
    WB_LIMIT_DIAGS = 100,               /* diagnostics listed in one compilation */
    WB_LIMIT_JSON = 64 * 1024 * 1024,   /* one JSON document */
    WB_LIMIT_UNWRAP = 16 * 1024 * 1024, /* a message pasted from mail */
    WB_LIMIT_TABLE = 64 * 1024 * 1024,  /* a compiled table or bundle */
};
