/*
 * Texts under a passphrase as CryptoJS and "openssl enc -md md5" make them: base64 of "Salted__", a
 * salt and AES-256-CBC.  The platform hands user data to a settings page in it, and so does the
 * simulator.
 *
 * It has no MAC: who holds one text can change others, so what opens is a claim and no proof.
 * Source: contract.md §8.
 */
#ifndef SALTED_H
#define SALTED_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/slice.h"

#define SALTED_PLAIN_MAX	4096	/* bytes */

/** salted_make(passphrase, plain, text): Append ${plain} under ${passphrase}, with a fresh salt. */
enum fault	salted_make(struct slice, struct slice, struct buf *);

#endif /* !SALTED_H */
