/*
 * GET /settings/activity and GET /settings/money: what happened lately in a mode of a location.
 */
#include "base/uri.h"
#include "install/install_activity.h"
#include "web/web_visit.h"

#define MODE_TEXT_MAX	8	/* bytes */

/* Writes what one of the answers has in it. */
typedef void	(*members_write)(struct json_write *, const struct install_activity *);

static void	visit_with_mode(struct serve_request *, const struct web_visit_rule *);
static void	activity_serve(struct web_visit *);
static void	activity_answer(void *, const struct install_activity *);
static void	answer(struct web_visit *, const struct install_activity *, members_write);
static void	activity_write(struct json_write *, const struct install_activity *);
static void	charges_write(struct json_write *, const struct install_activity *);
static void	refunds_write(struct json_write *, const struct install_activity *);
static void	webhooks_write(struct json_write *, const struct install_activity *);
static void	money_serve(struct web_visit *);
static void	money_answer(void *, const struct install_activity *);
static void	money_write(struct json_write *, const struct install_activity *);
static size_t	currency_write(struct json_write *, const struct install_activity *, size_t);
static void	amount_write(struct json_write *, const char *, struct money);

static const struct web_visit_rule	activity_rule = { .serve = activity_serve };
static const struct web_visit_rule	money_rule = { .serve = money_serve };

void
web_settings_activity(struct serve_request *request)
{
	visit_with_mode(request, &activity_rule);
}

void
web_settings_money(struct serve_request *request)
{
	visit_with_mode(request, &money_rule);
}

static void
visit_with_mode(struct serve_request *request, const struct web_visit_rule *rule)
{
	enum mode	mode = MODE_TEST;
	struct buf	text;
	bool		reads;

	buf_init(&text, MODE_TEXT_MAX);
	reads = uri_parameter(serve_query(request), "mode", &text) && buf_ok(&text);
	if (web_visit_mode(request, reads ? buf_slice(&text) : slice_of(""), &mode))
		web_visit_enter(request, mode, rule);
	buf_release(&text);
}

static void
activity_serve(struct web_visit *visit)
{
	struct install_activity_ask	ask = { visit->visitor.location, visit->mode };

	install_activity(&ask, activity_answer, visit);
}

static void
activity_answer(void *arg, const struct install_activity *activity)
{
	answer(arg, activity, activity_write);
}

