/*
 * Tokens and lists of locations: what is asked, what is read from which answer, and what hostile answers come to.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "platform/platform_oauth.h"
#include "platform_world.h"

#define CASES(list)	(sizeof(list) / sizeof((list)[0]))

#define LOCATION	"HjiMUOsCCHCjtxEf8PR"
#define COMPANY		"GNb7aIv4rQFVb9iwNl5K"
/* An answer with what every one has, and ${more}. */
#define GRANT(more)	"{\"access_token\":\"aa.bb.cc\",\"refresh_token\":\"rr\",\"expires_in\":86399," more "}"
#define OF_LOCATION	"\"userType\":\"Location\",\"companyId\":\"" COMPANY "\",\"locationId\":\"" LOCATION "\""
/* {"authClass":"Company"}, {"authClass":"Location"}, {"authClass":"Else"} */
#define JWT_COMPANY	"e30.eyJhdXRoQ2xhc3MiOiJDb21wYW55In0.c2ln"
#define JWT_LOCATION	"e30.eyJhdXRoQ2xhc3MiOiJMb2NhdGlvbiJ9.c2ln"
#define JWT_ELSE	"e30.eyJhdXRoQ2xhc3MiOiJFbHNlIn0.c2ln"

static struct platform_grant	grant;
static struct platform_page	page;

static void
exchange(void)
{
	memset(&grant, 0, sizeof(grant));
	grant.flow = platform_world_flow();
	platform_code_exchange(&(struct platform_code_ask){ "c/o de", "https://pay.example/oauth/callback" }, &grant);
	platform_world_wait();
}

static void
refresh(enum platform_user type)
{
	memset(&grant, 0, sizeof(grant));
	grant.flow = platform_world_flow();
	platform_token_refresh(&(struct platform_refresh_ask){ "r+1", type }, &grant);
	platform_world_wait();
}

static void
mint(void)
{
	memset(&grant, 0, sizeof(grant));
	grant.flow = platform_world_flow();
	platform_location_token(&(struct platform_mint_ask){ "tok", COMPANY, LOCATION }, &grant);
	platform_world_wait();
}

static void
list(long skip)
{
	memset(&page, 0, sizeof(page));
	page.flow = platform_world_flow();
	platform_installed_locations(&(struct platform_page_ask){ "tok", COMPANY, skip }, &page);
	platform_world_wait();
}

/* --- what is asked ---------------------------------------------------------------------------- */

static void
platform_code_exchange_sends_the_documented_form(void **state)
{
	(void)state;
	platform_world_reply("200 OK", GRANT(OF_LOCATION));
	exchange();
	assert_int_equal(grant.verdict, PLATFORM_DONE);
	assert_true(platform_world_sent("POST /oauth/token HTTP/1.1\r\n"));
	assert_true(platform_world_sent("\r\ncontent-type: application/x-www-form-urlencoded\r\n"));
	assert_false(platform_world_sent("\r\nversion:"));
	assert_string_equal(platform_world_body(), "client_id=65f0b217a05c774da7f1efa5-lx1y2z&"
	    "client_secret=se%26cret%3D1&grant_type=authorization_code&code=c%2Fo%20de&"
	    "redirect_uri=https%3A%2F%2Fpay.example%2Foauth%2Fcallback");
}

static void
platform_token_refresh_sends_the_documented_form(void **state)
{
	(void)state;
	platform_world_reply("200 OK", GRANT(OF_LOCATION));
	refresh(PLATFORM_LOCATION);
	assert_string_equal(platform_world_body(), "client_id=65f0b217a05c774da7f1efa5-lx1y2z&"
	    "client_secret=se%26cret%3D1&grant_type=refresh_token&refresh_token=r%2B1&user_type=Location");
	refresh(PLATFORM_COMPANY);
	assert_non_null(strstr(platform_world_body(), "&user_type=Company"));
}

static void
platform_location_token_sends_the_documented_form(void **state)
{
	(void)state;
	platform_world_reply("201 Created", GRANT(OF_LOCATION));
	mint();
	assert_int_equal(grant.verdict, PLATFORM_DONE);
	assert_true(platform_world_sent("POST /oauth/locationToken HTTP/1.1\r\n"));
	assert_true(platform_world_sent("\r\nversion: 2021-07-28\r\n"));
	assert_true(platform_world_sent("\r\nauthorization: Bearer tok\r\n"));
	assert_string_equal(platform_world_body(), "companyId=" COMPANY "&locationId=" LOCATION);
}

