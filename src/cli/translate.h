#pragma once
/* The two ways through a map: EDI to business documents, and business documents to EDI. */
#include "cli/session.h"
#include "record/record.h"

/*
 * Every message of the session as a business document (one: an object; several: a line each), or,
 * with to_x12, written again as X12 through the document.
 */
int cli_translate_edi(struct cli *cli, struct cli_session *session, bool to_x12);
/* One business document, or one a line, as an X12 interchange that was checked before it is
 * printed. */
int cli_translate_json(struct cli *cli, struct cli_input *input);
/* Whether it is the nested JSON that --to json makes, and that as X12 again, byte for byte. */
bool cli_json_is_nested(struct wb_str json);
int cli_translate_nested(struct cli *cli, struct wb_str name, struct wb_str json);
/* "order.edi: rejected, 3 errors: waybill check order.edi" on err when it is so. */
void cli_translate_say_verdict(struct cli *cli, const struct cli_session *session);
/* A business document of one JSON object; what does not fit its schema is listed on err and makes
 * CLI_FINDINGS. */
int cli_document_of_json(struct cli *cli, struct wb_arena *arena, struct wb_str name,
                         struct wb_str json, struct record_object **ret);
