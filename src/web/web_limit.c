/*
 * The buckets of one worker.  Each worker has its own and a share of the limits: Kore hands connections
 * out evenly, and shared ones would need a lock.
 */
#include "web/web_limit.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "core/apikey.h"
#include "core/bucket_table.h"
#include "web/web_client.h"

#define NAMED_MAX	64	/* bytes of what gets a name: a digest in hexadecimal, a publishable key */

static uint64_t		 name_of(struct slice);
static struct bucket	*client_bucket(const struct serve_request *);
static enum fault	 key_judge(struct serve_request *, uint64_t);
static enum fault	 judge(struct serve_request *, const char *, int64_t);

static struct {
	struct bucket_rate	by_key;
	struct bucket_rate	by_address;
	unsigned		wrong_cost;
	struct id		seed;		/* of the names: nobody can choose what meets in one set */
	struct bucket_table	keys;
	struct bucket_table	addresses;
} limits;

void
web_limit_start(const struct settings *settings)
{
	unsigned	workers = (unsigned)settings->workers;

	memset(&limits, 0, sizeof(limits));
	bucket_rate_set(&limits.by_key, settings->limit_key_per_s, workers);
	bucket_rate_set(&limits.by_address, settings->limit_address_per_s, workers);
	limits.wrong_cost = (unsigned)settings->limit_wrong_key_cost;
	id_make_secret("seed", &limits.seed);
}

enum fault
web_limit_payer(struct serve_request *request)
{
	return judge(request, "address_limit",
	    bucket_take(&limits.by_address, client_bucket(request), 1, clock_elapsed_us()));
}

enum fault
web_limit_publishable(struct serve_request *request, struct slice key)
{
	struct bucket_entry	*entry = bucket_table_find(&limits.keys, name_of(key));

	return judge(request, "publishable_key_limit",
	    bucket_take(&limits.by_key, &entry->bucket, 1, clock_elapsed_us()));
}

/* What has not the form of one of our API keys is not worth a question to the database. */
enum fault
web_limit_api_key(struct serve_request *request, struct slice text, char hash[DIGEST_HEX],
    uint64_t *name)
{
	struct apikey	key;
	enum fault	fault;
	bool		parses;

	parses = apikey_parse(text, &key) && key.kind == APIKEY_SECRET;
	explicit_bzero(&key, sizeof(key));
	digest_sha256_hex(text, hash);
	*name = name_of(slice_of(hash));
	fault = key_judge(request, *name);
	if (fault != FAULT_NONE || parses)
		return fault;
	web_limit_query_answered(request, *name, FAULT_API_KEY_INVALID);
	return FAULT_API_KEY_INVALID;
}

void
web_limit_query_answered(struct serve_request *request, uint64_t key, enum fault fault)
{
	struct bucket_entry	*entry = bucket_table_find(&limits.keys, key);
	int64_t			 now_us = clock_elapsed_us();
	unsigned		 cost = limits.wrong_cost;

	if (fault == FAULT_NONE)
		entry->standing = BUCKET_GOOD;
	if (fault != FAULT_API_KEY_INVALID)
		return;
	bucket_charge(&limits.by_key, &entry->bucket, cost - 1, now_us);
	if (entry->standing == BUCKET_BAD)
		cost = 1;
	bucket_charge(&limits.by_address, client_bucket(request), cost, now_us);
	entry->standing = BUCKET_BAD;
}

/* By its key; by its address as well, until the key was right once. */
static enum fault
key_judge(struct serve_request *request, uint64_t key)
{
	struct bucket_entry	*entry = bucket_table_find(&limits.keys, key);
	int64_t			 now_us = clock_elapsed_us();
	enum fault		 fault = FAULT_NONE;

	if (entry->standing != BUCKET_GOOD)
		fault = judge(request, "address_limit",
		    bucket_wait(&limits.by_address, client_bucket(request), 1, now_us));
	if (fault == FAULT_NONE)
		fault = judge(request, "key_limit",
		    bucket_take(&limits.by_key, &entry->bucket, 1, now_us));
	return fault;
}

/* A keyed digest's first bytes: even a look at which names meet would tell nothing of the others. */
static uint64_t
name_of(struct slice what)
{
	char		text[ID_SIZE + NAMED_MAX];
	uint8_t		digest[DIGEST_BYTES];
	size_t		len = strlen(limits.seed.text);
	uint64_t	name;

	memcpy(text, limits.seed.text, len);
	if (what.len > NAMED_MAX)
		what.len = NAMED_MAX;
	memcpy(text + len, what.at, what.len);
	digest_sha256((struct slice){ text, len + what.len }, digest);
	memcpy(&name, digest, sizeof(name));
	return name;
}

static struct bucket *
client_bucket(const struct serve_request *request)
{
	struct address	address;
	struct slice	bytes = { (const char *)address.bytes, sizeof(address.bytes) };

	web_client_address(request, &address);
	address_block(&address);
	return &bucket_table_find(&limits.addresses, name_of(bytes))->bucket;
}

/* The caller answers; here is noted why, and when to come again. */
static enum fault
judge(struct serve_request *request, const char *rule, int64_t wait_s)
{
	if (wait_s == 0)
		return FAULT_NONE;
	serve_note(request)->rule = rule;
	serve_retry_after(request, wait_s);
	return FAULT_RATE_LIMITED;
}
