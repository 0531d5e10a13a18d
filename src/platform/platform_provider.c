/*
 * Exactly the fields of the official schema, and no others: the platform refuses what it does not know.
 */
#include "platform/platform_provider.h"

#include <string.h>

#include "base/json_write.h"
#include "platform/platform_call.h"

#define PROVIDER	"/payments/custom-provider/"
#define BODY_MAX	8192
#define PATH_BYTES_MAX	512

static void	provider_call(struct platform_ask *, const char *, struct platform_said *);
static void	said_done(void *, const struct platform_answer *);
static void	provider_done(void *, const struct platform_answer *);
static void	keys_put(struct json_write *, const char *, const char *const[2]);
static bool	keys_are_there(const struct json_value *, const char *);

void
platform_provider_register(const struct platform_registration *registration,
    struct platform_said *said)
{
	struct platform_ask	call = { .method = "POST", .token = registration->token,
				    .resource = registration->location };
	struct json_write	write;
	struct buf		body;

	buf_init(&body, BODY_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_text_member(&write, "name", registration->name);
	json_text_member(&write, "description", registration->description);
	json_text_member(&write, "paymentsUrl", registration->payments_url);
	json_text_member(&write, "queryUrl", registration->query_url);
	json_text_member(&write, "imageUrl", registration->image_url);
	json_bool_member(&write, "supportsSubscriptionSchedule", registration->supports_schedules);
	json_close_object(&write);
	call.json = &body;
	provider_call(&call, PROVIDER "provider", said);
	buf_release(&body);
}

void
platform_provider_connect(const struct platform_keys *keys, struct platform_said *said)
{
	struct platform_ask	call = { .method = "POST", .token = keys->token,
				    .resource = keys->location };
	const char *const	live[] = { keys->live_api_key, keys->live_publishable_key };
	const char *const	test[] = { keys->test_api_key, keys->test_publishable_key };
	struct json_write	write;
	struct buf		body;

	buf_init(&body, BODY_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	keys_put(&write, "live", live);
	keys_put(&write, "test", test);
	json_close_object(&write);
	call.json = &body;
	provider_call(&call, PROVIDER "connect", said);
	buf_wipe(&body);
}

void
platform_provider_remove(const struct platform_location_ask *ask, struct platform_said *said)
{
	struct platform_ask	call = { .method = "DELETE", .token = ask->token,
				    .resource = ask->location };

	provider_call(&call, PROVIDER "provider", said);
}

void
platform_provider_capabilities(const struct platform_location_ask *ask, bool schedules,
    struct platform_said *said)
{
	struct platform_ask	call = { .method = "PUT", .path = PROVIDER "capabilities",
				    .token = ask->token, .resource = ask->location, .repeats = true };
	struct json_write	write;
	struct buf		body;

	buf_init(&body, BODY_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_bool_member(&write, "supportsSubscriptionSchedules", schedules);
	json_text_member(&write, "locationId", ask->location);
	json_close_object(&write);
	call.json = &body;
	platform_call(&call, said_done, said);
	buf_release(&body);
}

void
platform_provider_read(const struct platform_location_ask *ask, struct platform_provider *provider)
{
	struct platform_ask	call = { .method = "GET", .token = ask->token,
				    .resource = ask->location, .timeout_ms = ask->timeout_ms };
	struct buf		path;

	buf_init(&path, PATH_BYTES_MAX);
	buf_printf(&path, PROVIDER "connect?locationId=%s", ask->location);
	call.path = buf_text(&path);
	call.repeats = ask->timeout_ms == 0;
	platform_call(&call, provider_done, provider);
	buf_release(&path);
}

/* References need no escaping in a URL (core/reference.h). */
static void
provider_call(struct platform_ask *call, const char *address, struct platform_said *said)
{
	struct buf	path;

	buf_init(&path, PATH_BYTES_MAX);
	buf_printf(&path, "%s?locationId=%s", address, call->resource);
	call->path = buf_text(&path);
	call->repeats = true;
	platform_call(call, said_done, said);
	buf_release(&path);
}

static void
said_done(void *arg, const struct platform_answer *answer)
{
	struct platform_said	*said = arg;

	said->verdict = answer->verdict;
	said->detail = answer->detail;
	/* A page of somebody in between is no answer of the platform, whatever its status. */
	if (said->verdict == PLATFORM_DONE && json_kind(answer->root) != JSON_OBJECT) {
		said->verdict = PLATFORM_UNKNOWN;
		said->detail = "platform's answer cannot be read";
	} else if (said->verdict == PLATFORM_DONE &&
	    json_kind(json_member(answer->root, "success")) == JSON_FALSE) {
		said->verdict = PLATFORM_REFUSED;
		said->detail = "platform says that it did not do it";
	}
	flow_wake(said->flow);
}

static void
provider_done(void *arg, const struct platform_answer *answer)
{
	struct platform_provider	*provider = arg;
	const struct json_value		*modes;

	provider->verdict = answer->verdict;
	provider->detail = answer->detail;
	if (provider->verdict == PLATFORM_DONE && json_kind(answer->root) != JSON_OBJECT) {
		provider->verdict = PLATFORM_UNKNOWN;
		provider->detail = "platform's answer cannot be read";
	}
	(void)json_member_copy(answer->root, "paymentsUrl", provider->payments_url,
	    sizeof(provider->payments_url));
	(void)json_member_copy(answer->root, "queryUrl", provider->query_url,
	    sizeof(provider->query_url));
	/* One client saw another name for it (contract §5). */
	modes = json_member(answer->root, "paymentProvider");
	if (modes == NULL)
		modes = json_member(answer->root, "providerConfig");
	provider->has_test = keys_are_there(modes, "test");
	provider->has_live = keys_are_there(modes, "live");
	flow_wake(provider->flow);
}

static void
keys_put(struct json_write *write, const char *mode, const char *const keys[2])
{
	json_name(write, mode);
	json_open_object(write);
	json_text_member(write, "apiKey", keys[0]);
	json_text_member(write, "publishableKey", keys[1]);
	json_close_object(write);
}

/* The platform may echo keys or not; a mode that is there at all was connected. */
static bool
keys_are_there(const struct json_value *modes, const char *mode)
{
	return json_kind(json_member(modes, mode)) == JSON_OBJECT;
}