/* One object, or why there is none. */
static void
answer(struct web_visit *visit, const struct install_activity *activity, members_write members)
{
	struct json_write	write;
	struct buf		body;

	serve_note(visit->request)->sqlstate = activity->sqlstate;
	if (activity->fault != FAULT_NONE) {
		web_visit_refuse(visit, activity->fault, NULL);
		return;
	}
	buf_init(&body, WEB_VISIT_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	members(&write, activity);
	json_close_object(&write);
	web_visit_answer(visit, &body);
	buf_release(&body);
}

static void
activity_write(struct json_write *write, const struct install_activity *activity)
{
	charges_write(write, activity);
	refunds_write(write, activity);
	webhooks_write(write, activity);
}

static void
charges_write(struct json_write *write, const struct install_activity *activity)
{
	json_name(write, "charges");
	json_open_array(write);
	for (size_t i = 0; i < activity->charge_count; i++) {
		const struct store_activity_charge	*charge = &activity->charges[i];

		json_open_object(write);
		json_text_member(write, "id", charge->charge_id);
		web_write_moment(write, "at", charge->at_us);
		amount_write(write, "amount", charge->money);
		json_text_member(write, "currency", charge->money.currency->code);
		json_text_member(write, "status", charge_status_label(charge->status));
		json_text_member(write, "decline",
		    charge->decline == DECLINE_NONE ? NULL : decline_label(charge->decline));
		json_text_member(write, "card", charge->card[0] == '\0' ? NULL : charge->card);
		json_close_object(write);
	}
	json_close_array(write);
}

static void
refunds_write(struct json_write *write, const struct install_activity *activity)
{
	json_name(write, "refunds");
	json_open_array(write);
	for (size_t i = 0; i < activity->refund_count; i++) {
		const struct store_activity_refund	*refund = &activity->refunds[i];

		json_open_object(write);
		json_text_member(write, "id", refund->refund_id);
		json_text_member(write, "chargeId", refund->charge_id);
		web_write_moment(write, "at", refund->at_us);
		amount_write(write, "amount", refund->money);
		json_text_member(write, "currency", refund->money.currency->code);
		json_text_member(write, "status", charge_status_label(refund->status));
		json_text_member(write, "reason",
		    refund->decline == DECLINE_NONE ? NULL : decline_label(refund->decline));
		json_close_object(write);
	}
	json_close_array(write);
}

static void
webhooks_write(struct json_write *write, const struct install_activity *activity)
{
	json_name(write, "webhooks");
	json_open_array(write);
	for (size_t i = 0; i < activity->webhook_count; i++) {
		const struct store_activity_webhook	*webhook = &activity->webhooks[i];

		json_open_object(write);
		json_text_member(write, "id", webhook->webhook_id);
		json_text_member(write, "type", webhook->type);
		web_write_moment(write, "at", webhook->at_us);
		json_text_member(write, "state", webhook->state);
		json_text_member(write, "reason", webhook->reason[0] == '\0' ? NULL : webhook->reason);
		json_close_object(write);
	}
	json_close_array(write);
}

static void
money_serve(struct web_visit *visit)
{
	struct install_activity_ask	ask = { visit->visitor.location, visit->mode };

	install_money(&ask, money_answer, visit);
}

static void
money_answer(void *arg, const struct install_activity *activity)
{
	answer(arg, activity, money_write);
}

static void
money_write(struct json_write *write, const struct install_activity *activity)
{
	json_integer_member(write, "days", STORE_ACTIVITY_DAYS);
	json_name(write, "currencies");
	json_open_array(write);
	for (size_t i = 0; i < activity->money_count;)
		i = currency_write(write, activity, i);
	json_close_array(write);
}

/* Writes the days from ${first} on that have its currency; returns the first one that has not. */
static size_t
currency_write(struct json_write *write, const struct install_activity *activity, size_t first)
{
	const struct currency	*currency = activity->money[first].currency;
	struct money		 total = { 0, currency };
	size_t			 end = first;

	json_open_object(write);
	json_text_member(write, "currency", currency->code);
	json_name(write, "days");
	json_open_array(write);
	for (; end < activity->money_count && activity->money[end].currency == currency; end++) {
		const struct store_activity_money	*day = &activity->money[end];

		json_open_object(write);
		json_text_member(write, "day", day->day);
		amount_write(write, "charged", (struct money){ day->charged_minor, currency });
		amount_write(write, "refunded", (struct money){ day->refunded_minor, currency });
		json_close_object(write);
		/* Thirty sums, none of which is more than a ninth of what an int64 holds. */
		if (__builtin_add_overflow(total.minor, day->charged_minor - day->refunded_minor,
		    &total.minor))
			total.minor = INT64_MAX;
	}
	json_close_array(write);
	amount_write(write, "total", total);
	json_close_object(write);
	return end;
}

/* What was refunded of earlier charges may be more than what was charged. */
static void
amount_write(struct json_write *write, const char *name, struct money money)
{
	bool		is_below = money.minor < 0;
	char		text[MONEY_TEXT_SIZE];
	struct buf	amount;

	if (is_below)
		money.minor = -money.minor;
	money_print(money, text);
	buf_init(&amount, MONEY_TEXT_SIZE);
	buf_printf(&amount, "%s%s", is_below ? "-" : "", text);
	json_slice_member(write, name, buf_slice(&amount));
	buf_release(&amount);
}
