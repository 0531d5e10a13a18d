/*
 * The log's second net: card numbers and keys that got into a text are painted over.
 */
#ifndef LOG_MASK_H
#define LOG_MASK_H

#include <stddef.h>

/**
 * log_mask(text, len):
 * Overwrite with '*' in ${text} what looks like a payment card number (13 to 19 digits that pass
 * Luhn, with single blanks or dashes between them) and what follows "kassa_sk_", "kassa_pk_" and
 * "tok_".  The length stays.
 */
void	log_mask(char *, size_t);

#endif /* !LOG_MASK_H */
