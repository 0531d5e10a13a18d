/*
 * What a company calls the provider, in place of the operator's brand.  Empty texts: it did not say.
 */
#ifndef STORE_BRAND_H
#define STORE_BRAND_H

#include "store/store.h"

#define STORE_BRAND_TEXT_SIZE	2048	/* any text of it, with the NUL: up to 500 characters of four bytes */

struct store_brand {
	char	company_name[STORE_BRAND_TEXT_SIZE];	/* as the platform announced it */
	char	domain[STORE_BRAND_TEXT_SIZE];		/* where its pages are, "app.example.com" */
	char	name[STORE_BRAND_TEXT_SIZE];
	char	description[STORE_BRAND_TEXT_SIZE];
	char	logo_url[STORE_BRAND_TEXT_SIZE];
	char	support[STORE_BRAND_TEXT_SIZE];
};

/** store_brand_of(call, company, brand): All empty when nobody knows the company. */
void	store_brand_of(struct store_call *, const char *, struct store_brand *);

/** store_brand_of_location(call, location, brand): Of the company that the location belongs to. */
void	store_brand_of_location(struct store_call *, const char *, struct store_brand *);

#endif /* !STORE_BRAND_H */
