/*
 * Which addresses a URL of a tenant may lead to: those of the public Internet and no others.
 * Used by fetch.c.
 */
#ifndef FETCH_GUARD_H
#define FETCH_GUARD_H

#include <sys/socket.h>

#include <stdbool.h>

/**
 * fetch_guard_allows(address):
 * Whether ${address} is public: not loopback, private, link-local, shared, documentation, multicast
 * or reserved.  IPv6 that carries an IPv4 address (mapped, 6to4, Teredo, NAT64) is always refused.
 * Source: the IANA special-purpose address registries, RFC 6890 and its updates.
 */
bool	fetch_guard_allows(const struct sockaddr *);

/** fetch_guard_allows_text(text): The same for "192.0.2.1" or "2001:db8::1"; no to other text. */
bool	fetch_guard_allows_text(const char *);

#endif /* !FETCH_GUARD_H */
