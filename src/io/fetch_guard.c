/*
 * Which addresses a URL of a tenant may lead to: those of the public Internet and no others.
 * Used by fetch.c.
 */
#include "io/fetch_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct range {
	uint8_t		prefix[6];
	unsigned	bits;
};

static bool	range_has(const struct range *, const uint8_t *);

static const struct range refused4[] = {
	{ { 0 }, 8 },			/* this network */
	{ { 10 }, 8 },			/* private */
	{ { 100, 64 }, 10 },		/* shared by carriers */
	{ { 127 }, 8 },			/* loopback */
	{ { 169, 254 }, 16 },		/* link-local, cloud metadata */
	{ { 172, 16 }, 12 },		/* private */
	{ { 192, 0, 0 }, 24 },		/* protocol assignments */
	{ { 192, 0, 2 }, 24 },		/* documentation */
	{ { 192, 88, 99 }, 24 },	/* 6to4 relays */
	{ { 192, 168 }, 16 },		/* private */
	{ { 198, 18 }, 15 },		/* benchmarks */
	{ { 198, 51, 100 }, 24 },	/* documentation */
	{ { 203, 0, 113 }, 24 },	/* documentation */
	{ { 224 }, 4 },			/* multicast */
	{ { 240 }, 4 },			/* reserved, broadcast */
};

/* Loopback, mapped, NAT64, unique local, link-local and multicast all lie outside of 2000::/3. */
static const struct range allowed6 = { { 0x20 }, 3 };

static const struct range refused6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },			/* protocol assignments, Teredo */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },		/* documentation */
	{ { 0x20, 0x02 }, 16 },				/* 6to4 */
	{ { 0x3f, 0xff, 0x00 }, 20 },			/* documentation */
};

bool
fetch_guard_allows(const struct sockaddr *address)
{
	struct sockaddr_in	four;
	struct sockaddr_in6	six;

	if (address->sa_family == AF_INET) {
		memcpy(&four, address, sizeof(four));
		for (size_t i = 0; i < sizeof(refused4) / sizeof(refused4[0]); i++)
			if (range_has(&refused4[i], (const uint8_t *)&four.sin_addr))
				return false;
		return true;
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&six, address, sizeof(six));
	for (size_t i = 0; i < sizeof(refused6) / sizeof(refused6[0]); i++)
		if (range_has(&refused6[i], six.sin6_addr.s6_addr))
			return false;
	return range_has(&allowed6, six.sin6_addr.s6_addr);
}

bool
fetch_guard_allows_text(const char *text)
{
	struct sockaddr_in	four = { .sin_family = AF_INET };
	struct sockaddr_in6	six = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return fetch_guard_allows((const struct sockaddr *)&four);
	if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1)
		return fetch_guard_allows((const struct sockaddr *)&six);
	return false;
}

static bool
range_has(const struct range *range, const uint8_t *address)
{
	unsigned	whole, rest;

	whole = range->bits / 8;
	rest = range->bits % 8;
	if (memcmp(range->prefix, address, whole) != 0)
		return false;
	return rest == 0 || (range->prefix[whole] ^ address[whole]) >> (8 - rest) == 0;
}
