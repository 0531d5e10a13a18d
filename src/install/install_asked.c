/*
 * A sample of who asks, a worker's own; one statement a minute and key.  Used by web_query.c.
 */
#include "install/install_asked.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "store/store_settings.h"

#define PLACES		4096	/* two keys that meet in one are noted more often, which is harmless */
#define EVERY_US	(60 * INT64_C(1000000))

struct asking {
	struct flow		 flow;		/* first: steps get this */
	char			 key_hash[DIGEST_HEX];
	struct store_call	 call;
};

static enum flow_next	asked_note(struct flow *);
static enum flow_next	asked_end(struct flow *);

static const struct flow_step	asked_steps[] = {
	STEP(asked_note),		/* tells the books                                     */
	STEP(asked_end),		/* whether it was noted matters to nobody              */
};

static struct {
	uint64_t	key;
	int64_t		at_us;
} places[PLACES];

void
install_asked(struct slice key_hash)
{
	struct asking	*asking;
	uint64_t	 key = 0;
	int64_t		 now_us = clock_elapsed_us();

	/* It is a digest: its letters are as good as any hash of them. */
	for (size_t i = 0; i < key_hash.len && i < 16; i++)
		key = key << 4 | (uint64_t)((key_hash.at[i] & 15) + (key_hash.at[i] > '9' ? 9 : 0));
	if (places[key % PLACES].key == key && now_us - places[key % PLACES].at_us < EVERY_US)
		return;
	places[key % PLACES].key = key;
	places[key % PLACES].at_us = now_us;
	asking = calloc(1, sizeof(*asking));
	assert(asking != NULL);
	(void)slice_copy(key_hash, asking->key_hash, sizeof(asking->key_hash));
	asking->call.flow = &asking->flow;
	FLOW_START(&asking->flow, asked_steps);
}

static enum flow_next
asked_note(struct flow *flow)
{
	struct asking	*asking = (struct asking *)flow;

	store_key_asked(&asking->call, asking->key_hash);
	return FLOW_WAIT;
}

static enum flow_next
asked_end(struct flow *flow)
{
	free((struct asking *)flow);
	return FLOW_END;
}
