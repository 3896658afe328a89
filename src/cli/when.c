/* The one place that reads a time from the command line. A time without a zone is UTC. */
#include "cli/when.h"

#include "base/date.h"

enum { MINUTE_SECONDS = 60, HOUR_SECONDS = 3600, DAY_SECONDS = 86400 };

int
cli_when(struct cli *cli, int64_t *ret_seconds, bool *ret_given)
{
    *ret_seconds = 0;
    *ret_given = cli_has(cli, CLI_AT);
    if (!*ret_given) {
        return CLI_GOOD;
    }
    struct wb_moment m;
    if (!wb_moment_parse_iso(wb_str_of(cli->values[CLI_AT]), &m)) {
        return cli_usage(cli, "--at wants a time such as 2026-11-23T08:00Z, not %s",
                         cli->values[CLI_AT]);
    }
    int64_t offset = m.zoned ? (int64_t)m.offset_minutes * MINUTE_SECONDS : 0;
    *ret_seconds = wb_date_days(m.date) * DAY_SECONDS + (int64_t)m.hour * HOUR_SECONDS +
                   (int64_t)m.minute * MINUTE_SECONDS + m.second - offset;
    return CLI_GOOD;
}
