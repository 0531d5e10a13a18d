/*
 * The log: its fields, its levels, its masks, its batch.  Lines are read back with base/json_read.
 */
#include "cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/integer.h"
#include "base/json_read.h"
#include "base/log.h"

#define CAPTURE_BYTES	(1 << 20)

static FILE	*capture;
static char	 captured[CAPTURE_BYTES];

static int64_t
fixed_now(void)
{
	return INT64_C(1795421730123456);
}

/* Each test writes into a file of its own, which is gone when it is closed. */
static int
setup(void **state)
{
	(void)state;
	capture = tmpfile();
	if (capture == NULL)
		return -1;
	clock_replace(fixed_now);
	log_start("kassa", LOG_LEVEL_INFO);
	log_divert(fileno(capture));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	log_flush();
	log_divert(STDOUT_FILENO);
	clock_replace(NULL);
	return fclose(capture);
}

/* Everything that was written so far, after a flush. */
static const char *
log_read(void)
{
	ssize_t	len;

	log_flush();
	len = pread(fileno(capture), captured, sizeof(captured) - 1, 0);
	assert_true(len >= 0);
	captured[len] = '\0';
	return captured;
}

/* The detail of the only line, as its reader sees it. */
static void
detail_read(const char *detail, char *into, size_t size)
{
	struct json	*json;
	const char	*text;

	assert_int_equal(ftruncate(fileno(capture), 0), 0);
	assert_int_equal(lseek(fileno(capture), 0, SEEK_SET), 0);
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "test",
	    .detail = detail });
	text = log_read();
	assert_int_equal(json_parse(slice_of(text), &json), FAULT_NONE);
	assert_true(json_member_copy(json_root(json), "detail", into, size));
	json_free(json);
}

static void
log_write_smallest_entry_has_the_fixed_fields(void **state)
{
	char	expected[256];

	(void)state;
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "ready" });
	assert_true(snprintf(expected, sizeof(expected), "{\"time\":\"2026-11-23T08:15:30.123Z\","
	    "\"level\":\"info\",\"program\":\"kassa\",\"pid\":%d,\"event\":\"ready\"}\n",
	    getpid()) > 0);
	assert_string_equal(log_read(), expected);
}

static void
log_write_full_entry_has_all_fields_in_order(void **state)
{
	static const struct log_entry	entry = {
		.level = LOG_LEVEL_ALERT, .event = "request", .request_id = "rq_1",
		.method = "POST", .route = "/query", .status = 200, .duration_us = 1234,
		.account_id = "acct_1", .session_id = "cs_0123456789abcdefghjkmnpqrs",
		.transaction_id = "t1", .charge_id = "ch_1", .refund_id = "re_1",
		.subject = "pm_1", .operation = "verify",
		.dialect = "live", .outcome = "succeeded", .decline = "none", .rule = "amount",
		.fault = "none", .sqlstate = "00000", .detail = "a \"sentence\"", .count = 7,
	};
	const char			*line, *tail;

	(void)state;
	log_write(&entry);
	line = log_read();
	tail = strstr(line, "\"event\"");
	assert_non_null(tail);
	assert_non_null(strstr(line, "\"level\":\"alert\""));
	assert_string_equal(tail,
	    "\"event\":\"request\",\"requestId\":\"rq_1\",\"method\":\"POST\","
	    "\"route\":\"/query\",\"status\":200,\"durationUs\":1234,\"accountId\":\"acct_1\","
	    "\"sessionHint\":\"01234567\",\"transactionId\":\"t1\",\"chargeId\":\"ch_1\","
	    "\"refundId\":\"re_1\",\"subject\":\"pm_1\",\"operation\":\"verify\",\"dialect\":\"live\",\"outcome\":\"succeeded\","
	    "\"decline\":\"none\",\"rule\":\"amount\",\"fault\":\"none\",\"sqlstate\":\"00000\","
	    "\"detail\":\"a \\\"sentence\\\"\",\"count\":7}\n");
}

static void
log_write_session_never_shows_more_than_its_hint(void **state)
{
	static const struct {
		const char	*session_id;
		const char	*expected;
	} cases[] = {
		{ "cs_0123456789abcdefghjkmnpqrs", "\"sessionHint\":\"01234567\"}" },
		{ "cs_012345678", "\"sessionHint\":\"01234567\"}" },
		{ "cs_0123", "\"sessionHint\":\"0123\"}" },
		{ "cs_", "\"sessionHint\":\"\"}" },
		{ "withoutprefix", "\"sessionHint\":\"withoutp\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "e",
		    .session_id = cases[i].session_id });
		assert_non_null(strstr(log_read(), cases[i].expected));
	}
	assert_null(strstr(log_read(), "012345678"));
}

