/*
 * One question to the books, and what is in the seals.  Used by pages and by the flows that change something.
 */
#include "install/install_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/seal.h"
#include "install/install.h"
#include "install/install_keys.h"

struct stating {
	struct flow			 flow;		/* first: steps get this */
	char				 location[REFERENCE_SIZE];
	install_state_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_settings_mode	 modes[STORE_MODES];
	struct install_state		 state;
};

static enum flow_next	state_ask(struct flow *);
static enum flow_next	state_open(struct flow *);
static enum flow_next	state_reply(struct flow *);
static bool		key_open(const struct stating *, const struct store_settings_mode *, struct buf *);
static void		last_take(const struct buf *, char[INSTALL_LAST_SIZE]);

static const struct flow_step	state_steps[] = {
	STEP(state_ask),		/* asks the books for both modes                       */
	STEP(state_open),		/* their keys: which ones, and were they connected     */
	STEP(state_reply),		/* the only step that answers                          */
};

void
install_state(const char *location, install_state_done done, void *arg)
{
	struct stating	*stating;

	stating = calloc(1, sizeof(*stating));
	assert(stating != NULL);
	(void)slice_copy(slice_of(location), stating->location, sizeof(stating->location));
	stating->done = done;
	stating->arg = arg;
	stating->call.flow = &stating->flow;
	FLOW_START(&stating->flow, state_steps);
}

bool
install_mode_is_set_up(const struct store_settings_mode *mode)
{
	return mode->mode == MODE_TEST || mode->processor[0] != '\0';
}

static enum flow_next
state_ask(struct flow *flow)
{
	struct stating	*stating = (struct stating *)flow;

	store_settings_modes(&stating->call, stating->location, stating->modes);
	return FLOW_WAIT;
}

/* A key that no master key opens is one of which nothing can be said; the page still works. */
static enum flow_next
state_open(struct flow *flow)
{
	struct stating		*stating = (struct stating *)flow;
	struct install_pairs	 pairs;
	struct buf		 keys[STORE_MODES];
	char			 digest[DIGEST_HEX];
	bool			 opens = true;

	if (stating->call.fault != FAULT_NONE)
		return flow_fail(flow, stating->call.fault, NULL);
	if (stating->call.rows != STORE_MODES)
		return flow_fail(flow, FAULT_INSTALLATION_UNKNOWN, NULL);
	for (size_t i = 0; i < STORE_MODES; i++) {
		buf_init(&keys[i], SEAL_PLAIN_MAX);
		opens &= key_open(stating, &stating->modes[i], &keys[i]);
		last_take(&keys[i], stating->state.last_four[i]);
		pairs.api_key[i] = buf_text(&keys[i]);
		pairs.publishable_key[i] = stating->modes[i].publishable_key;
	}
	if (opens) {
		install_keys_digest(&pairs, digest);
		stating->state.is_connected = stating->modes[0].is_registered &&
		    strcmp(digest, stating->modes[0].connected_sha256) == 0;
	}
	for (size_t i = 0; i < STORE_MODES; i++)
		buf_wipe(&keys[i]);
	return FLOW_ON;
}

static enum flow_next
state_reply(struct flow *flow)
{
	struct stating	*stating = (struct stating *)flow;

	stating->state.fault = flow->fault;
	stating->state.sqlstate = stating->call.sqlstate;
	stating->state.modes = stating->modes;
	stating->done(stating->arg, &stating->state);
	free(stating);
	return FLOW_END;
}

static bool
key_open(const struct stating *stating, const struct store_settings_mode *mode, struct buf *key)
{
	struct install_key_seal	seal = { stating->location, mode->mode };

	return mode->key_hash[0] != '\0' &&
	    install_key_open(&seal, slice_of(mode->sealed), key) == FAULT_NONE;
}

static void
last_take(const struct buf *key, char last[INSTALL_LAST_SIZE])
{
	size_t	len = INSTALL_LAST_SIZE - 1;

	if (key->len > len)
		(void)slice_copy((struct slice){ key->at + key->len - len, len }, last,
		    INSTALL_LAST_SIZE);
}
