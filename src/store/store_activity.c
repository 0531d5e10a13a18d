/*
 * The statements behind the lists and the chart of the settings page.  Used by the flow activity.
 */
#include "store/store_activity.h"

#include "io/row.h"

#define AT(column)	"(extract(epoch from " column ") * 1000000)::bigint"

static const struct pool_statement activity_charges = {
	"activity_charges",
	"select c.charge_id, " AT("c.created_at") ", c.amount_minor, c.currency, c.status, c.decline,"
	" m.brand || ' ' || m.last4"
	" from kassa.charge c left join kassa.payment_method m"
	" on m.account_id = c.account_id and m.payment_method_id = c.payment_method_id"
	" where c.account_id = $1 order by c.created_at desc limit 20", 1, .reads = true
};

static const struct pool_statement activity_refunds = {
	"activity_refunds",
	"select r.refund_id, r.charge_id, " AT("r.created_at") ", r.amount_minor, r.currency, r.status,"
	" r.decline from kassa.refund r"
	" where r.account_id = $1 order by r.created_at desc limit 20", 1, .reads = true
};

static const struct pool_statement activity_webhooks = {
	"activity_webhooks",
	"select w.webhook_id, w.type, " AT("w.received_at") ", w.state, w.reason from kassa.webhook w"
	" where w.location_id = $1 order by w.received_at desc limit 20", 1, .reads = true
};

/* A sum that no int64 of ours would hold is cut: it is for a chart. */
#define SUM(column)	"least(sum(" column "), 999999999999999999)::bigint"
#define DAY(column)	"(" column " at time zone 'UTC')::date"
#define SINCE									\
	"((now() at time zone 'UTC')::date - 29)::timestamp at time zone 'UTC'"

static const struct pool_statement activity_money = {
	"activity_money",
	"select d.currency, to_char(d.day, 'YYYY-MM-DD'), " SUM("d.charged") ", " SUM("d.refunded")
	" from ("
	"select c.currency, " DAY("c.created_at") " as day, c.captured_minor as charged, 0 as refunded"
	" from kassa.charge c"
	" where c.account_id = $1 and c.created_at >= " SINCE " and c.status = 'succeeded'"
	" union all "
	"select r.currency, " DAY("r.created_at") ", 0, r.amount_minor"
	" from kassa.refund r"
	" where r.account_id = $1 and r.created_at >= " SINCE " and r.status = 'succeeded'"
	") d group by d.currency, d.day order by d.currency, d.day", 1, .reads = true
};

static void
money_take(const PGresult *rows, int row, int column, struct money *money)
{
	money->minor = row_integer(rows, row, column);
	money->currency = currency_find(row_slice(rows, row, column + 1));
	row_expect(money->currency != NULL);
}

static void
charge_take(const PGresult *rows, int row, void *into)
{
	struct store_activity_charge	*charge = into;

	row_text(rows, row, 0, charge->charge_id, sizeof(charge->charge_id));
	charge->at_us = row_integer(rows, row, 1);
	money_take(rows, row, 2, &charge->money);
	row_expect(charge_status_find(row_slice(rows, row, 4), &charge->status));
	row_expect(decline_find(row_slice(rows, row, 5), &charge->decline));
	row_text(rows, row, 6, charge->card, sizeof(charge->card));
}

void
store_activity_charges(struct store_call *call, const char *account,
    struct store_activity_charge charges[STORE_ACTIVITY_MAX])
{
	const char	*params[] = { account };

	call->take = charge_take;
	call->into = charges;
	call->size = sizeof(charges[0]);
	call->rows_max = STORE_ACTIVITY_MAX;
	store_ask(call, &activity_charges, params);
}

static void
refund_take(const PGresult *rows, int row, void *into)
{
	struct store_activity_refund	*refund = into;

	row_text(rows, row, 0, refund->refund_id, sizeof(refund->refund_id));
	row_text(rows, row, 1, refund->charge_id, sizeof(refund->charge_id));
	refund->at_us = row_integer(rows, row, 2);
	money_take(rows, row, 3, &refund->money);
	row_expect(charge_status_find(row_slice(rows, row, 5), &refund->status));
	row_expect(decline_find(row_slice(rows, row, 6), &refund->decline));
}

void
store_activity_refunds(struct store_call *call, const char *account,
    struct store_activity_refund refunds[STORE_ACTIVITY_MAX])
{
	const char	*params[] = { account };

	call->take = refund_take;
	call->into = refunds;
	call->size = sizeof(refunds[0]);
	call->rows_max = STORE_ACTIVITY_MAX;
	store_ask(call, &activity_refunds, params);
}

static void
webhook_take(const PGresult *rows, int row, void *into)
{
	struct store_activity_webhook	*webhook = into;

	row_text(rows, row, 0, webhook->webhook_id, sizeof(webhook->webhook_id));
	row_text(rows, row, 1, webhook->type, sizeof(webhook->type));
	webhook->at_us = row_integer(rows, row, 2);
	row_text(rows, row, 3, webhook->state, sizeof(webhook->state));
	row_text(rows, row, 4, webhook->reason, sizeof(webhook->reason));
}

void
store_activity_webhooks(struct store_call *call, const char *location,
    struct store_activity_webhook webhooks[STORE_ACTIVITY_MAX])
{
	const char	*params[] = { location };

	call->take = webhook_take;
	call->into = webhooks;
	call->size = sizeof(webhooks[0]);
	call->rows_max = STORE_ACTIVITY_MAX;
	store_ask(call, &activity_webhooks, params);
}

static void
day_take(const PGresult *rows, int row, void *into)
{
	struct store_activity_money	*money = into;

	money->currency = currency_find(row_slice(rows, row, 0));
	row_expect(money->currency != NULL);
	row_text(rows, row, 1, money->day, sizeof(money->day));
	money->charged_minor = row_integer(rows, row, 2);
	money->refunded_minor = row_integer(rows, row, 3);
}

void
store_activity_money(struct store_call *call, const char *account,
    struct store_activity_money money[STORE_MONEY_MAX])
{
	const char	*params[] = { account };

	call->take = day_take;
	call->into = money;
	call->size = sizeof(money[0]);
	call->rows_max = STORE_MONEY_MAX;
	store_ask(call, &activity_money, params);
}
