/*
 * External billing over HTTP: the page that the platform sends an installer to, what it shows, an order to pay.
 * Asked by assets/billing.mjs; docs/api.md has the shapes.  Whoever comes is unknown, and whatever the link
 * says is a claim: who pays for another one's location gives money away.
 */
#include <string.h>

#include "base/uri.h"
#include "pay/pay_billing.h"
#include "web/web.h"
#include "web/web_page.h"

#define LOCATIONS_MAX	(BILLING_LOCATIONS_MAX * REFERENCE_SIZE)	/* bytes of the link's list */
#define WORD_MAX	512				/* bytes of any other parameter */

static const char	*link_read(struct slice, struct billing_payers *);
static const char	*body_read(const struct json_value *, struct billing_payers *);
static bool		 locations_read(const struct json_value *, struct billing_payers *);
static bool		 word_read(struct slice, const char *, struct buf *);
static bool		 plan_find(struct serve_request *, struct pay_plan *);
static void		 plan_write(const struct pay_plan *, const struct billing_payers *, struct buf *);
static void		 order_answer(void *, const struct pay_billing *);
static void		 order_write(const struct store_billing *, struct buf *);

/* The link is told to the page's script alone: the document is the same for all. */
static const struct web_page	billing_page = {
	.asset = "billing.html",
	.policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'",
};

void
web_billing(struct serve_request *request)
{
	struct pay_plan	plan;

	if (plan_find(request, &plan))
		web_page_answer(request, &billing_page);
}

void
web_billing_plan(struct serve_request *request)
{
	struct billing_payers	 payers = { .location_count = 0 };
	struct pay_plan		 plan;
	struct buf		 body;
	const char		*wrong;
	struct money		 total;

	if (!plan_find(request, &plan))
		return;
	wrong = link_read(serve_query(request), &payers);
	if (wrong != NULL) {
		serve_fault(request, FAULT_FIELD_INVALID, wrong);
		return;
	}
	if (pay_plan_total(&plan, &payers, &total) != FAULT_NONE) {
		serve_fault(request, FAULT_AMOUNT_INVALID, NULL);
		return;
	}
	buf_init(&body, WEB_ANSWER_MAX);
	plan_write(&plan, &payers, &body);
	serve_json(request, 200, &body);
	buf_release(&body);
}

void
web_billing_order(struct serve_request *request)
{
	struct billing_payers	 payers = { .location_count = 0 };
	struct pay_plan		 plan;
	struct json		*json;
	const char		*wrong;

	if (!plan_find(request, &plan) || web_read_json(request, &json) != FAULT_NONE)
		return;
	wrong = body_read(json_root(json), &payers);
	json_free(json);
	if (wrong != NULL)
		serve_fault(request, FAULT_FIELD_INVALID, wrong);
	else
		pay_billing_open(&plan, &payers, order_answer, request);
}

void
web_billing_look(struct serve_request *request)
{
	struct slice	text = serve_capture(request, 0);
	struct pay_plan	plan;
	char		order_id[ID_SIZE];

	if (!plan_find(request, &plan))
		return;
	if (id_is(text, PAY_BILLING_PREFIX) && slice_copy(text, order_id, sizeof(order_id)))
		pay_billing_look(order_id, order_answer, request);
	else
		serve_fault(request, FAULT_BILLING_UNKNOWN, NULL);
}

/* Read what stands behind '?'; the name of the parameter that is wrong, or NULL. */
static const char *
link_read(struct slice query, struct billing_payers *payers)
{
	struct buf	 client, type, company, locations;
	const char	*wrong = NULL;

	buf_init(&client, WORD_MAX);
	buf_init(&type, WORD_MAX);
	buf_init(&company, WORD_MAX);
	buf_init(&locations, LOCATIONS_MAX);
	if (!word_read(query, "clientId", &client) ||
	    !slice_is(buf_slice(&client), web_settings()->client_id))
		wrong = "clientId";
	else if (!word_read(query, "installType", &type) || !billing_type_read(buf_slice(&type), payers))
		wrong = "installType";
	else if (!word_read(query, "companyId", &company) ||
	    !reference_read(buf_slice(&company), &payers->company))
		wrong = "companyId";
	else if (!word_read(query, "locationId", &locations) ||
	    !billing_locations_read(buf_slice(&locations), payers))
		wrong = "locationId";
	else
		wrong = billing_payers_settle(payers);
	buf_release(&client);
	buf_release(&type);
	buf_release(&company);
	buf_release(&locations);
	return wrong;
}