static void
log_write_below_the_least_level_is_left_out(void **state)
{
	static const char *const	names[] = { "debug", "info", "warning", "error", "alert" };

	(void)state;
	for (enum log_level least = LOG_LEVEL_DEBUG; least <= LOG_LEVEL_ALERT; least++) {
		assert_int_equal(ftruncate(fileno(capture), 0), 0);
		assert_int_equal(lseek(fileno(capture), 0, SEEK_SET), 0);
		log_start("kassactl", least);
		for (enum log_level level = LOG_LEVEL_DEBUG; level <= LOG_LEVEL_ALERT; level++)
			log_write(&(struct log_entry){ .level = level, .event = "e" });
		assert_non_null(strstr(log_read(), "\"program\":\"kassactl\""));
		for (enum log_level level = LOG_LEVEL_DEBUG; level <= LOG_LEVEL_ALERT; level++)
			assert_int_equal(strstr(captured, names[level]) != NULL, level >= least);
	}
}

static void
log_write_card_numbers_and_keys_are_masked(void **state)
{
	static const struct {
		const char	*detail;
		const char	*expected;
	} cases[] = {
		{ "4242424242424242", "****************" },
		{ "card 4242424242424242.", "card ****************." },
		{ "4242 4242 4242 4242", "**** **** **** ****" },
		{ "4242-4242-4242-4242", "****-****-****-****" },
		{ "x4242424242424242x", "x****************x" },
		{ "code 402 4242 4242 4242 4242 12", "code 402 **** **** **** **** 12" },
		{ "4222222222222", "*************" },			/* 13 digits */
		{ "6304000000000000000", "*******************" },	/* 19 digits */
		{ "5555555555554444 and 4000000000000002",
		    "**************** and ****************" },
		{ "kassa_sk_test_00ff", "kassa_sk_*********" },
		{ "key=kassa_pk_live_ab; more", "key=kassa_pk_*******; more" },
		{ "kassa_sk_a kassa_sk_b", "kassa_sk_* kassa_sk_*" },
		{ "tok_01aryz6s41", "tok_**********" },
		{ "tok_", "tok_" },
		/* their neighbours */
		{ "4242424242424241", "4242424242424241" },		/* not Luhn */
		{ "424242424242", "424242424242" },			/* 12 digits */
		{ "42424242424242424242", "42424242424242424242" },	/* 20 digits */
		{ "4242  4242  4242  4242", "4242  4242  4242  4242" },	/* two blanks */
		{ "4242.4242.4242.4242", "4242.4242.4242.4242" },
		{ "kassa_sx_test", "kassa_sx_test" },
		{ "token", "token" },
		{ "1795421730", "1795421730" },
		{ "- 1 2 -", "- 1 2 -" },
	};
	char	detail[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		detail_read(cases[i].detail, detail, sizeof(detail));
		assert_string_equal(detail, cases[i].expected);
	}
}

static void
log_write_masks_hold_in_every_field(void **state)
{
	static const char		secret[] = "kassa_sk_test_marked tok_marked "
						   "4242 4242 4242 4242";
	static const struct log_entry	entry = {
		.level = LOG_LEVEL_INFO, .event = secret, .request_id = secret, .method = secret,
		.route = secret, .account_id = secret, .transaction_id = secret,
		.charge_id = secret, .operation = secret, .dialect = secret, .outcome = secret,
		.decline = secret, .rule = secret, .fault = secret, .sqlstate = secret,
		.detail = secret,
	};

	(void)state;
	log_write(&entry);
	assert_non_null(strstr(log_read(), "kassa_sk_"));
	assert_null(strstr(captured, "marked"));
	assert_null(strstr(captured, "4242"));
}

static void
log_write_long_texts_are_cut_between_characters(void **state)
{
	char	text[2048], detail[2048];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[512] = '\0';
	detail_read(text, detail, sizeof(detail));
	assert_int_equal(strlen(detail), 512);
	text[512] = 'a';
	text[sizeof(text) - 1] = '\0';
	detail_read(text, detail, sizeof(detail));
	assert_int_equal(strlen(detail), 512);
	memcpy(text + 511, "\xc3\xa9", 2);	/* its second byte would be the 513th */
	detail_read(text, detail, sizeof(detail));
	assert_int_equal(strlen(detail), 511);
	memset(text, 0xff, sizeof(text) - 1);	/* each becomes U+FFFD, three bytes */
	detail_read(text, detail, sizeof(detail));
	assert_int_equal(strlen(detail), 3 * 512);
}

static void
log_write_key_across_the_cut_stays_masked(void **state)
{
	char	text[1024], detail[1024];

	(void)state;
	memset(text, '.', sizeof(text));
	memcpy(text + 500, "4242424242424242", 16);
	text[sizeof(text) - 1] = '\0';
	detail_read(text, detail, sizeof(detail));
	assert_null(strstr(detail, "4242"));
	assert_non_null(strchr(detail, '*'));
}

static void
log_write_foreign_characters_stay_one_line(void **state)
{
	char	detail[64];

	(void)state;
	detail_read("a\nb\r\tc\x1b[0m", detail, sizeof(detail));
	assert_string_equal(detail, "a\nb\r\tc\x1b[0m");
	assert_ptr_equal(strchr(captured, '\n'), captured + strlen(captured) - 1);
}

