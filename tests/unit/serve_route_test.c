/*
 * The router's rule: which path and method find which route, what is captured, what is refused.
 */
#include "cmocka_all.h"

#include "serve/serve_internal.h"

#define CASES(list)	(sizeof(list) / sizeof((list)[0]))

#define A16	"abcdefghijklmnop"
#define A64	A16 A16 A16 A16

static const struct serve_route	routes[] = {
	{ .method = "GET", .pattern = "/" },
	{ .method = "GET", .pattern = "/things/{id}" },
	{ .method = "POST", .pattern = "/things/{id}" },
	{ .method = "POST", .pattern = "/things/{id}/parts/{part}" },
	{ .method = "GET", .pattern = "/{a}/{b}/{c}/{d}" },
	{ .method = "GET", .pattern = "/things/fixed" },
};
#define ROUTE_COUNT	CASES(routes)
#define NONE		(-1)

static void
route_find_method_and_path_give_route(void **state)
{
	static const struct {
		const char	*method;
		const char	*path;
		int		 route;
		bool		 path_known;
	} cases[] = {
		{ "GET", "/", 0, true },
		{ "HEAD", "/", 0, true },
		{ "POST", "/", NONE, true },
		{ "get", "/", NONE, true },		/* methods have a case */
		{ "GET", "", NONE, false },
		{ "GET", "//", NONE, false },
		{ "GET", "/things/x", 1, true },
		{ "POST", "/things/x", 2, true },
		{ "HEAD", "/things/x", 1, true },
		{ "DELETE", "/things/x", NONE, true },
		{ "GET", "/things/fixed", 1, true },	/* the first that fits */
		{ "GET", "/things", NONE, false },
		{ "GET", "/things/", NONE, false },
		{ "GET", "/things/x/", NONE, false },
		{ "GET", "/THINGS/x", NONE, false },
		{ "POST", "/things/x/parts/y", 3, true },
		{ "GET", "/things/x/parts/y", 4, true },	/* a later one takes the method */
		{ "HEAD", "/1/2/3/4", 4, true },
		{ "GET", "/1/2/3/4/5", NONE, false },
		{ "GET", "/1/2/3", NONE, false },
	};
	struct serve_match	match;
	size_t			i;

	(void)state;
	for (i = 0; i < CASES(cases); i++) {
		serve_route_find(routes, ROUTE_COUNT, slice_of(cases[i].method),
		    slice_of(cases[i].path), &match);
		assert_ptr_equal(match.route,
		    cases[i].route == NONE ? NULL : &routes[cases[i].route]);
		assert_int_equal(match.path_known, cases[i].path_known);
	}
}

static void
route_find_segment_captured_or_refused(void **state)
{
	static const struct {
		const char	*path;
		const char	*capture;	/* NULL: no route */
	} cases[] = {
		{ "/things/a", "a" },
		{ "/things/cs_01jd-X.9", "cs_01jd-X.9" },
		{ "/things/...", "..." },
		{ "/things/" A64, A64 },
		{ "/things/" A64 "q", NULL },
		{ "/things/.", NULL },
		{ "/things/..", NULL },
		{ "/things/%61", NULL },
		{ "/things/a b", NULL },
		{ "/things/a;b", NULL },
		{ "/things/a{b}", NULL },
		{ "/things/\xc3\xa9", NULL },
		{ "/things/a\x01", NULL },
	};
	struct serve_match	match;
	size_t			i;

	(void)state;
	for (i = 0; i < CASES(cases); i++) {
		serve_route_find(routes, ROUTE_COUNT, slice_of("GET"), slice_of(cases[i].path),
		    &match);
		assert_int_equal(match.route != NULL, cases[i].capture != NULL);
		if (cases[i].capture != NULL)
			assert_true(slice_is(match.captures[0], cases[i].capture));
	}
}

static void
route_find_several_captures_in_order(void **state)
{
	static const char	*const expected[SERVE_CAPTURES_MAX] = { "1", "22", "333", "4444" };
	struct serve_match	match;
	size_t			i;

	(void)state;
	serve_route_find(routes, ROUTE_COUNT, slice_of("GET"), slice_of("/1/22/333/4444"), &match);
	for (i = 0; i < SERVE_CAPTURES_MAX; i++)
		assert_true(slice_is(match.captures[i], expected[i]));
}

static void
route_find_no_match_leaves_no_captures(void **state)
{
	struct serve_match	match;

	(void)state;
	serve_route_find(routes, ROUTE_COUNT, slice_of("PUT"), slice_of("/things/x"), &match);
	assert_null(match.route);
	assert_int_equal(match.captures[0].len, 0);
}

static void
route_find_path_is_a_part_of_longer_text(void **state)
{
	struct serve_match	match;

	(void)state;	/* slices have no NUL behind them */
	serve_route_find(routes, ROUTE_COUNT, (struct slice){ "GETS", 3 },
	    (struct slice){ "/things/abc", 10 }, &match);
	assert_ptr_equal(match.route, &routes[1]);
	assert_true(slice_is(match.captures[0], "ab"));
}

static void
route_allow_path_gives_its_methods(void **state)
{
	static const struct {
		const char	*path;
		const char	*allow;
	} cases[] = {
		{ "/", "GET, HEAD" },
		{ "/things/x", "GET, HEAD, POST" },
		{ "/things/x/parts/y", "POST, GET, HEAD" },
		{ "/nope", "" },
	};
	struct buf	text;
	size_t		i;

	(void)state;
	for (i = 0; i < CASES(cases); i++) {
		buf_init(&text, 64);
		serve_route_allow(routes, ROUTE_COUNT, slice_of(cases[i].path), &text);
		assert_true(buf_ok(&text));
		assert_string_equal(buf_text(&text), cases[i].allow);
		buf_release(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(route_find_method_and_path_give_route),
		cmocka_unit_test(route_find_segment_captured_or_refused),
		cmocka_unit_test(route_find_several_captures_in_order),
		cmocka_unit_test(route_find_no_match_leaves_no_captures),
		cmocka_unit_test(route_find_path_is_a_part_of_longer_text),
		cmocka_unit_test(route_allow_path_gives_its_methods),
	};

	return cmocka_run_group_tests_name("serve_route", tests, NULL, NULL);
}
