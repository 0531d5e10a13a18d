/*
 * A page that opens inside the platform's pages, and who may embed it.  Used by the files of such pages.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "serve/serve.h"

struct web_page {
	const char	*asset;		/* "checkout.html" */
	const char	*policy;	/* its content-security-policy, all but frame-ancestors */
	bool		 in_billing;	/* the billing page, of our own origin, embeds it as well */
};

/**
 * web_page_answer(request, page):
 * Answer with ${page}, which is static, fenced in by its policy.  The operator says which pages may embed it;
 * where he names some, the domain under which a company's agency shows the platform is one of them: that of
 * the location in the query, "?location=…", if there is one.  Never X-Frame-Options: parents have any domain
 * (contract §2.6).
 */
void	web_page_answer(struct serve_request *, const struct web_page *);

#endif /* !WEB_PAGE_H */
