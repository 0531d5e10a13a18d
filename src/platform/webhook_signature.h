/*
 * Whether the platform sent a body: its two signature headers and the rule between them.
 */
#ifndef WEBHOOK_SIGNATURE_H
#define WEBHOOK_SIGNATURE_H

#include "base/settings.h"
#include "base/slice.h"

enum webhook_scheme {
	WEBHOOK_UNSIGNED,	/* neither header, or they say that there is none */
	WEBHOOK_FORGED,		/* the one that decides is wrong */
	WEBHOOK_ED25519,
	WEBHOOK_RSA
};

struct webhook_signed {
	struct slice	ed25519;	/* the header's value; empty when it is absent */
	struct slice	rsa;
	struct slice	body;		/* the bytes as they came */
};

/** webhook_signature_start(settings): Once a worker: read the keys, which were found good. */
void			 webhook_signature_start(const struct settings *);

/**
 * webhook_signature_judge(signed):
 * The Ed25519 signature decides when there is one; a wrong one is final, whatever the other header says.
 * "N/A" is none.  Each scheme has up to two keys, so that they can be changed without a gap.
 * Source: contract.md §7.2.
 */
enum webhook_scheme	 webhook_signature_judge(const struct webhook_signed *);

/** webhook_signature_label(scheme): "ed25519", "rsa"; "unsigned", "forged". */
const char		*webhook_signature_label(enum webhook_scheme);

#endif /* !WEBHOOK_SIGNATURE_H */
