/*
 * Addresses of the Internet as values, and ranges of them.  Used for settings and for who asks.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

#define ADDRESS_BYTES	16

/* IPv4 is kept as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), so both ways to write it are one address. */
struct address {
	uint8_t	bytes[ADDRESS_BYTES];
};

struct address_range {
	struct address	address;
	unsigned	bits;		/* of the address that count: 0 to 128 */
};

/** address_read(text, address): Read "192.0.2.1" or "2001:db8::1"; false for all else, no port, no zone. */
bool	address_read(struct slice, struct address *);

/**
 * address_block(address):
 * Cut ${address} to what one customer of a network has: IPv4 whole, IPv6 its /64 (RFC 4291 §2.5.4), since
 * a single machine may use any address in that.
 */
void	address_block(struct address *);

/** address_range_read(text, range): Read "10.0.0.0/8" or one address; false for all else. */
bool	address_range_read(struct slice, struct address_range *);

/** address_range_holds(range, address): Whether ${address} is in ${range}. */
bool	address_range_holds(const struct address_range *, const struct address *);

#endif /* !ADDRESS_H */
