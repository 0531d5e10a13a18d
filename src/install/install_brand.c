/*
 * One statement to change it, one to read it.  Used by web_settings_brand.c.
 */
#include "install/install_brand.h"

#include <assert.h>
#include <stdlib.h>

#include "install/install.h"
#include "store/store_settings.h"

struct branding {
	struct flow		 flow;		/* first: steps get this */
	struct reference	 company;
	bool			 puts;
	struct store_brand	 brand;
	install_branded_done	 done;
	void			*arg;
	struct store_call	 call;
};

static enum flow_next	brand_put(struct flow *);
static enum flow_next	brand_read(struct flow *);
static enum flow_next	brand_complete(struct flow *);
static enum flow_next	brand_reply(struct flow *);
static struct branding	*branding_new(const struct reference *, install_branded_done, void *);
static const char	*or_null(const char *);

static const struct flow_step	brand_steps[] = {
	STEP(brand_put),		/* asks the books to keep it, and for jobs             */
	STEP(brand_read),		/* asks the books what it is now                       */
	STEP(brand_complete),
	STEP(brand_reply),		/* the only step that answers                          */
};

void
install_brand(const struct reference *company, install_branded_done done, void *arg)
{
	struct branding	*branding = branding_new(company, done, arg);

	FLOW_START(&branding->flow, brand_steps);
}

void
install_brand_put(const struct reference *company, const struct store_brand *brand,
    install_branded_done done, void *arg)
{
	struct branding	*branding = branding_new(company, done, arg);

	branding->puts = true;
	branding->brand = *brand;
	FLOW_START(&branding->flow, brand_steps);
}

static enum flow_next
brand_put(struct flow *flow)
{
	struct branding			*branding = (struct branding *)flow;
	const struct store_brand	*brand = &branding->brand;
	struct store_brand_ask		 ask;

	if (!branding->puts)
		return FLOW_ON;
	ask.company = branding->company.text;
	ask.name = or_null(brand->name);
	ask.description = or_null(brand->description);
	ask.logo_url = or_null(brand->logo_url);
	ask.support = or_null(brand->support);
	store_settings_brand_put(&branding->call, &ask);
	return FLOW_WAIT;
}

static enum flow_next
brand_read(struct flow *flow)
{
	struct branding	*branding = (struct branding *)flow;

	if (branding->call.fault != FAULT_NONE)
		return flow_fail(flow, branding->call.fault, NULL);
	store_brand_of(&branding->call, branding->company.text, &branding->brand);
	return FLOW_WAIT;
}

static enum flow_next
brand_complete(struct flow *flow)
{
	struct branding	*branding = (struct branding *)flow;

	if (branding->call.fault != FAULT_NONE)
		return flow_fail(flow, branding->call.fault, NULL);
	install_brand_complete(&branding->brand);
	return FLOW_ON;
}

static enum flow_next
brand_reply(struct flow *flow)
{
	struct branding		*branding = (struct branding *)flow;
	struct install_branded	 branded;

	branded.fault = flow->fault;
	branded.said = branding->call.detail;
	branded.sqlstate = branding->call.sqlstate;
	branded.brand = &branding->brand;
	branding->done(branding->arg, &branded);
	free(branding);
	return FLOW_END;
}

static struct branding *
branding_new(const struct reference *company, install_branded_done done, void *arg)
{
	struct branding	*branding;

	branding = calloc(1, sizeof(*branding));
	assert(branding != NULL);
	branding->company = *company;
	branding->done = done;
	branding->arg = arg;
	branding->call.flow = &branding->flow;
	return branding;
}

static const char *
or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}
