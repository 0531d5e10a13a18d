/*
 * What monitoring and load balancers want to know of the books.  Used by web/.
 */
#ifndef STORE_METRIC_H
#define STORE_METRIC_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define STORE_METRIC_WORD_SIZE	32
#define STORE_METRICS_MAX	128

/* One number: of a family, with the value of its label; "" when it has none. */
struct store_metric {
	char	family[STORE_METRIC_WORD_SIZE];
	char	label[STORE_METRIC_WORD_SIZE];
	int64_t	number;
};

struct store_readiness {
	char	migration[64];	/* the newest that was applied: "0012_settings.sql"; "" for none */
	int64_t	now_us;		/* the database's clock */
	bool	is_read_only;	/* a standby, or made so by its operator */
};

/** store_metrics(call, metrics): kassa.metrics(): call->rows of them into ${metrics} of STORE_METRICS_MAX. */
void	store_metrics(struct store_call *, struct store_metric *);

/** store_readiness(call, readiness): kassa.readiness(), and whether transactions may write (true on a standby, too). */
void	store_readiness(struct store_call *, struct store_readiness *);

#endif /* !STORE_METRIC_H */
