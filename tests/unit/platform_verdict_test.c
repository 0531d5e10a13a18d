/*
 * The verdict on everything that the platform was seen to say (contract §5, §6.3, §6.4, §6.6, §10), and on what it
 * was not.
 */
#include "cmocka_all.h"

#include <string.h>

#include "platform/platform_words.h"

#define CASES(list)	(sizeof(list) / sizeof((list)[0]))

static enum platform_verdict
verdict_of(long status, const char *body, const char **detail)
{
	struct platform_words	words;
	struct json		*json = NULL;
	enum platform_verdict	verdict;

	(void)json_parse(slice_of(body), &json);
	platform_words_find(json_root(json), &words);
	verdict = platform_judge(status, &words, detail);
	json_free(json);
	return verdict;
}

static const struct {
	long			 status;
	const char		*body;
	enum platform_verdict	 verdict;
} answers[] = {
	/* Done, whatever it says: some calls answer 201 where the document has 200. */
	{ 200, "{\"success\":true}", PLATFORM_DONE },
	{ 201, "{\"access_token\":\"x\"}", PLATFORM_DONE },
	{ 204, "", PLATFORM_DONE },
	{ 299, "{\"message\":\"Invalid JWT\"}", PLATFORM_DONE },
	/* §5 */
	{ 400, "{\"message\":\"No such config exists for given locationId and marketplaceAppId\"}", PLATFORM_ABSENT },
	{ 400, "{\"message\":\"Marketplace payment config not found\"}", PLATFORM_ABSENT },
	{ 400, "{\"message\":\"Provider is not connected yet\"}", PLATFORM_ABSENT },
	{ 422, "{\"statusCode\":422,\"message\":[\"property locationId should not exist\"],"
	    "\"error\":\"Unprocessable Entity\"}", PLATFORM_BUG },
	/* §6.3 */
	{ 400, "{\"message\":\"Invalid parameter: grant_type\"}", PLATFORM_BUG },
	{ 400, "{\"message\":\"Missing parameter: code\"}", PLATFORM_BUG },
	{ 400, "{\"message\":\"Invalid grant: refresh token is invalid\"}", PLATFORM_DEAD },
	{ 400, "{\"error\":\"invalid_grant\",\"error_description\":\"Refresh token is invalid\"}", PLATFORM_DEAD },
	{ 400, "{\"error\":\"invalid_grant\",\"message\":\"Bad Request\"}", PLATFORM_DEAD },
	{ 400, "{\"error\":\"invalid_grant\"}", PLATFORM_DEAD },
	{ 400, "{\"error\":{\"code\":\"invalid_grant\",\"message\":\"no\"}}", PLATFORM_DEAD },
	{ 400, "{\"message\":\"Location is not active\"}", PLATFORM_PAUSED },
	{ 401, "{\"error\":\"invalid_client\",\"error_description\":\"no\"}", PLATFORM_REFUSED },
	{ 401, "{\"message\":\"Invalid client: client is invalid\"}", PLATFORM_REFUSED },
	{ 400, "{\"message\":\"API endpoint has been removed\"}", PLATFORM_BUG },
	/* §6.4, §6.5 */
	{ 400, "{\"message\":\"Location not found\",\"error\":\"Bad Request\",\"statusCode\":400,"
	    "\"traceId\":\"t\"}", PLATFORM_ABSENT },
	{ 400, "{\"message\":\"Endpoint /oauth/installedLocations not available in API version v3.\"}", PLATFORM_BUG },
	{ 404, "{\"message\":\"Cannot GET /oauth/installed-locations\"}", PLATFORM_ABSENT },
	/* §6.6 */
	{ 401, "{\"message\":\"Invalid JWT\"}", PLATFORM_EXPIRED },
	{ 401, "{\"error\":{\"code\":\"x\",\"message\":\"Invalid JWT\"}}", PLATFORM_EXPIRED },
	{ 401, "{\"message\":\"Invalid token: access token is invalid\"}", PLATFORM_EXPIRED },
	{ 401, "{\"message\":\"The token is not authorized for this scope.\"}", PLATFORM_REFUSED },
	{ 401, "{\"message\":\"This authClass type is not allowed to access this scope. Please verify your "
	    "IAM configuration if this is not the case.\"}", PLATFORM_REFUSED },
	{ 401, "{\"message\":\"Token's user type mismatch!\"}", PLATFORM_REFUSED },
	/* Refreshing would burn a token. */
	{ 401, "{\"message\":\"version header was not found.\"}", PLATFORM_BUG },
	{ 401, "{\"message\":\"version header is invalid\"}", PLATFORM_BUG },
	{ 403, "{\"message\":\"The token does not have access to this location.\"}", PLATFORM_REFUSED },
	{ 401, "{\"message\":\"The token does not have access to this location.\"}", PLATFORM_REFUSED },
	{ 400, "{\"message\":\"This token's user type is not yet supported!\"}", PLATFORM_REFUSED },
	{ 422, "{\"message\":\"This token's user type is not yet supported!\"}", PLATFORM_REFUSED },
	/* §10 */
	{ 400, "{\"statusCode\":400,\"message\":\"Bad Request\"}", PLATFORM_BUG },
	{ 401, "{\"statusCode\":401,\"message\":\"no\",\"error\":\"Unauthorized\"}", PLATFORM_REFUSED },
	{ 403, "{\"statusCode\":403,\"message\":\"no\",\"error\":\"Forbidden\"}", PLATFORM_REFUSED },
	{ 404, "{\"status\":404,\"message\":\"Order not found\",\"name\":\"HttpException\"}", PLATFORM_ABSENT },
	{ 429, "{\"statusCode\":429,\"message\":\"Too Many Requests\"}", PLATFORM_RETRY },
	/* A server that cannot serve may say anything. */
	{ 500, "{\"message\":\"Invalid grant: refresh token is invalid\"}", PLATFORM_RETRY },
	{ 503, "{\"message\":\"Invalid grant: refresh token is invalid\"}", PLATFORM_RETRY },
	{ 503, "<html>", PLATFORM_RETRY },
	{ 408, "", PLATFORM_RETRY },
	{ 429, "{\"message\":\"Invalid JWT\"}", PLATFORM_RETRY },
	/* Nothing that could be read. */
	{ 401, "<html>", PLATFORM_REFUSED },
	{ 404, "", PLATFORM_ABSENT },
	{ 400, "{\"message\":[]}", PLATFORM_BUG },
	{ 400, "{\"message\":7,\"error\":[]}", PLATFORM_BUG },
	{ 400, "[]", PLATFORM_BUG },
	{ 302, "", PLATFORM_BUG },
	{ 100, "", PLATFORM_BUG },
	{ 0, "", PLATFORM_BUG },
	/* The case of letters is nobody's promise. */
	{ 401, "{\"message\":\"invalid jwt\"}", PLATFORM_EXPIRED },
};

