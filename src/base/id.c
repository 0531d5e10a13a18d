/*
 * Making identifiers.  Used for charges, sessions, requests, tokens: whatever gets a name from us.
 */
#include "base/id.h"

#include <assert.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/clock.h"

#define ID_LEN		26	/* characters behind the prefix */
#define ID_TIME_LEN	10	/* of them for the 50 low bits that hold the milliseconds */
#define ID_POOL_BYTES	1024

/* Crockford's base 32: no i, l, o, u. */
static const char	alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* Randomness is fetched in batches; what a child inherits from its parent is thrown away. */
static struct {
	uint8_t	bytes[ID_POOL_BYTES];
	size_t	used;
	pid_t	owner;		/* 0: never filled */
} pool;

static char	*prefix_put(const char *, struct id *);
static void	 random_put(char *, size_t);

void
id_make(const char *prefix, struct id *id)
{
	char	*at = prefix_put(prefix, id);
	int64_t	 ms = clock_now_us() / 1000;

	for (size_t i = ID_TIME_LEN; i > 0; i--) {
		at[i - 1] = alphabet[ms & 31];
		ms >>= 5;
	}
	random_put(at + ID_TIME_LEN, ID_LEN - ID_TIME_LEN);
}

void
id_make_secret(const char *prefix, struct id *id)
{
	random_put(prefix_put(prefix, id), ID_LEN);
}

bool
id_is(struct slice text, const char *prefix)
{
	size_t	len = strlen(prefix);

	if (text.len != len + 1 + ID_LEN || !slice_starts(text, prefix) || text.at[len] != '_')
		return false;
	for (size_t i = len + 1; i < text.len; i++) {
		if (text.at[i] == '\0' || strchr(alphabet, text.at[i]) == NULL)
			return false;
	}
	return true;
}

/* Write "prefix_" and the final NUL; return where the 26 characters go. */
static char *
prefix_put(const char *prefix, struct id *id)
{
	size_t	len = strlen(prefix);

	assert(len > 0 && len + 1 + ID_LEN < ID_SIZE);
	memcpy(id->text, prefix, len);
	id->text[len] = '_';
	id->text[len + 1 + ID_LEN] = '\0';
	return id->text + len + 1;
}

/* ${count} random characters: five bits of a byte each, so that none is likelier than another. */
static void
random_put(char *into, size_t count)
{
	if (pool.owner != getpid() || ID_POOL_BYTES - pool.used < count) {
		int	good = RAND_bytes(pool.bytes, ID_POOL_BYTES);

		assert(good == 1);
		pool.used = 0;
		pool.owner = getpid();
	}
	for (size_t i = 0; i < count; i++)
		into[i] = alphabet[pool.bytes[pool.used + i] & 31];
	explicit_bzero(pool.bytes + pool.used, count);
	pool.used += count;
}
