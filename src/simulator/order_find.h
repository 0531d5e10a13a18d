/*
 * An order by its id, as the first two steps of the flows that are about one.
 */
#ifndef ORDER_FIND_H
#define ORDER_FIND_H

#include "io/flow.h"
#include "io/pool.h"
#include "simulator/order.h"

struct order_find {
	struct flow	*flow;		/* woken when the store has answered */
	enum fault	 fault;
	bool		 found;
	struct order	 order;
};

/** order_find_ask(find, id): Ask the store for the order ${id}, as somebody wrote it. */
enum flow_next	order_find_ask(struct order_find *, struct slice);

/** order_find_done(find, answer): The answer to any statement whose row is an order; wakes the flow. */
void		order_find_done(void *, const struct pool_answer *);

/** order_find_take(find): find->order is there, or the flow ends with the fault. */
enum flow_next	order_find_take(struct order_find *);

#endif /* !ORDER_FIND_H */
