/*
 * The options that say how X12 is written. What is chosen is checked here, before anything is
 * composed: separators that a reader could not tell from data are refused.
 */
#include "cli/x12_form.h"

#include <string.h>

enum { ID_MIN = 2, ID_MAX = 15, SEPARATOR_COUNT = 3 };

static bool
hex_digit(char c, uint8_t *value)
{
    const bool digit = c >= '0' && c <= '9';
    const bool upper = c >= 'A' && c <= 'F';
    const bool lower = c >= 'a' && c <= 'f';
    const int base = digit ? '0' : upper ? 'A' - 10 : 'a' - 10;
    *value = (uint8_t)(*value * 16 + (c - base)); /* two digits fill it */
    return digit || upper || lower;
}

/* One byte, or \n \r \t \\ \xHH. False when there is none. */
static bool
take_byte(struct wb_str *rest, uint8_t *ret)
{
    if (rest->len == 0) {
        return false;
    }
    size_t len = 1;
    uint8_t byte = (uint8_t)rest->at[0];
    if (byte == '\\' && rest->len > 1) {
        const char c = rest->at[1];
        len = 2;
        byte = (uint8_t)(c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c);
        if (c == 'x') {
            byte = 0;
            if (rest->len < 4 || !hex_digit(rest->at[2], &byte) || !hex_digit(rest->at[3], &byte)) {
                return false;
            }
            len = 4;
        } else if (c != 'n' && c != 'r' && c != 't' && c != '\\') {
            return false;
        }
    }
    *rest = wb_str_sub(*rest, len, rest->len);
    *ret = byte;
    return true;
}

/* Letters, digits and blanks are data wherever they stand, and so are . - + of numbers. */
static bool
is_data(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' ||
           c == 0 || c == '.' || c == '-' || c == '+';
}

static int
read_separators(struct cli *cli, struct cli_x12_form *form)
{
    form->delims = wire_delims_x12();
    form->delims.component = CLI_COMPONENT_LATER;
    form->delims.repeat = 0; /* ISA12 says 00401: ISA11 separates nothing, ^ is text */
    if (!cli_has(cli, CLI_SEPARATORS)) {
        return CLI_GOOD;
    }
    struct wb_str rest = wb_str_of(cli->values[CLI_SEPARATORS]);
    uint8_t bytes[SEPARATOR_COUNT] = {0};
    size_t count = 0;
    while (count < SEPARATOR_COUNT && take_byte(&rest, &bytes[count])) {
        count++;
    }
    if (count < SEPARATOR_COUNT || rest.len > 0) {
        return cli_usage(cli, "--separators wants three bytes: element, component, segment, as in "
                              "'*:~' or '|>\\n'; \\xHH for any byte");
    }
    for (size_t i = 0; i < SEPARATOR_COUNT; i++) {
        if (is_data(bytes[i])) {
            return cli_usage(cli, "--separators: letters, digits, blanks, NUL and . - + stand in "
                                  "values and cannot separate them");
        }
        for (size_t k = 0; k < i; k++) {
            if (bytes[k] == bytes[i]) {
                return cli_usage(cli, "--separators: the three bytes must differ");
            }
        }
    }
    const bool line_end =
        bytes[0] == '\n' || bytes[0] == '\r' || bytes[1] == '\n' || bytes[1] == '\r';
    if (line_end) {
        return cli_usage(cli, "--separators: a line end can only be the segment terminator; mail "
                              "and editors change the others");
    }
    form->component_chosen = true;
    form->delims.element = bytes[0];
    form->delims.component = bytes[1];
    form->delims.segment = bytes[2];
    return CLI_GOOD;
}

static bool
is_separator(const struct wire_delims *delims, uint8_t c)
{
    return c == delims->segment || c == delims->element || c == delims->component;
}