static void
platform_code_of_any_length_is_sent_whole_or_not_at_all(void **state)
{
	static char	code[20000];

	(void)state;
	memset(code, '/', sizeof(code) - 1);
	platform_world_reply("200 OK", GRANT(OF_LOCATION));
	memset(&grant, 0, sizeof(grant));
	grant.flow = platform_world_flow();
	platform_code_exchange(&(struct platform_code_ask){ code, "https://pay.example/" }, &grant);
	platform_world_wait();
	assert_int_equal(grant.verdict, PLATFORM_BUG);
	assert_int_equal(listener.request_count, 0);
}

/* --- what is read ----------------------------------------------------------------------------- */

static void
platform_grant_of_a_location_is_read(void **state)
{
	(void)state;
	platform_world_reply("200 OK", GRANT(OF_LOCATION ",\"userId\":\"u1\",\"planId\":\"p1\",\"versionId\":\"v1\","
	    "\"scope\":\"a.readonly b.write\",\"isBulkInstallation\":false,\"traceId\":\"t\""));
	exchange();
	assert_int_equal(grant.verdict, PLATFORM_DONE);
	assert_int_equal(grant.user_type, PLATFORM_LOCATION);
	assert_string_equal(grant.access_token, "aa.bb.cc");
	assert_string_equal(grant.refresh_token, "rr");
	assert_int_equal(grant.expires_in_s, 86399);
	assert_string_equal(grant.location.text, LOCATION);
	assert_string_equal(grant.company.text, COMPANY);
	assert_string_equal(grant.user.text, "u1");
	assert_string_equal(grant.plan.text, "p1");
	assert_string_equal(grant.version.text, "v1");
	assert_string_equal(grant.scope, "a.readonly b.write");
	assert_false(grant.is_bulk);
	assert_false(grant.approves_all);
	assert_int_equal(grant.approved_count, 0);
	platform_grant_wipe(&grant);
	for (size_t i = 0; i < sizeof(grant.access_token); i++)
		assert_true(grant.access_token[i] == '\0' && grant.refresh_token[i] == '\0');
}

static void
platform_grant_of_a_company_is_read_with_what_was_approved(void **state)
{
	(void)state;
	platform_world_reply("200 OK", GRANT("\"userType\":\"Company\",\"companyId\":\"" COMPANY "\","
	    "\"isBulkInstallation\":true,\"installToFutureLocations\":true,\"approveAllLocations\":true,"
	    "\"approvedLocations\":[\"l1\",7,\"\",\"a/b\",\"l2\",null]"));
	exchange();
	assert_int_equal(grant.verdict, PLATFORM_DONE);
	assert_int_equal(grant.user_type, PLATFORM_COMPANY);
	assert_true(grant.is_bulk && grant.installs_future && grant.approves_all);
	assert_int_equal(grant.approved_count, 2);
	assert_string_equal(grant.approved[0].text, "l1");
	assert_string_equal(grant.approved[1].text, "l2");
	assert_true(reference_is_empty(&grant.location));
}

static void
platform_grant_names_so_many_approved_locations_and_no_more(void **state)
{
	struct buf	body;

	(void)state;
	buf_init(&body, 16384);
	buf_puts(&body, "{\"access_token\":\"a\",\"expires_in\":1,\"userType\":\"Company\",\"companyId\":\"c\","
	    "\"approvedLocations\":[");
	for (unsigned i = 0; i <= INSTALLATION_APPROVED_MAX; i++)
		buf_printf(&body, "%s\"l%u\"", i > 0 ? "," : "", i);
	buf_puts(&body, "]}");
	platform_world_reply("200 OK", buf_text(&body));
	exchange();
	assert_int_equal(grant.verdict, PLATFORM_DONE);
	assert_int_equal(grant.approved_count, INSTALLATION_APPROVED_MAX);
	assert_string_equal(grant.approved[INSTALLATION_APPROVED_MAX - 1].text, "l499");
	buf_release(&body);
}

