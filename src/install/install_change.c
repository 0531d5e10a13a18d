/*
 * The flow of all three: how it stands, the change, and for new keys the way to the platform.
 */
#include "install/install_change.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/seal.h"
#include "install/install.h"
#include "install/install_job.h"
#include "install/install_keys.h"
#include "install/install_state.h"

#define PROCESSOR_SEALED_MAX	8191	/* bytes, as in the books */

struct changing {
	struct flow			 flow;		/* first: steps get this */
	struct install_change_ask	 ask;
	enum flow_next			(*make)(struct changing *);
	bool				 connects;
	struct buf			 credentials;
	install_changed_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_settings_mode	 mode;		/* how it was before */
	enum fault			 fault;
	bool				 is_connected;
};

static enum flow_next	change_look(struct flow *);
static enum flow_next	change_make(struct flow *);
static enum flow_next	change_connect(struct flow *);
static enum flow_next	change_reply(struct flow *);
static void		change_start(const struct install_change_ask *, enum flow_next (*)(struct changing *),
			    install_changed_done, void *);
static void		with_state(void *, const struct install_state *);
static void		connected(void *, enum fault);
static enum flow_next	rotate(struct changing *);
static enum flow_next	revoke(struct changing *);
static enum flow_next	processor_put(struct changing *);

static const struct flow_step	change_steps[] = {
	STEP(change_look),		/* asks the books how the mode stands                  */
	STEP(change_make),		/* asks the books to change it, committed              */
	STEP(change_connect),		/* new keys: asks the platform to take them; a job does it else */
	STEP(change_reply),		/* the only step that answers                          */
};

void
install_rotate(const struct install_change_ask *ask, install_changed_done done, void *arg)
{
	change_start(ask, rotate, done, arg);
}

void
install_revoke(const struct install_change_ask *ask, install_changed_done done, void *arg)
{
	change_start(ask, revoke, done, arg);
}

void
install_processor_put(const struct install_change_ask *ask, install_changed_done done, void *arg)
{
	change_start(ask, processor_put, done, arg);
}

static void
change_start(const struct install_change_ask *ask, enum flow_next (*make)(struct changing *),
    install_changed_done done, void *arg)
{
	struct changing	*changing;

	changing = calloc(1, sizeof(*changing));
	assert(changing != NULL);
	changing->ask = *ask;
	changing->make = make;
	changing->connects = make == rotate;
	changing->done = done;
	changing->arg = arg;
	changing->call.flow = &changing->flow;
	buf_init(&changing->credentials, SEAL_PLAIN_MAX);
	if (ask->credentials != NULL)
		buf_puts(&changing->credentials, ask->credentials);
	FLOW_START(&changing->flow, change_steps);
}

static enum flow_next
change_look(struct flow *flow)
{
	struct changing	*changing = (struct changing *)flow;

	install_state(changing->ask.location.text, with_state, changing);
	return FLOW_WAIT;
}

static void
with_state(void *arg, const struct install_state *state)
{
	struct changing	*changing = arg;

	changing->fault = state->fault;
	changing->is_connected = state->is_connected;
	(void)slice_copy(slice_of(state->sqlstate), changing->call.sqlstate,
	    sizeof(changing->call.sqlstate));
	changing->mode = state->modes[changing->ask.mode == MODE_TEST ? 0 : 1];
	flow_wake(&changing->flow);
}

static enum flow_next
change_make(struct flow *flow)
{
	struct changing	*changing = (struct changing *)flow;

	if (changing->fault != FAULT_NONE)
		return flow_fail(flow, changing->fault, NULL);
	if (changing->mode.key_hash[0] == '\0')
		return flow_fail(flow, FAULT_ACCOUNT_UNKNOWN, "the location is not connected yet");
	return changing->make(changing);
}

static enum flow_next
change_connect(struct flow *flow)
{
	struct changing	*changing = (struct changing *)flow;

	if (changing->call.fault != FAULT_NONE)
		return flow_fail(flow, changing->call.fault, NULL);
	if (!changing->connects)
		return FLOW_ON;
	install_connect(changing->mode.installation_id, connected, changing);
	return FLOW_WAIT;
}

/* When it went wrong the job that was added with the keys tries again. */
static void
connected(void *arg, enum fault fault)
{
	struct changing	*changing = arg;

	changing->is_connected = fault == FAULT_NONE;
	flow_wake(&changing->flow);
}

static enum flow_next
change_reply(struct flow *flow)
{
	struct changing		*changing = (struct changing *)flow;
	struct install_changed	 changed;

	buf_wipe(&changing->credentials);
	changed.fault = flow->fault;
	changed.detail = flow->detail;
	changed.said = changing->call.detail;
	changed.sqlstate = changing->call.sqlstate;
	changed.account_id = changing->mode.account_id;
	changed.is_connected = changing->is_connected;
	changing->done(changing->arg, &changed);
	free(changing);
	return FLOW_END;
}

static enum flow_next
rotate(struct changing *changing)
{
	struct install_key_seal	seal = { changing->ask.location.text, changing->ask.mode };
	struct store_rotate_ask	ask = { .location = seal.location, .mode = seal.mode };
	struct install_keys	keys;
	struct buf		sealed;
	enum fault		fault;

	buf_init(&sealed, STORE_KEY_SEALED_SIZE - 1);
	fault = install_keys_make(&seal, &keys, &sealed);
	if (fault == FAULT_NONE) {
		ask.key_hash = keys.digest;
		ask.sealed = buf_text(&sealed);
		ask.publishable_key = keys.publishable;
		store_settings_rotate(&changing->call, &ask);
	}
	buf_release(&sealed);
	return fault == FAULT_NONE ? FLOW_WAIT : flow_fail(&changing->flow, fault,
	    "keys could not be made");
}

/* Without its newest keys at the platform the location would be left with none that work. */
static enum flow_next
revoke(struct changing *changing)
{
	struct store_rotate_ask	ask = { .location = changing->ask.location.text,
				    .mode = changing->ask.mode, .key_hash = changing->mode.key_hash };

	if (!changing->is_connected)
		return flow_fail(&changing->flow, FAULT_KEYS_CHANGING,
		    "the new keys are not connected yet");
	store_settings_revoke(&changing->call, &ask);
	return FLOW_WAIT;
}

static enum flow_next
processor_put(struct changing *changing)
{
	struct store_processor_ask	ask = { .location = changing->ask.location.text,
					    .mode = changing->ask.mode,
					    .processor = changing->ask.processor };
	struct buf			sealed;
	enum fault			fault = FAULT_NONE;

	buf_init(&sealed, PROCESSOR_SEALED_MAX);
	if (changing->credentials.len > 0) {
		fault = install_processor_seal(changing->mode.account_id,
		    buf_slice(&changing->credentials), &sealed);
		ask.sealed = buf_text(&sealed);
	}
	if (fault == FAULT_NONE)
		store_settings_processor_put(&changing->call, &ask);
	buf_release(&sealed);
	return fault == FAULT_NONE ? FLOW_WAIT : flow_fail(&changing->flow, fault,
	    "credentials could not be sealed");
}
