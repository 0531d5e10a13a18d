/*
 * The statements about contacts and about orders charged to their saved cards; see order_store.h
 * for who reads the rows, and when.
 */
#ifndef CONTACT_STORE_H
#define CONTACT_STORE_H

#include "io/pool.h"
#include "simulator/query.h"

/** contact_store_start(pool): The worker's pool; called once before anything else here. */
void		contact_store_start(struct pool *);

/**
 * contact_store_show(contact_id, done, arg):
 * One row: name, email, phone, and messages, queries and newest orders as JSON arrays.
 */
enum fault	contact_store_show(const char *, pool_done, void *);

struct contact_store_message {
	const char	*contact_id;
	const char	*direction;	/* "received" or "sent" */
	const char	*body;		/* JSON with the member "message" */
	const char	*note;
};

/** contact_store_message(message, done, arg): Keep a message; the row is the event's id. */
enum fault	contact_store_message(const struct contact_store_message *, pool_done, void *);

/** contact_store_query_begin(contact_id, request, done, arg): Keep a query; the row is its id. */
enum fault	contact_store_query_begin(const char *, const char *, pool_done, void *);

/** contact_store_query_end(contact_id, query, done, arg): Keep its answer. */
enum fault	contact_store_query_end(const char *, const struct query *, pool_done, void *);

/** contact_store_charge(order, done, arg): Write an order for a saved card down; the row is all of it. */
enum fault	contact_store_charge(const struct order *, pool_done, void *);

/** contact_store_charge_end(order_id, query, done, arg): Keep the answer, move the order; the row is it. */
enum fault	contact_store_charge_end(const char *, const struct query *, pool_done, void *);

#endif /* !CONTACT_STORE_H */
