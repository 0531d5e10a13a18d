/*
 * What a company calls the provider: read, and changed for all of its locations.
 */
#ifndef INSTALL_BRAND_H
#define INSTALL_BRAND_H

#include "core/reference.h"
#include "store/store_brand.h"

struct install_branded {
	enum fault			 fault;	/* what the store says */
	const char			*said;	/* by it, for the log */
	const char			*sqlstate;
	const struct store_brand	*brand;	/* with the operator's words where it has none of its own */
};

typedef void	(*install_branded_done)(void *, const struct install_branded *);

/** install_brand(company, done, arg): Read it. */
void	install_brand(const struct reference *, install_branded_done, void *);

/**
 * install_brand_put(company, brand, done, arg):
 * Keep ${brand}, whose empty texts mean the operator's; its locations are registered again by jobs.
 */
void	install_brand_put(const struct reference *, const struct store_brand *, install_branded_done,
	    void *);

#endif /* !INSTALL_BRAND_H */
