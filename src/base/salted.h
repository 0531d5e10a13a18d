/*
 * Texts under a passphrase as CryptoJS and "openssl enc -md md5" make them: base64 of "Salted__", a
 * salt and AES-256-CBC.  The platform hands user data to a settings page in it.
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

/**
 * salted_open(passphrase, text, plain):
 * Append what ${text} holds to ${plain}.  FAULT_SEAL_INVALID, whatever is wrong with it: who could
 * tell bad padding from a bad form would decrypt by asking.
 */
enum fault	salted_open(struct slice, struct slice, struct buf *);

#endif /* !SALTED_H */
