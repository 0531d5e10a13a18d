// HTTP requests of every class that servers get wrong, and what build/test-server says to each.  Asked directly
// by 10-http-raw.test.mjs, and through nginx by tests/torture/.
import { get, post } from './raw.mjs';

export const many = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('');
export const http = (lines, body = '') => `${lines.join('\r\n')}\r\n\r\n${body}`;

// name, bytes, status, code of the JSON error
export const REQUESTS = [
	['get_plain_answered', get('/static'), 200],
	['version_10_answered', http(['GET /static HTTP/1.0', 'Host: t']), 200],
	['version_99_refused', http(['GET /static HTTP/9.9', 'Host: t']), 505, 'request_invalid'],
	['version_2_preface_refused', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'request_invalid'],
	['version_10_delete_refused', http(['DELETE /static HTTP/1.0', 'Host: t']), 405, 'method_unsupported'],
	['request_line_of_two_words_refused', http(['GET /static', 'Host: t']), 400, 'request_invalid'],
	['method_unknown_refused', get('/static', '', 'BREW'), 400, 'request_invalid'],
	['method_trace_refused', get('/static', '', 'TRACE'), 400, 'request_invalid'],
	['method_connect_refused', get('test:80', '', 'CONNECT'), 400, 'request_invalid'],

	['host_missing_refused', http(['GET /static HTTP/1.1', 'X: y']), 400, 'request_invalid'],
	['host_empty_refused', http(['GET /static HTTP/1.1', 'Host:']), 400, 'request_invalid'],
	['host_twice_refused', get('/static', 'Host: other\r\n'), 400, 'request_invalid'],
	['host_as_prefix_is_another_header', http(['GET /static HTTP/1.1', 'Hostile: x', 'Host: t']), 200],
	['host_only_as_prefix_refused', http(['GET /static HTTP/1.1', 'Hostile: x']), 400, 'request_invalid'],

	['header_names_in_capitals_answered', http(['GET /static HTTP/1.1', 'HOST: t']), 200],
	['header_value_empty_answered', get('/show', 'X-Probe:\r\n'), 200],
	['header_value_with_tab_answered', get('/show', 'X-Probe: a\tb\r\n'), 200],
	['header_value_with_utf8_refused', get('/static', 'X: \xc3\xa9\r\n'), 400, 'request_invalid'],
	['header_with_nul_refused', get('/static', 'X: a\0b\r\n'), 400, 'request_invalid'],
	['header_with_bare_cr_refused', get('/static', 'X: a\rY: b\r\n'), 400, 'request_invalid'],
	['header_with_bare_lf_refused', get('/static', 'X: a\nY: b\r\n'), 400, 'request_invalid'],
	['header_folded_refused', get('/static', 'X: a\r\n b\r\n'), 400, 'request_invalid'],
	['header_without_colon_refused', get('/static', 'nonsense\r\n'), 400, 'request_invalid'],
	['header_with_space_before_colon_refused', get('/static', 'X : a\r\n'), 400, 'request_invalid'],
	['headers_120_answered', get('/static', many(120, (i) => `X-${i}: y\r\n`)), 200],
	['headers_130_refused', get('/static', many(130, (i) => `X-${i}: y\r\n`)), 400, 'request_invalid'],
	['headers_of_15_kib_answered', get('/static', `X: ${'y'.repeat(15 * 1024)}\r\n`), 200],
	['headers_of_17_kib_refused', get('/static', `X: ${'y'.repeat(17 * 1024)}\r\n`), 431, 'request_invalid'],
	['address_of_8000_bytes_unknown', get(`/${'x'.repeat(7999)}`), 404, 'route_unknown'],
	['address_of_8001_bytes_refused', get(`/${'x'.repeat(8000)}`), 414, 'request_invalid'],

	['body_chunked_refused', http(['POST /echo HTTP/1.1', 'Host: t', 'Transfer-Encoding: chunked'],
		'2\r\nhi\r\n0\r\n\r\n'), 501, 'request_invalid'],
	['body_chunked_with_length_refused', http(['POST /echo HTTP/1.1', 'Host: t', 'Content-Length: 12',
		'Transfer-Encoding: chunked'], '2\r\nhi\r\n0\r\n\r\n'), 501, 'request_invalid'],
	['get_chunked_refused', get('/static', 'Transfer-Encoding: chunked\r\n'), 501, 'request_invalid'],
	['length_missing_refused', http(['POST /echo HTTP/1.1', 'Host: t']), 411, 'request_invalid'],
	['length_zero_answered', post('/echo', ''), 200],
	...[['twice', '5\r\nContent-Length: 5'], ['twice_differently', '5\r\nContent-Length: 3'], ['with_sign', '+5'],
		['in_letters', 'abc'], ['negative', '-1'], ['a_list', '5, 5'], ['hexadecimal', '0x5'], ['empty', '']]
		.map(([name, length]) => [`length_${name}_refused`, http(['POST /echo HTTP/1.1', 'Host: t',
			`Content-Length: ${length}`], 'abcde'), 400, 'request_invalid']),
	['length_beyond_64_bits_refused', http(['POST /echo HTTP/1.1', 'Host: t',
		'Content-Length: 99999999999999999999'], 'x'), 411, 'request_invalid'],
	['body_longer_than_length_refused', http(['POST /echo HTTP/1.1', 'Host: t', 'Content-Length: 2'], 'abcdef'),
		400, 'request_invalid'],
	['get_with_body_refused', http(['GET /static HTTP/1.1', 'Host: t', 'Content-Length: 2'], 'ab'), 400, 'request_invalid'],
	['get_with_length_zero_answered', http(['GET /static HTTP/1.1', 'Host: t', 'Content-Length: 0']), 200],
	['delete_with_body_refused', http(['DELETE /static HTTP/1.1', 'Host: t', 'Content-Length: 2'], 'ab'),
		400, 'request_invalid'],
	['gets_pipelined_refused', get('/static') + get('/static'), 400, 'request_invalid'],
	['posts_pipelined_refused', post('/echo', 'a') + post('/echo', 'b'), 400, 'request_invalid'],

	['body_at_limit_of_server_answered', post('/echo', 'x'.repeat(262144)), 200],
	['body_over_limit_of_server_refused', post('/echo', 'x'.repeat(262145)), 413, 'body_too_large'],
	['body_of_1_mib_refused_with_an_answer', post('/echo', 'x'.repeat(1024 * 1024)), 413, 'body_too_large'],
	['body_at_limit_of_route_answered', post('/small', 'x'.repeat(16)), 200],
	['body_over_limit_of_route_refused', post('/small', 'x'.repeat(17)), 413, 'body_too_large'],

	['route_unknown_said', get('/nope'), 404, 'route_unknown'],
	['route_with_slash_behind_unknown', get('/static/'), 404, 'route_unknown'],
	['route_in_percent_signs_unknown', get('/%73tatic'), 404, 'route_unknown'],
	['route_with_high_bytes_unknown', get('/st\xe4tic'), 404, 'route_unknown'],
	['route_absolute_unknown', get('http://test/static'), 404, 'route_unknown'],
	['route_star_unknown', get('*', '', 'OPTIONS'), 404, 'route_unknown'],
	['capture_plain_answered', get('/things/Ab_9.-/parts/x'), 200],
	['capture_of_64_bytes_answered', get(`/things/${'x'.repeat(64)}/parts/x`), 200],
	['capture_of_65_bytes_unknown', get(`/things/${'x'.repeat(65)}/parts/x`), 404, 'route_unknown'],
	['capture_empty_unknown', get('/things//parts/x'), 404, 'route_unknown'],
	['capture_of_dots_unknown', get('/things/../parts/x'), 404, 'route_unknown'],
	['capture_in_percent_signs_unknown', get('/things/%2e/parts/x'), 404, 'route_unknown'],
	['fault_of_a_handler_said', get('/busy'), 503, 'store_busy'],
];
