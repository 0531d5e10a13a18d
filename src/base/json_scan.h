/*
 * A look over JSON text before yajl sees it: for what yajl lets pass and RFC 8259 or we do not.
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/**
 * json_scan(text, values_max):
 * Return false for control characters that are not JSON's blanks, invalid UTF-8, a byte order mark,
 * an escaped NUL or lone surrogate in a string, a string that stays open; else store in
 * ${values_max} how many values ${text} has at most if it is JSON.  Whether it is JSON is still to
 * be found out.
 */
bool	json_scan(struct slice, size_t *);

/** json_scan_number(text): Whether ${text} is a number (RFC 8259 §6) of at most 64 characters. */
bool	json_scan_number(struct slice);

#endif /* !JSON_SCAN_H */
