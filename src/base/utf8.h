/*
 * Valid UTF-8, one character at a time: for JSON that comes in and JSON that goes out.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>

#include "base/slice.h"

/**
 * utf8_len(text):
 * How many bytes the first character of ${text} has; 0 if there is none or it is not valid:
 * cut off, overlong, a surrogate, beyond U+10FFFF.
 * Source: RFC 3629 §4.
 */
size_t	utf8_len(struct slice);

#endif /* !UTF8_H */
