/*
 * Reading who is billed.  Used by the billing page's endpoints.
 */
#include "core/billing.h"

#include <string.h>

#define LABEL(name, label) label,
static const char *const	labels[BILLING_STATE_COUNT] = { BILLING_STATES(LABEL) };
#undef LABEL

static struct slice	word_take(struct slice *);

const char *
billing_state_label(enum billing_state state)
{
	return labels[state];
}

bool
billing_state_find(struct slice text, enum billing_state *state)
{
	for (enum billing_state i = 0; i < BILLING_STATE_COUNT; i++) {
		if (slice_is(text, labels[i])) {
			*state = i;
			return true;
		}
	}
	return false;
}

bool
billing_type_read(struct slice text, struct billing_payers *payers)
{
	payers->bills_company = false;
	payers->bills_locations = false;
	while (text.len > 0) {
		struct slice	 word = slice_trim(word_take(&text));
		bool		*bills = slice_is(word, "agency") ? &payers->bills_company :
				    slice_is(word, "location") ? &payers->bills_locations : NULL;

		if (bills == NULL || *bills)
			return false;
		*bills = true;
	}
	return payers->bills_company || payers->bills_locations;
}

bool
billing_location_add(struct billing_payers *payers, struct slice text)
{
	struct reference	location;

	if (!reference_read(text, &location) || reference_is_empty(&location) ||
	    payers->location_count == BILLING_LOCATIONS_MAX)
		return false;
	for (size_t i = 0; i < payers->location_count; i++) {
		if (strcmp(payers->locations[i].text, location.text) == 0)
			return false;
	}
	payers->locations[payers->location_count++] = location;
	return true;
}

bool
billing_locations_read(struct slice text, struct billing_payers *payers)
{
	while (text.len > 0) {
		if (!billing_location_add(payers, slice_trim(word_take(&text))))
			return false;
	}
	return true;
}

const char *
billing_payers_settle(struct billing_payers *payers)
{
	if (payers->bills_company && reference_is_empty(&payers->company))
		return "companyId";
	if (payers->bills_locations && payers->location_count == 0)
		return "locationId";
	if (!payers->bills_locations)
		payers->location_count = 0;
	return NULL;
}

size_t
billing_payers_count(const struct billing_payers *payers)
{
	return payers->location_count + payers->bills_company;
}

/* Take what stands before the next ',' out of ${rest}; a comma at the end leaves an empty word behind it. */
static struct slice
word_take(struct slice *rest)
{
	const char	*comma = memchr(rest->at, ',', rest->len);
	struct slice	 word = *rest;

	if (comma == NULL) {
		rest->len = 0;
		return word;
	}
	word.len = (size_t)(comma - word.at);
	rest->at = comma + 1;
	rest->len -= word.len + 1;
	return word;
}
