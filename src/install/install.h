/*
 * What all flows of this room share: the settings, and the seals of what the platform gave us and what we
 * give it.
 */
#ifndef INSTALL_H
#define INSTALL_H

#include "base/buf.h"
#include "base/settings.h"
#include "core/installation.h"
#include "core/mode.h"
#include "store/store_brand.h"

/** install_start(settings): Once a worker, before any flow. */
void			 install_start(const struct settings *);

/** install_settings(): As started. */
const struct settings	*install_settings(void);

/* A token of an installation: its seal is good for this row and this column alone (design §2.8). */
struct install_seal {
	enum installation_kind	 kind;
	const char		*reference;	/* of the company or location */
	const char		*what;		/* "access", "refresh" */
};

/**
 * install_token_seal(seal, token, sealed), install_token_open(seal, sealed, token):
 * Append the sealed token, or the opened one, which the caller wipes (buf_wipe).
 * Return FAULT_SEAL_INVALID when no master key opens it, or it is another row's; FAULT_INTERNAL if it is
 * too long.
 */
enum fault		 install_token_seal(const struct install_seal *, struct slice, struct buf *);
enum fault		 install_token_open(const struct install_seal *, struct slice, struct buf *);

/* The API key of a mode of a location. */
struct install_key_seal {
	const char	*location;
	enum mode	 mode;
};

/** install_key_seal(seal, key, sealed), install_key_open(seal, sealed, key): The same for an API key. */
enum fault		 install_key_seal(const struct install_key_seal *, struct slice, struct buf *);
enum fault		 install_key_open(const struct install_key_seal *, struct slice, struct buf *);

/** install_processor_seal(account, credentials, sealed): The same for what a processor wants of an account. */
enum fault		 install_processor_seal(const char *, struct slice, struct buf *);

/* Addresses of a location, as they are registered: its checkout, and where it is asked. */

/** install_payments_url(location, url), install_query_url(segment, url): Append one of them. */
void			 install_payments_url(const char *, struct buf *);
void			 install_query_url(const char *, struct buf *);

/** install_brand_complete(brand): Put the operator's brand where the company has not said its own. */
void			 install_brand_complete(struct store_brand *);

#endif /* !INSTALL_H */