static void
log_write_nothing_is_written_before_the_flush(void **state)
{
	(void)state;
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "waits" });
	assert_int_equal(lseek(fileno(capture), 0, SEEK_END), 0);
	log_flush();
	assert_true(lseek(fileno(capture), 0, SEEK_END) > 0);
	log_flush();		/* nothing left */
	assert_int_equal(strlen(log_read()), lseek(fileno(capture), 0, SEEK_END));
}

/* How many lines a text has, each of which must be one JSON object, and what they say is lost. */
struct tally {
	size_t	lines;		/* of the event "e" */
	size_t	lost;
};

static struct tally
lines_tally(const char *text)
{
	struct tally	tally = { 0, 0 };

	while (*text != '\0') {
		const char	*end = strchr(text, '\n');
		struct slice	 count;
		int64_t		 lost;
		struct json	*json;

		assert_non_null(end);
		assert_int_equal(json_parse((struct slice){ text, (size_t)(end - text) }, &json),
		    FAULT_NONE);
		if (!json_number(json_member(json_root(json), "count"), &count)) {
			tally.lines++;
		} else {
			assert_true(integer_read(count, &lost));
			tally.lost += (size_t)lost;
		}
		json_free(json);
		text = end + 1;
	}
	return tally;
}

static void
log_write_full_batch_is_flushed_early_and_whole(void **state)
{
	char	text[400];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < 1000; i++)
		log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "e",
		    .detail = text });
	assert_true(lseek(fileno(capture), 0, SEEK_END) > 400000);
	assert_int_equal(lines_tally(log_read()).lines, 1000);
}

/* The largest possible line, all texts at their maximum and each character escaped to six. */
static void
log_write_largest_line_fits(void **state)
{
	char			text[600];
	struct log_entry	entry = { .level = LOG_LEVEL_INFO };

	(void)state;
	memset(text, 1, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	entry.event = entry.request_id = entry.method = entry.route = entry.account_id = text;
	entry.session_id = entry.transaction_id = entry.charge_id = entry.operation = text;
	entry.dialect = entry.outcome = entry.decline = entry.rule = entry.fault = text;
	entry.sqlstate = entry.detail = text;
	entry.duration_us = INT64_MAX;
	log_write(&entry);
	assert_int_equal(lines_tally(log_read()).lines, 1);
}

/* Read what a pipe holds now, behind what was captured before. */
static size_t
pipe_drain(int fd, size_t len)
{
	ssize_t	got;

	while ((got = read(fd, captured + len, sizeof(captured) - 1 - len)) > 0)
		len += (size_t)got;
	captured[len] = '\0';
	return len;
}

static void
log_flush_full_pipe_keeps_and_then_counts_what_is_lost(void **state)
{
	struct tally	tally;
	int		ends[2];
	size_t		len = 0, written = 0;
	char		text[400];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	log_divert(ends[1]);
	for (; written < 2000; written++)
		log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "e",
		    .detail = text });
	len = (size_t)read(ends[0], captured, 8192);
	assert_int_equal(len, 8192);
	log_flush();		/* takes only a part of the batch */
	for (int i = 0; i < 4; i++) {
		len = pipe_drain(ends[0], len);
		log_flush();
	}
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "e" });
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "e" });
	log_flush();
	(void)pipe_drain(ends[0], len);
	tally = lines_tally(captured);
	assert_in_range(tally.lines, 100, written - 1);
	assert_int_equal(tally.lines + tally.lost, written + 2);
	log_divert(fileno(capture));
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(close(ends[1]), 0);
}

static void
log_flush_closed_reader_drops_the_batch(void **state)
{
	(void)state;
	log_divert(-1);		/* EBADF */
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "gone" });
	log_flush();
	log_divert(fileno(capture));
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "seen" });
	assert_int_equal(lines_tally(log_read()).lines, 1);
	assert_non_null(strstr(captured, "seen"));
}

#define LOG_TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		LOG_TEST(log_write_smallest_entry_has_the_fixed_fields),
		LOG_TEST(log_write_full_entry_has_all_fields_in_order),
		LOG_TEST(log_write_session_never_shows_more_than_its_hint),
		LOG_TEST(log_write_below_the_least_level_is_left_out),
		LOG_TEST(log_write_card_numbers_and_keys_are_masked),
		LOG_TEST(log_write_masks_hold_in_every_field),
		LOG_TEST(log_write_long_texts_are_cut_between_characters),
		LOG_TEST(log_write_key_across_the_cut_stays_masked),
		LOG_TEST(log_write_foreign_characters_stay_one_line),
		LOG_TEST(log_write_nothing_is_written_before_the_flush),
		LOG_TEST(log_write_full_batch_is_flushed_early_and_whole),
		LOG_TEST(log_write_largest_line_fits),
		LOG_TEST(log_flush_full_pipe_keeps_and_then_counts_what_is_lost),
		LOG_TEST(log_flush_closed_reader_drops_the_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