/* Contract §6.5: documents of 2026 disagree about the casing. */
static void
platform_grant_is_read_in_both_casings(void **state)
{
	(void)state;
	platform_world_reply("200 OK", "{\"accessToken\":\"aa\",\"refreshToken\":\"rr\",\"expiresIn\":60,"
	    "\"userType\":\"Location\",\"companyId\":\"c\",\"locationId\":\"l\"}");
	exchange();
	assert_int_equal(grant.verdict, PLATFORM_DONE);
	assert_string_equal(grant.access_token, "aa");
	assert_string_equal(grant.refresh_token, "rr");
	assert_int_equal(grant.expires_in_s, 60);
	platform_world_reply("200 OK", "{\"access_token\":\"aa\",\"refresh_token\":\"rr\",\"expires_in\":60,"
	    "\"user_type\":\"Company\",\"company_id\":\"c\",\"user_id\":\"u\"}");
	exchange();
	assert_int_equal(grant.verdict, PLATFORM_DONE);
	assert_int_equal(grant.user_type, PLATFORM_COMPANY);
	assert_string_equal(grant.user.text, "u");
}

static void
platform_grant_without_a_type_goes_by_its_token(void **state)
{
	static const struct {
		const char		*token;
		enum platform_verdict	 verdict;
		enum platform_user	 type;
	} cases[] = {
		{ JWT_COMPANY, PLATFORM_DONE, PLATFORM_COMPANY },
		{ JWT_LOCATION, PLATFORM_DONE, PLATFORM_LOCATION },
		{ JWT_ELSE, PLATFORM_UNKNOWN, PLATFORM_COMPANY },
		{ "opaque", PLATFORM_UNKNOWN, PLATFORM_COMPANY },
		{ "a..b", PLATFORM_UNKNOWN, PLATFORM_COMPANY },
		{ "a.!!!.b", PLATFORM_UNKNOWN, PLATFORM_COMPANY },
		{ "a.W10.b", PLATFORM_UNKNOWN, PLATFORM_COMPANY },
	};
	char	body[512];

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		assert_true(snprintf(body, sizeof(body), "{\"access_token\":\"%s\",\"expires_in\":60,"
		    "\"companyId\":\"c\",\"locationId\":\"l\"}", cases[i].token) < (int)sizeof(body));
		platform_world_reply("200 OK", body);
		exchange();
		assert_int_equal(grant.verdict, cases[i].verdict);
		if (grant.verdict == PLATFORM_DONE)
			assert_int_equal(grant.user_type, cases[i].type);
	}
}

/* --- hostile answers -------------------------------------------------------------------------- */

/* A pair may have been given that nobody could read: it is not known, never a success. */
static void
platform_grant_that_cannot_be_read_is_unknown(void **state)
{
	static const char *const	bodies[] = {
		"", "null", "[]", "7", "{\"access_token\": <html>", "{}",
		"{\"refresh_token\":\"r\",\"expires_in\":60," OF_LOCATION "}",
		"{\"access_token\":\"\",\"expires_in\":60," OF_LOCATION "}",
		"{\"access_token\":7,\"expires_in\":60," OF_LOCATION "}",
		"{\"access_token\":\"a\"," OF_LOCATION "}",
		"{\"access_token\":\"a\",\"expires_in\":\"60\"," OF_LOCATION "}",
		"{\"access_token\":\"a\",\"expires_in\":0," OF_LOCATION "}",
		"{\"access_token\":\"a\",\"expires_in\":-1," OF_LOCATION "}",
		"{\"access_token\":\"a\",\"expires_in\":1.5," OF_LOCATION "}",
		"{\"access_token\":\"a\",\"expires_in\":1e9," OF_LOCATION "}",
		"{\"access_token\":\"a\",\"expires_in\":99999999999999999999," OF_LOCATION "}",
		GRANT("\"userType\":\"Location\",\"companyId\":\"c\""),
		GRANT("\"userType\":\"Company\",\"locationId\":\"l\""),
		GRANT("\"userType\":\"Agency\",\"companyId\":\"c\",\"locationId\":\"l\""),
		GRANT("\"userType\":\"Location\",\"companyId\":\"c\",\"locationId\":\"a/b\""),
		GRANT("\"userType\":\"Location\",\"companyId\":\"c\",\"locationId\":\"\""),
		GRANT("\"userType\":\"Location\",\"companyId\":\"../c\",\"locationId\":\"l\""),
		GRANT(OF_LOCATION "," OF_LOCATION),
	};

	(void)state;
	for (size_t i = 0; i < CASES(bodies); i++) {
		platform_world_reply("200 OK", bodies[i]);
		exchange();
		if (grant.verdict != PLATFORM_UNKNOWN)
			fail_msg("%s: verdict %d", bodies[i], (int)grant.verdict);
		assert_string_equal(grant.detail, "platform's answer has no readable token");
	}
}

