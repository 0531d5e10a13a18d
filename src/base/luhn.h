/*
 * The check digit of card numbers, which both the rules of cards and the log's mask ask for.
 */
#ifndef LUHN_H
#define LUHN_H

#include <stdbool.h>

#include "base/slice.h"

/**
 * luhn_holds(digits):
 * Whether ${digits} are decimal digits, at least one, of which the last is the right check digit.
 * Source: ISO/IEC 7812-1, annex B.
 */
bool	luhn_holds(struct slice);

#endif /* !LUHN_H */
