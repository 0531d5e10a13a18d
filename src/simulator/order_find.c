/*
 * Finding an order.  Used by the flows that are about one.
 */
#include "simulator/order_find.h"

#include "simulator/order_store.h"

enum flow_next
order_find_ask(struct order_find *find, struct slice text)
{
	char		id[ORDER_ID_SIZE];
	enum fault	fault;

	if (!order_id_is(text) || !slice_copy(text, id, sizeof(id)))
		return flow_fail(find->flow, FAULT_TRANSACTION_UNKNOWN, "no such order");
	fault = order_store_by_order(id, order_find_done, find);
	return fault == FAULT_NONE ? FLOW_WAIT : flow_fail(find->flow, fault, NULL);
}

void
order_find_done(void *arg, const struct pool_answer *answer)
{
	struct order_find	*find = arg;

	find->fault = answer->fault;
	find->found = answer->fault == FAULT_NONE && PQntuples(answer->rows) > 0;
	if (find->found)
		order_store_take(answer->rows, 0, &find->order);
	flow_wake(find->flow);
}

enum flow_next
order_find_take(struct order_find *find)
{
	if (find->fault != FAULT_NONE)
		return flow_fail(find->flow, find->fault, NULL);
	if (!find->found)
		return flow_fail(find->flow, FAULT_TRANSACTION_UNKNOWN, "no such order");
	return FLOW_ON;
}
