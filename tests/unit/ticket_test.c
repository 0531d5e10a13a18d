/*
 * Tickets: read by who made them, for their purpose, while their time lasts; changed by nobody.
 */
#include "cmocka_all.h"

#include <string.h>

#include "base/clock.h"
#include "base/ticket.h"

static const struct seal_key	key = { "k1", { 1, 2, 3 } };
static const struct seal_key	other = { "k2", { 4, 5, 6 } };
static int64_t			now_us = 1000000;

static int64_t
now(void)
{
	return now_us;
}

static enum fault
read_as(const char *purpose, const struct seal_key *with, const char *carried, size_t len)
{
	struct seal_keys	keys = { with, 1 };
	struct ticket		ticket = { .purpose = purpose };
	struct buf		text;
	enum fault		fault;

	buf_init(&text, TICKET_TEXT_MAX);
	fault = ticket_read(keys, &ticket, (struct slice){ carried, len }, &text);
	if (fault == FAULT_NONE)
		assert_string_equal(buf_text(&text), "{\"a\":1}");
	buf_release(&text);
	return fault;
}

static void
made(struct buf *carried)
{
	struct ticket	ticket = { "settings", 2000000 };

	clock_replace(now);
	now_us = 1000000;
	buf_init(carried, TICKET_SIZE);
	assert_int_equal(ticket_make(&key, &ticket, slice_of("{\"a\":1}"), carried), FAULT_NONE);
}

static void
ticket_of_ours_is_read(void **state)
{
	struct buf	carried;

	(void)state;
	made(&carried);
	assert_int_equal(read_as("settings", &key, carried.at, carried.len), FAULT_NONE);
	buf_release(&carried);
}

static void
ticket_for_another_purpose_is_none(void **state)
{
	struct buf	carried;

	(void)state;
	made(&carried);
	assert_int_equal(read_as("install", &key, carried.at, carried.len), FAULT_STATE_INVALID);
	buf_release(&carried);
}

static void
ticket_of_another_key_is_none(void **state)
{
	struct buf	carried;

	(void)state;
	made(&carried);
	assert_int_equal(read_as("settings", &other, carried.at, carried.len), FAULT_STATE_INVALID);
	buf_release(&carried);
}

static void
ticket_at_its_end_is_none(void **state)
{
	struct buf	carried;

	(void)state;
	made(&carried);
	now_us = 1999999;
	assert_int_equal(read_as("settings", &key, carried.at, carried.len), FAULT_NONE);
	now_us = 2000000;
	assert_int_equal(read_as("settings", &key, carried.at, carried.len), FAULT_STATE_INVALID);
	buf_release(&carried);
}

static void
ticket_with_any_byte_changed_or_cut_is_none(void **state)
{
	struct buf	carried;

	(void)state;
	made(&carried);
	for (size_t i = 0; i < carried.len; i++) {
		carried.at[i] ^= 1;
		assert_int_equal(read_as("settings", &key, carried.at, carried.len), FAULT_STATE_INVALID);
		carried.at[i] ^= 1;
		assert_int_equal(read_as("settings", &key, carried.at, i), FAULT_STATE_INVALID);
	}
	buf_release(&carried);
}

static void
ticket_that_carries_too_much_is_not_made(void **state)
{
	struct ticket	ticket = { "settings", 2000000 };
	char		text[TICKET_TEXT_MAX + 1];
	struct buf	carried;

	(void)state;
	memset(text, 'x', sizeof(text));
	buf_init(&carried, TICKET_SIZE);
	assert_int_equal(ticket_make(&key, &ticket, (struct slice){ text, sizeof(text) }, &carried),
	    FAULT_INTERNAL);
	buf_release(&carried);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(ticket_of_ours_is_read),
		cmocka_unit_test(ticket_for_another_purpose_is_none),
		cmocka_unit_test(ticket_of_another_key_is_none),
		cmocka_unit_test(ticket_at_its_end_is_none),
		cmocka_unit_test(ticket_with_any_byte_changed_or_cut_is_none),
		cmocka_unit_test(ticket_that_carries_too_much_is_not_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
