/*
 * The token that an account has for the platform, taken out of its seal for the length of one call.
 */
#ifndef PAY_TOKEN_H
#define PAY_TOKEN_H

#include "base/buf.h"
#include "store/store_account.h"

/**
 * pay_token_open(account, token):
 * Append the platform token of ${account} to ${token}, which the caller wipes (buf_wipe).
 * Return FAULT_SEAL_INVALID when no master key opens it: was KASSA_MASTER_KEY changed?
 */
enum fault	pay_token_open(const struct store_account *, struct buf *);

#endif /* !PAY_TOKEN_H */