static void
platform_grant_longest_token_is_kept_and_a_longer_one_is_unknown(void **state)
{
	struct buf	body;

	(void)state;
	for (int more = 0; more < 2; more++) {
		buf_init(&body, 8192);
		buf_printf(&body, "{\"access_token\":\"%0*d\",\"expires_in\":60," OF_LOCATION "}",
		    PLATFORM_TOKEN_SIZE - 1 + more, 0);
		platform_world_reply("200 OK", buf_text(&body));
		exchange();
		assert_int_equal(grant.verdict, more ? PLATFORM_UNKNOWN : PLATFORM_DONE);
		assert_true(more || strlen(grant.access_token) == PLATFORM_TOKEN_SIZE - 1);
		buf_release(&body);
	}
}

/* --- refusals, and no answer ------------------------------------------------------------------ */

static void
platform_token_calls_tell_refusals_apart(void **state)
{
	static const struct {
		const char		*status, *body;
		enum platform_verdict	 verdict;
	} cases[] = {
		{ "400 No", "{\"message\":\"Invalid grant: refresh token is invalid\"}", PLATFORM_DEAD },
		{ "400 No", "{\"error\":\"invalid_grant\",\"error_description\":\"no\"}", PLATFORM_DEAD },
		{ "400 No", "{\"message\":\"Location is not active\"}", PLATFORM_PAUSED },
		{ "401 No", "{\"message\":\"Invalid client: client is invalid\"}", PLATFORM_REFUSED },
		{ "400 No", "{\"message\":\"Location not found\"}", PLATFORM_ABSENT },
		{ "429 No", "{}", PLATFORM_RETRY },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		platform_world_reply(cases[i].status, cases[i].body);
		refresh(PLATFORM_LOCATION);
		assert_int_equal(grant.verdict, cases[i].verdict);
		assert_string_equal(grant.access_token, "");
	}
	/* Each of them once: a replay would end the grant. */
	assert_int_equal(listener.request_count, CASES(cases));
}

static void
platform_token_refresh_is_sent_once_whatever_happens(void **state)
{
	(void)state;
	platform_world_reply("200 OK", GRANT(OF_LOCATION));
	listener_first(NULL);
	refresh(PLATFORM_LOCATION);
	assert_int_equal(grant.verdict, PLATFORM_UNKNOWN);
	platform_world_first("503 Busy", "");
	refresh(PLATFORM_LOCATION);
	assert_int_equal(grant.verdict, PLATFORM_RETRY);
	listener_first(NULL);
	exchange();
	assert_int_equal(grant.verdict, PLATFORM_UNKNOWN);
	assert_int_equal(listener.request_count, 3);
}

static void
platform_token_refresh_is_unknown_in_time_and_not_sent_to_nobody(void **state)
{
	(void)state;
	platform_world_limit(1000, WORLD_SHORT_MS);
	listener_reply(STAY_SILENT, NULL);
	refresh(PLATFORM_LOCATION);
	assert_int_equal(grant.verdict, PLATFORM_UNKNOWN);
	platform_world_away();
	refresh(PLATFORM_LOCATION);
	assert_int_equal(grant.verdict, PLATFORM_RETRY);
}

static void
platform_location_token_is_sent_again_when_it_was_lost(void **state)
{
	(void)state;
	platform_world_reply("201 Created", GRANT(OF_LOCATION));
	listener_first(NULL);
	mint();
	assert_int_equal(grant.verdict, PLATFORM_DONE);
	assert_int_equal(listener.request_count, 2);
}

/* --- lists ------------------------------------------------------------------------------------ */

static void
platform_installed_locations_asks_for_a_page_and_reads_it(void **state)
{
	(void)state;
	platform_world_reply("200 OK", "{\"locations\":[{\"_id\":\"l1\",\"name\":\"One \\u00e9\",\"isInstalled\":true},"
	    "{\"_id\":\"l2\",\"name\":\"Two\",\"isInstalled\":false},{\"_id\":\"l3\"}],\"count\":1231}");
	list(200);
	assert_true(platform_world_sent("GET /oauth/installedLocations?companyId=" COMPANY
	    "&appId=65f0b217a05c774da7f1efa5&isInstalled=true&skip=200&limit=100 HTTP/1.1\r\n"));
	assert_true(platform_world_sent("\r\nauthorization: Bearer tok\r\n"));
	assert_int_equal(page.verdict, PLATFORM_DONE);
	assert_int_equal(page.count, 3);
	assert_int_equal(page.total, 1231);
	assert_string_equal(page.at[0].location.text, "l1");
	assert_string_equal(page.at[0].name, "One \xc3\xa9");
	assert_true(page.at[0].is_installed);
	assert_false(page.at[1].is_installed);
	assert_false(page.at[2].is_installed);
}