static const char *
body_read(const struct json_value *root, struct billing_payers *payers)
{
	struct slice	text;

	if (!json_text(json_member(root, "clientId"), &text) || !slice_is(text, web_settings()->client_id))
		return "clientId";
	if (!json_text(json_member(root, "installType"), &text) || !billing_type_read(text, payers))
		return "installType";
	if (!web_read_reference(root, "companyId", &payers->company))
		return "companyId";
	if (!locations_read(json_member(root, "locationIds"), payers))
		return "locationIds";
	return billing_payers_settle(payers);
}

static bool
locations_read(const struct json_value *array, struct billing_payers *payers)
{
	struct slice	text;

	if (json_kind(array) == JSON_ABSENT)
		return true;
	if (json_kind(array) != JSON_ARRAY)
		return false;
	for (size_t i = 0; i < json_count(array); i++) {
		if (!json_text(json_item(array, i), &text) || !billing_location_add(payers, text))
			return false;
	}
	return true;
}

/* Absent is empty; twice, or badly encoded, is neither. */
static bool
word_read(struct slice query, const char *name, struct buf *word)
{
	size_t	len = strlen(name);

	if (uri_parameter(query, name, word))
		return buf_ok(word);
	for (size_t i = 0; i + len < query.len; i++) {
		if ((i == 0 || query.at[i - 1] == '&') && memcmp(query.at + i, name, len) == 0 &&
		    query.at[i + len] == '=')
			return false;
	}
	return true;
}

/* Without a plan there is nothing at these addresses. */
static bool
plan_find(struct serve_request *request, struct pay_plan *plan)
{
	enum fault	fault = pay_plan_read(web_settings(), plan);

	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
	return fault == FAULT_NONE;
}

static void
plan_write(const struct pay_plan *plan, const struct billing_payers *payers, struct buf *body)
{
	struct json_write	write;
	char			price[MONEY_TEXT_SIZE], amount[MONEY_TEXT_SIZE];
	struct money		total;

	(void)pay_plan_total(plan, payers, &total);	/* was asked before */
	money_print(plan->price, price);
	money_print(total, amount);
	json_write_init(&write, body);
	json_open_object(&write);
	json_text_member(&write, "name", plan->name);
	json_text_member(&write, "price", price);
	json_text_member(&write, "amount", amount);
	json_text_member(&write, "currency", total.currency->code);
	json_bool_member(&write, "isRecurring", plan->is_recurring);
	json_bool_member(&write, "billsCompany", payers->bills_company);
	json_name(&write, "locationIds");
	json_open_array(&write);
	for (size_t i = 0; i < payers->location_count; i++)
		json_put_text(&write, slice_of(payers->locations[i].text));
	json_close_array(&write);
	json_close_object(&write);
}

static void
order_answer(void *arg, const struct pay_billing *answer)
{
	struct serve_request	*request = arg;
	struct log_entry	*note = serve_note(request);
	struct buf		 body;

	note->detail = answer->detail;
	note->sqlstate = answer->sqlstate;
	if (answer->fault != FAULT_NONE) {
		serve_fault(request, answer->fault, NULL);
		return;
	}
	note->account_id = answer->billing.account_id;
	note->transaction_id = answer->billing.order_id;
	note->outcome = billing_state_label(answer->billing.state);
	buf_init(&body, WEB_ANSWER_MAX);
	order_write(&answer->billing, &body);
	serve_json(request, 200, &body);
	buf_release(&body);
}

static void
order_write(const struct store_billing *billing, struct buf *body)
{
	struct json_write	write;
	char			amount[MONEY_TEXT_SIZE];

	money_print(billing->money, amount);
	json_write_init(&write, body);
	json_open_object(&write);
	json_text_member(&write, "id", billing->order_id);
	json_text_member(&write, "status", billing_state_label(billing->state));
	json_text_member(&write, "amount", amount);
	json_text_member(&write, "currency", billing->money.currency->code);
	json_bool_member(&write, "isRecurring", billing->is_recurring);
	json_bool_member(&write, "isPayable", billing->is_payable);
	json_text_member(&write, "publishableKey", billing->publishable_key);
	json_close_object(&write);
}
