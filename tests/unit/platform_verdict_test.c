/*
 * What the platform says, as it was seen to say it (contract §5, §6.3, §6.4, §6.6, §10), and what that means for us.
 */
#include "cmocka_all.h"

#include "platform/platform_verdict.h"

static const struct {
	long			 status;
	const char		*message;
	enum platform_verdict	 verdict;
} rows[] = {
	{ 200, "", PLATFORM_DONE },
	{ 201, "", PLATFORM_DONE },
	{ 299, "Invalid JWT", PLATFORM_DONE },
	{ 429, "Too Many Requests", PLATFORM_RETRY },
	{ 500, "Internal Server Error", PLATFORM_RETRY },
	{ 503, "Invalid grant: refresh token is invalid", PLATFORM_RETRY },	/* a broken gateway knows nothing of grants */
	{ 401, "Invalid JWT", PLATFORM_EXPIRED },
	{ 401, "Invalid token: access token is invalid", PLATFORM_EXPIRED },
	{ 401, "The token is not authorized for this scope.", PLATFORM_REFUSED },
	{ 401, "This authClass type is not allowed to access this scope. Please verify", PLATFORM_REFUSED },
	{ 401, "Token's user type mismatch!", PLATFORM_REFUSED },
	{ 401, "version header was not found.", PLATFORM_BUG },		/* refreshing would burn a token */
	{ 401, "version header is invalid", PLATFORM_BUG },
	{ 403, "The token does not have access to this location.", PLATFORM_REFUSED },
	{ 401, "The token does not have access to this location.", PLATFORM_REFUSED },
	{ 400, "This token's user type is not yet supported!", PLATFORM_REFUSED },
	{ 422, "This token's user type is not yet supported!", PLATFORM_REFUSED },
	{ 400, "Invalid grant: refresh token is invalid", PLATFORM_DEAD },
	{ 400, "invalid_grant", PLATFORM_DEAD },
	{ 400, "Location is not active", PLATFORM_PAUSED },
	{ 400, "Missing parameter: `code`", PLATFORM_BUG },
	{ 400, "Invalid parameter: `grant_type`", PLATFORM_BUG },
	{ 400, "Location not found", PLATFORM_ABSENT },
	{ 400, "No such config exists for given locationId and marketplaceAppId", PLATFORM_ABSENT },
	{ 400, "Marketplace payment config not found", PLATFORM_ABSENT },
	{ 400, "Provider is not connected yet", PLATFORM_ABSENT },
	{ 404, "Cannot GET /oauth/installed-locations", PLATFORM_ABSENT },
	{ 404, "", PLATFORM_ABSENT },
	{ 422, "property locationId should not exist", PLATFORM_BUG },
	{ 400, "Endpoint /oauth/installedLocations not available in API version v3.", PLATFORM_BUG },
	{ 400, "Bad Request", PLATFORM_BUG },
	{ 401, "", PLATFORM_REFUSED },
	{ 403, "", PLATFORM_REFUSED },
	{ 302, "", PLATFORM_BUG },
	{ 0, "", PLATFORM_BUG },
};

static void
platform_judge_table(void **state)
{
	const char	*detail;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (platform_judge(rows[i].status, slice_of(rows[i].message), &detail) != rows[i].verdict)
			fail_msg("%ld \"%s\"", rows[i].status, rows[i].message);
		assert_true((detail[0] == '\0') == (rows[i].verdict == PLATFORM_DONE));
	}
}

static void
platform_verdict_fault_is_none_only_when_it_is_done(void **state)
{
	(void)state;
	for (enum platform_verdict i = PLATFORM_DONE; i <= PLATFORM_BUG; i++)
		assert_true((platform_verdict_fault(i) == FAULT_NONE) == (i == PLATFORM_DONE));
	assert_int_equal(platform_verdict_fault(PLATFORM_UNKNOWN), FAULT_PLATFORM_UNAVAILABLE);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(platform_judge_table),
		cmocka_unit_test(platform_verdict_fault_is_none_only_when_it_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