static void
platform_judge_answers_are_what_the_contract_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES(answers); i++) {
		const char		*detail = NULL;
		enum platform_verdict	 verdict = verdict_of(answers[i].status, answers[i].body, &detail);

		if (verdict != answers[i].verdict)
			fail_msg("%ld %s: verdict %d", answers[i].status, answers[i].body, (int)verdict);
		assert_non_null(detail);
		assert_true((detail[0] == '\0') == (verdict == PLATFORM_DONE));
	}
}

/* Callers are told what a person or a job can do about it. */
static void
platform_verdict_fault_says_whether_later_helps(void **state)
{
	static const struct {
		enum platform_verdict	verdict;
		enum fault		fault;
	} cases[] = {
		{ PLATFORM_DONE, FAULT_NONE },
		{ PLATFORM_RETRY, FAULT_PLATFORM_UNAVAILABLE },
		{ PLATFORM_UNKNOWN, FAULT_PLATFORM_UNAVAILABLE },
		{ PLATFORM_EXPIRED, FAULT_PLATFORM_UNAVAILABLE },
		{ PLATFORM_PAUSED, FAULT_INSTALLATION_PAUSED },
		{ PLATFORM_DEAD, FAULT_INSTALLATION_DEAD },
		{ PLATFORM_REFUSED, FAULT_PLATFORM_REFUSED },
		{ PLATFORM_ABSENT, FAULT_PLATFORM_REFUSED },
		{ PLATFORM_BUG, FAULT_PLATFORM_REFUSED },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++)
		assert_int_equal(platform_verdict_fault(cases[i].verdict), cases[i].fault);
	for (enum platform_verdict i = PLATFORM_DONE; i <= PLATFORM_BUG; i++)
		assert_true((platform_verdict_fault(i) == FAULT_NONE) == (i == PLATFORM_DONE));
}

#define LONG100	"aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa "

static void
platform_words_message_is_one_clean_line_without_tokens(void **state)
{
	static const struct {
		const char	*body, *message;
	} cases[] = {
		{ "{\"message\":\"Location not found\"}", "Location not found" },
		{ "{\"message\":[\"first\",\"second\"]}", "first" },
		{ "{\"error\":{\"code\":\"C\",\"message\":\"v3\"}}", "v3" },
		{ "{\"error\":\"invalid_grant\"}", "invalid_grant" },
		{ "{\"error\":\"invalid_grant\",\"error_description\":\"because\"}", "because" },
		{ "{\"message\":\"a\\nb\\u00e9\\u001bc\\\"\"}", "a b   c\"" },
		{ "{\"message\":\"location ve9EPM428h8vShlRW1KT is out\"}", "location ve9EPM428h8vShlRW1KT is out" },
		{ "{\"message\":\"token eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdXRo is bad\"}",
		    "token ************************ is bad" },
		{ "{\"message\":\"" LONG100 "aaaaaaaaa aaaaaaaaa aaaaaaaaa \"}", LONG100 "aaaaaaaaa aaaaaaaaa " },
		{ "{}", "" },
		{ "nothing", "" },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct platform_words	 words;
		struct json		*json = NULL;
		char			 message[PLATFORM_MESSAGE_SIZE];

		(void)json_parse(slice_of(cases[i].body), &json);
		platform_words_find(json_root(json), &words);
		platform_words_print(&words, message);
		json_free(json);
		assert_string_equal(message, cases[i].message);
	}
}

static void
platform_words_trace_is_clean_or_empty(void **state)
{
	static const struct {
		const char	*body, *trace;
	} cases[] = {
		{ "{\"traceId\":\"302d2cf4-aB\"}", "302d2cf4-aB" },
		{ "{\"traceId\":\"a b\\n\\u00e9\"}", "a_b___" },
		{ "{\"traceId\":\"0123456789012345678901234567890123456789012345678901234567890123\"}", "" },
		{ "{\"traceId\":7}", "" },
		{ "{}", "" },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct json	*json = NULL;
		char		 trace[PLATFORM_TRACE_SIZE] = "x";

		assert_int_equal(json_parse(slice_of(cases[i].body), &json), FAULT_NONE);
		platform_words_trace(json_root(json), trace);
		json_free(json);
		assert_string_equal(trace, cases[i].trace);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(platform_judge_answers_are_what_the_contract_says),
		cmocka_unit_test(platform_verdict_fault_says_whether_later_helps),
		cmocka_unit_test(platform_words_message_is_one_clean_line_without_tokens),
		cmocka_unit_test(platform_words_trace_is_clean_or_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