static int
read_look(struct cli *cli, struct cli_x12_form *form)
{
    static const struct wb_str suffixes[] = {
        {"\n",   1},
        {"\r\n", 2},
        {"",     0}
    };
    const bool line_end = form->delims.segment == '\n' || form->delims.segment == '\r';
    const int suffix = cli_choice(cli, CLI_SUFFIX, line_end ? 2 : 0);
    const int trailing = cli_choice(cli, CLI_TRAILING, 0);
    if (suffix < 0 || trailing < 0) {
        return CLI_USAGE;
    }
    form->suffix = suffixes[suffix];
    form->keep_trailing = trailing == 1;
    form->usage = cli_has(cli, CLI_TEST) ? 'T' : 'P';
    if (!cli_has(cli, CLI_REPLACE)) {
        return CLI_GOOD;
    }
    struct wb_str rest = wb_str_of(cli->values[CLI_REPLACE]);
    if (!take_byte(&rest, &form->replacement) || rest.len > 0 || form->replacement < ' ' ||
        form->replacement > '~') {
        return cli_usage(cli, "--replace wants one character of ASCII, ' ' for a blank");
    }
    if (is_separator(&form->delims, form->replacement)) {
        return cli_usage(cli, "--replace: %c separates here", (char)form->replacement);
    }
    return CLI_GOOD;
}

/* Letters, digits, blanks and signs that are no separator of what is written; one that may still
 * become the component separator is none. */
static bool
is_plain(const struct cli_x12_form *form, struct wb_str text)
{
    static const char maybe[] = CLI_COMPONENTS;
    for (size_t i = 0; i < text.len; i++) {
        const bool open = !form->component_chosen && strchr(maybe, text.at[i]) != NULL;
        if (text.at[i] < ' ' || text.at[i] > '~' || open) {
            return false;
        }
    }
    return wire_fits(&form->delims, text);
}

/* "ZZ:HOSPITAL", "HOSPITAL" (qualifier ZZ), or with the id in the group: "01:123456789/HOSPITAL".
 */
static int
read_party(struct cli *cli, enum cli_option option, const char *otherwise,
           const struct cli_x12_form *form, struct cli_x12_party *ret)
{
    const char *const word = cli_option_rows()[option].word;
    const struct wb_str text = wb_str_of(cli_value(cli, option, otherwise));
    const size_t colon = wb_str_find(text, ':');
    struct wb_str id = text;
    ret->qualifier = WB_LIT("ZZ");
    if (colon < text.len) {
        ret->qualifier = wb_str_sub(text, 0, colon);
        id = wb_str_sub(text, colon + 1, text.len);
    }
    const size_t slash = wb_str_find(id, '/');
    ret->id = wb_str_sub(id, 0, slash);
    ret->group_id = slash < id.len ? wb_str_sub(id, slash + 1, id.len) : ret->id;
    if (ret->qualifier.len != 2 || ret->id.len < ID_MIN || ret->id.len > ID_MAX ||
        ret->group_id.len < ID_MIN || ret->group_id.len > ID_MAX ||
        !is_plain(form, ret->qualifier) || !is_plain(form, ret->id) ||
        !is_plain(form, ret->group_id)) {
        return cli_usage(cli,
                         "--%s wants QUALIFIER:ID or QUALIFIER:ID/GROUP-ID with a qualifier of 2 "
                         "and ids of %d to %d letters, digits or signs that separate nothing",
                         word, ID_MIN, ID_MAX);
    }
    return CLI_GOOD;
}

int
cli_x12_form_read(struct cli *cli, struct cli_x12_form *ret)
{
    *ret = (struct cli_x12_form){.usage = 'P'};
    int exit_code = read_separators(cli, ret);
    if (exit_code == CLI_GOOD) {
        exit_code = read_look(cli, ret);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = read_party(cli, CLI_SENDER, "ZZ:SENDER", ret, &ret->sender);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = read_party(cli, CLI_RECEIVER, "ZZ:RECEIVER", ret, &ret->receiver);
    }
    return exit_code;
}

bool
cli_x12_form_given(const struct cli *cli)
{
    return cli_has(cli, CLI_SEPARATORS) || cli_has(cli, CLI_SUFFIX) || cli_has(cli, CLI_REPLACE) ||
           cli_has(cli, CLI_TRAILING) || cli_has(cli, CLI_TEST);
}
