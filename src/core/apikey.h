/*
 * The pair of keys of an account: the form of their text.  Where they are kept is store's business.
 * "kassa_sk_test_…" is the API key (a secret, stored as its SHA-256), "kassa_pk_test_…" the
 * publishable key.  Their own prefix lets secret scanners find them.
 */
#ifndef APIKEY_H
#define APIKEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "core/mode.h"

#define APIKEY_RANDOM_BYTES	20	/* 160 bits */
#define APIKEY_SIZE		56	/* any key, with the NUL */

enum apikey_kind {
	APIKEY_SECRET,
	APIKEY_PUBLISHABLE
};

struct apikey {
	enum apikey_kind	kind;
	enum mode		mode;
	char			text[APIKEY_SIZE];
};

/** apikey_make(kind, mode, random, key): Write a key around the caller's ${random} bytes. */
void	apikey_make(enum apikey_kind, enum mode, const uint8_t[APIKEY_RANDOM_BYTES],
	    struct apikey *);

/** apikey_parse(text, key): Read a key; false if ${text} has not exactly the form of one. */
bool	apikey_parse(struct slice, struct apikey *);

#endif /* !APIKEY_H */
