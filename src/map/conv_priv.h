#pragma once
/* The conversions by subject; conv.c calls them. */
#include "map/conv.h"

/* Characters of a text: UTF-8 where it is, else bytes. */
size_t conv_length(struct wb_str text);
/* The bytes of the first `count` characters. */
size_t conv_prefix(struct wb_str text, size_t count);
/* A text into an element: padded, cut when `flags` say so, refused when it would not read back. */
enum conv_rc conv_text_put(const struct conv_env *env, uint8_t flags,
                           const struct map_element *element, struct wb_str text,
                           struct wb_str *ret);
/* Without the blanks that pad it to the element's minimum. */
struct wb_str conv_text_get(const struct map_element *element, struct wb_str text);

enum conv_rc conv_date_read(const struct map_conv *conv, const struct map_element *elements,
                            const struct wb_str *parts, size_t count, struct record_value *ret);
enum conv_rc conv_date_write(const struct conv_env *env, const struct map_conv *conv,
                             const struct map_element *elements, size_t count,
                             const struct record_value *value, struct wb_str *ret_parts);
enum conv_rc conv_dtm_read(const struct map_conv *conv, const struct wb_str *parts, size_t count,
                           struct record_value *ret);
enum conv_rc conv_dtm_write(const struct conv_env *env, const struct map_conv *conv, size_t count,
                            const struct record_value *value, struct wb_str *ret_parts);
/* A date as a moment of precision day, and back when nothing (or only what may be dropped) is lost.
 */
struct wb_moment conv_moment_of(struct wb_date date);

/* Texts that are identifiers: gtin, ndc, number, upper, raw. Left text to right value and back. */
enum conv_rc conv_code_read(const struct conv_env *env, const struct map_conv *conv,
                            struct wb_str text, struct record_value *ret);
enum conv_rc conv_code_write(const struct conv_env *env, const struct map_conv *conv,
                             const struct record_value *value, struct wb_str *ret);
bool conv_is_code(const struct map_conv *conv);

/* Lists of texts to one text and back. */
enum conv_rc conv_lines_read(const struct conv_env *env, const struct map_conv *conv,
                             const struct record_list *list, struct record_value *ret);
enum conv_rc conv_lines_write(const struct conv_env *env, const struct map_conv *conv,
                              struct wb_str text, struct record_value *ret_list);
