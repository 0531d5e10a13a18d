/*
 * The list of faults: complete, without doubles, and found by SQLSTATE.
 */
#include "cmocka_all.h"

#include <string.h>

#include "base/fault.h"

static void
fault_info_each_row_is_complete(void **state)
{
	(void)state;
	for (enum fault fault = FAULT_NONE; fault < FAULT_COUNT; fault++) {
		const struct fault_info	*info = fault_info(fault);

		assert_non_null(info);
		assert_true(strlen(info->code) > 3);
		assert_int_equal(strspn(info->code, "abcdefghijklmnopqrstuvwxyz_"),
		    strlen(info->code));
		assert_int_equal(strlen(info->sqlstate), 5);
		assert_true(strlen(info->message) > 0);
		assert_int_not_equal(info->message[strlen(info->message) - 1], '.');
		if (fault == FAULT_NONE)
			continue;
		assert_in_range(info->status, 400, 599);
		assert_memory_equal(info->sqlstate, "KA", 2);
	}
}

static void
fault_info_codes_and_states_are_unique(void **state)
{
	(void)state;
	for (enum fault a = FAULT_NONE; a < FAULT_COUNT; a++) {
		for (enum fault b = a + 1; b < FAULT_COUNT; b++) {
			assert_string_not_equal(fault_info(a)->code, fault_info(b)->code);
			assert_string_not_equal(fault_info(a)->sqlstate, fault_info(b)->sqlstate);
		}
	}
}

static void
fault_info_known_rows_say_what_is_promised(void **state)
{
	static const struct {
		enum fault	 fault;
		int		 status;
		const char	*code;
	} cases[] = {
		{ FAULT_JSON_INVALID, 400, "json_invalid" },
		{ FAULT_API_KEY_INVALID, 401, "api_key_invalid" },
		{ FAULT_AMOUNT_MISMATCH, 409, "amount_mismatch" },
		{ FAULT_BODY_TOO_LARGE, 413, "body_too_large" },
		{ FAULT_STORE_BUSY, 503, "store_busy" },
		{ FAULT_INTERNAL, 500, "internal" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(fault_info(cases[i].fault)->status, cases[i].status);
		assert_string_equal(fault_info(cases[i].fault)->code, cases[i].code);
	}
}

static void
fault_from_sqlstate_own_states_give_their_row(void **state)
{
	(void)state;
	for (enum fault fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++)
		assert_int_equal(fault_from_sqlstate(fault_info(fault)->sqlstate), fault);
}

static void
fault_from_sqlstate_foreign_states_give_their_class(void **state)
{
	static const struct {
		const char	*sqlstate;
		enum fault	 expected;
	} cases[] = {
		{ NULL, FAULT_STORE_FAILED },
		{ "", FAULT_STORE_FAILED },
		{ "KA0", FAULT_STORE_FAILED },
		{ "KA0200", FAULT_STORE_FAILED },
		{ "KA999", FAULT_STORE_FAILED },
		{ "ka020", FAULT_STORE_FAILED },
		{ "00000", FAULT_STORE_FAILED },	/* success is no error */
		{ "08006", FAULT_STORE_UNAVAILABLE },	/* connection_failure */
		{ "08", FAULT_STORE_FAILED },
		{ "09000", FAULT_STORE_FAILED },
		{ "25006", FAULT_STORE_UNAVAILABLE },	/* read_only_sql_transaction */
		{ "25001", FAULT_STORE_FAILED },
		{ "40P01", FAULT_STORE_UNAVAILABLE },	/* deadlock_detected */
		{ "53100", FAULT_STORE_UNAVAILABLE },	/* disk_full */
		{ "53300", FAULT_STORE_UNAVAILABLE },	/* too_many_connections */
		{ "54000", FAULT_STORE_FAILED },
		{ "57014", FAULT_STORE_UNAVAILABLE },	/* query_canceled */
		{ "57P01", FAULT_STORE_UNAVAILABLE },	/* admin_shutdown */
		{ "58000", FAULT_STORE_FAILED },
		{ "58030", FAULT_STORE_UNAVAILABLE },	/* io_error */
		{ "23505", FAULT_STORE_FAILED },	/* unique_violation */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(fault_from_sqlstate(cases[i].sqlstate), cases[i].expected);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(fault_info_each_row_is_complete),
		cmocka_unit_test(fault_info_codes_and_states_are_unique),
		cmocka_unit_test(fault_info_known_rows_say_what_is_promised),
		cmocka_unit_test(fault_from_sqlstate_own_states_give_their_row),
		cmocka_unit_test(fault_from_sqlstate_foreign_states_give_their_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