/* They count for the next page's place, and are never taken for installed. */
static void
platform_installed_locations_entries_without_an_id_are_not_installed(void **state)
{
	(void)state;
	platform_world_reply("200 OK", "{\"locations\":[7,{\"_id\":\"../x\",\"isInstalled\":true},"
	    "{\"isInstalled\":true},{\"_id\":\"l4\",\"name\":7,\"isInstalled\":\"true\"},"
	    "{\"_id\":\"l5\",\"isInstalled\":true}],\"count\":\"5\"}");
	list(0);
	assert_int_equal(page.verdict, PLATFORM_DONE);
	assert_int_equal(page.count, 5);
	assert_int_equal(page.total, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(page.at[i].is_installed, i == 4);
}

static void
platform_installed_locations_takes_a_hundred_of_more(void **state)
{
	struct buf	body;

	(void)state;
	buf_init(&body, 200000);
	buf_puts(&body, "{\"count\":300,\"locations\":[");
	for (unsigned i = 0; i < 300; i++)
		buf_printf(&body, "%s{\"_id\":\"l%u\",\"isInstalled\":true,\"address\":\"%0400d\"}", i > 0 ? "," : "", i, 0);
	buf_puts(&body, "]}");
	assert_true(buf_ok(&body));
	platform_world_reply("200 OK", buf_text(&body));
	list(0);
	assert_int_equal(page.verdict, PLATFORM_DONE);
	assert_int_equal(page.count, PLATFORM_PAGE_MAX);
	assert_string_equal(page.at[99].location.text, "l99");
	buf_release(&body);
}

static void
platform_installed_locations_that_cannot_be_read_or_are_refused_are_none(void **state)
{
	static const struct {
		const char		*status, *body;
		enum platform_verdict	 verdict;
	} cases[] = {
		{ "200 OK", "{\"locations\": <html>", PLATFORM_BUG },
		{ "200 OK", "{\"locations\":{}}", PLATFORM_BUG },
		{ "200 OK", "[]", PLATFORM_BUG },
		{ "401 No", "{\"message\":\"Invalid JWT\"}", PLATFORM_EXPIRED },
		{ "422 No", "{\"message\":\"This token's user type is not yet supported!\"}", PLATFORM_REFUSED },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		platform_world_reply(cases[i].status, cases[i].body);
		list(0);
		assert_int_equal(page.verdict, cases[i].verdict);
		assert_int_equal(page.count, 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, platform_world_start, platform_world_stop)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(platform_code_exchange_sends_the_documented_form),
		TEST(platform_token_refresh_sends_the_documented_form),
		TEST(platform_location_token_sends_the_documented_form),
		TEST(platform_code_of_any_length_is_sent_whole_or_not_at_all),
		TEST(platform_grant_of_a_location_is_read),
		TEST(platform_grant_of_a_company_is_read_with_what_was_approved),
		TEST(platform_grant_names_so_many_approved_locations_and_no_more),
		TEST(platform_grant_is_read_in_both_casings),
		TEST(platform_grant_without_a_type_goes_by_its_token),
		TEST(platform_grant_that_cannot_be_read_is_unknown),
		TEST(platform_grant_longest_token_is_kept_and_a_longer_one_is_unknown),
		TEST(platform_token_calls_tell_refusals_apart),
		TEST(platform_token_refresh_is_sent_once_whatever_happens),
		TEST(platform_token_refresh_is_unknown_in_time_and_not_sent_to_nobody),
		TEST(platform_location_token_is_sent_again_when_it_was_lost),
		TEST(platform_installed_locations_asks_for_a_page_and_reads_it),
		TEST(platform_installed_locations_entries_without_an_id_are_not_installed),
		TEST(platform_installed_locations_takes_a_hundred_of_more),
		TEST(platform_installed_locations_that_cannot_be_read_or_are_refused_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
