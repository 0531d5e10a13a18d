/*
 * Reading addresses, and comparing their first bits.
 */
#include "base/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/integer.h"

#define V4_BITS		32
#define V6_BITS		128
#define V4_OFFSET	12	/* bytes in front of an IPv4 address */
#define SITE_BYTES	8	/* of an IPv6 address, in front of the interface's part */

static bool	is_v4(const struct address *);

bool
address_read(struct slice text, struct address *address)
{
	struct address	read = { { [10] = 0xff, [11] = 0xff } };
	char		copy[INET6_ADDRSTRLEN];

	if (!slice_copy(text, copy, sizeof(copy)))
		return false;
	if (inet_pton(AF_INET, copy, read.bytes + V4_OFFSET) != 1 &&
	    inet_pton(AF_INET6, copy, read.bytes) != 1)
		return false;
	*address = read;
	return true;
}

void
address_block(struct address *address)
{
	if (!is_v4(address))
		memset(address->bytes + SITE_BYTES, 0, ADDRESS_BYTES - SITE_BYTES);
}

bool
address_range_read(struct slice text, struct address_range *range)
{
	const char	*slash = text.len > 0 ? memchr(text.at, '/', text.len) : NULL;
	struct slice	 bits;
	int64_t		 count, most, whole = V6_BITS;

	if (slash == NULL) {
		range->bits = V6_BITS;
		return address_read(text, &range->address);
	}
	bits = (struct slice){ slash + 1, (size_t)(text.at + text.len - slash) - 1 };
	text.len = (size_t)(slash - text.at);
	if (!address_read(text, &range->address))
		return false;
	most = memchr(text.at, ':', text.len) == NULL ? V4_BITS : V6_BITS;
	/* "-0" would be everybody. */
	if (slice_starts(bits, "-") || !integer_read(bits, &count) || count > most)
		return false;
	range->bits = (unsigned)(count + whole - most);
	return true;
}

bool
address_range_holds(const struct address_range *range, const struct address *address)
{
	unsigned	bytes = range->bits / 8, rest = range->bits % 8;

	if (memcmp(range->address.bytes, address->bytes, bytes) != 0)
		return false;
	return rest == 0 ||
	    (range->address.bytes[bytes] ^ address->bytes[bytes]) >> (8 - rest) == 0;
}

static bool
is_v4(const struct address *address)
{
	static const uint8_t	head[V4_OFFSET] = { [10] = 0xff, [11] = 0xff };

	return memcmp(address->bytes, head, sizeof(head)) == 0;
}
