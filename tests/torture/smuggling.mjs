/*
 * Requests that two servers may end at different places, with a second request hidden in each: GET /pid.
 * Whoever sees that one as a request has been fooled.  Names say what is wrong; bytes are sent as they are.
 */
import { get } from '../api/raw/raw.mjs';
import { http } from '../api/raw/requests.mjs';

export const HIDDEN = '/pid';

const hidden = get(HIDDEN);
const length = hidden.length;
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;
const post = (lines, body) => http(['POST /small HTTP/1.1', 'Host: test', ...lines], body);

/* A whole chunked body with the hidden request behind its end; a length says that it is part of the body. */
const ended = `0\r\n\r\n${hidden}`;
const both = `Content-Length: ${ended.length}`;

/** @type {[string, string][]} */
export const SMUGGLED = [
	['length_before_chunked', post([both, 'Transfer-Encoding: chunked'], ended)],
	['length_behind_chunked', post(['Transfer-Encoding: chunked', both], ended)],
	['length_short_of_chunked', post(['Content-Length: 4', 'Transfer-Encoding: chunked'], chunk(hidden) + '0\r\n\r\n')],
	...Object.entries({
		space_before_colon: 'Transfer-Encoding : chunked',
		tab_before_colon: 'Transfer-Encoding\t: chunked',
		tab_behind_colon: 'Transfer-Encoding:\tchunked',
		space_behind: 'Transfer-Encoding: chunked ',
		capitals: 'Transfer-Encoding: CHUNKED',
		underscore: 'Transfer_Encoding: chunked',
		folded: 'Transfer-Encoding:\r\n chunked',
		folded_tab: 'Transfer-Encoding:\r\n\tchunked',
		form_feed: 'Transfer-Encoding: \x0cchunked',
		vertical_tab: 'Transfer-Encoding: \x0bchunked',
		high_space: 'Transfer-Encoding: \xa0chunked',
		nul_behind: 'Transfer-Encoding: chunked\0',
		nul_in_name: 'Transfer\0-Encoding: chunked',
		quoted: 'Transfer-Encoding: "chunked"',
		letter_more: 'Transfer-Encoding: xchunked',
		list: 'Transfer-Encoding: identity, chunked',
		list_reversed: 'Transfer-Encoding: chunked, identity',
		twice: 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
		twice_reversed: 'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
		behind_bare_lf: 'X: y\nTransfer-Encoding: chunked',
		behind_bare_cr: 'X: y\rTransfer-Encoding: chunked',
		empty: 'Transfer-Encoding:',
	}).map(([name, line]) => [`chunked_${name}_with_length`, post([both, line], ended)]),
	['chunked_in_http_10', http(['POST /small HTTP/1.0', 'Host: test', both, 'Transfer-Encoding: chunked'], ended)],

	['lengths_two_first_longer', post([`Content-Length: ${length}`, 'Content-Length: 0'], hidden)],
	...Object.entries({
		plus: `+${length}`, minus: `-${length}`, list: `${length}, ${length}`, hexadecimal: `0x${length.toString(16)}`,
		octal: `0o${length.toString(8)}`, letters_behind: `${length}a`, blank_within: `${String(length)[0]} ${String(length)[1]}`,
		point: `${length}.0`, exponent: `${length}e0`, wraps_32_bits: String(2 ** 32 + length),
		wraps_64_bits: String(2n ** 64n + BigInt(length)),
	}).map(([name, value]) => [`length_${name}`, post([`Content-Length: ${value}`], hidden)]),
	['length_space_before_colon', post([`Content-Length : ${length}`], hidden)],
	['length_folded', post([`Content-Length:\r\n ${length}`], hidden)],
	['length_nul_behind', post([`Content-Length: ${length}\0`], hidden)],
	['length_behind_bare_lf', http(['GET /static HTTP/1.1', `X: y\nContent-Length: ${length}`, 'Host: test'], hidden)],
	['length_behind_bare_cr', http(['GET /static HTTP/1.1', `X: y\rContent-Length: ${length}`, 'Host: test'], hidden)],

	['get_with_body', http(['GET /static HTTP/1.1', 'Host: test', `Content-Length: ${length}`], hidden)],
	['head_with_body', http(['HEAD /static HTTP/1.1', 'Host: test', `Content-Length: ${length}`], hidden)],
	['delete_with_body', http(['DELETE /static HTTP/1.1', 'Host: test', `Content-Length: ${length}`], hidden)],
	['options_with_body', http(['OPTIONS /static HTTP/1.1', 'Host: test', `Content-Length: ${length}`], hidden)],
	['continue_expected', http(['POST /small HTTP/1.1', 'Host: test', 'Expect: 100-continue', `Content-Length: ${length}`], hidden)],

	['chunk_size_beyond_64_bits', post(['Transfer-Encoding: chunked'], `1${'0'.repeat(16)}0\r\n\r\n${hidden}`)],
	['chunk_size_negative', post(['Transfer-Encoding: chunked'], `-1\r\n${hidden}`)],
	['chunk_size_with_0x', post(['Transfer-Encoding: chunked'], `0x0\r\n\r\n${hidden}`)],
	['chunk_size_empty', post(['Transfer-Encoding: chunked'], `\r\n\r\n${hidden}`)],
	['chunk_holds_request', post(['Transfer-Encoding: chunked'], `${chunk(hidden)}0\r\n\r\n`)],
	['chunk_extension_holds_request', post(['Transfer-Encoding: chunked'], `1;a="\r\n${hidden}`)],
	['chunk_longer_than_said', post(['Transfer-Encoding: chunked'], `1\r\nab\r\n${hidden}`)],
	['trailer_says_length', post(['Transfer-Encoding: chunked'], `0\r\nContent-Length: ${length}\r\n${hidden}`)],

	['line_of_request_holds_line_break', `GET /static HTTP/1.1\rX: y HTTP/1.1\r\nHost: test\r\nContent-Length: ${length}\r\n\r\n${hidden}`],
	['address_holds_nul', `GET /static\0 HTTP/1.1\r\nHost: test\r\nContent-Length: ${length}\r\n\r\n${hidden}`],
	['address_holds_encoded_request', get(`/static%20HTTP/1.1%0d%0aHost:%20test%0d%0a%0d%0a${encodeURIComponent(hidden)}`)],
	['query_holds_encoded_request', get(`/static?%20HTTP/1.1%0d%0a%0d%0a${encodeURIComponent(hidden)}`)],
	['host_holds_line_break', `GET /static HTTP/1.1\r\nHost: test%0d%0a%0d%0a${encodeURIComponent(hidden)}\r\n\r\n`],
	['connection_names_length', post([`Content-Length: ${length}`, 'Connection: close, Content-Length'], hidden)],
	['upgrade_asked', http(['GET /static HTTP/1.1', 'Host: test', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c',
		'HTTP2-Settings: AAMAAABkAAQAAP__', `Content-Length: ${length}`], hidden)],
];

const plain = { ':method': 'POST', ':path': '/small', ':scheme': 'https', ':authority': 'test' };

/*
 * What HTTP/2 can carry and HTTP/1.1 cannot: header fields as bytes, and a body that ends by a frame.
 * @type {[string, [string, string][], string][]}
 */
export const SMUGGLED_HTTP2 = [
	['length_short_of_body', [...Object.entries(plain), ['content-length', '0']], hidden],
	['length_beyond_body', [...Object.entries(plain), ['content-length', '99999']], hidden],
	['lengths_two', [...Object.entries(plain), ['content-length', '0'], ['content-length', String(length)]], hidden],
	['chunked', [...Object.entries(plain), ['transfer-encoding', 'chunked']], ended],
	['chunked_in_line_breaks', [...Object.entries(plain), ['x', 'y\r\ntransfer-encoding: chunked']], ended],
	['request_in_value', [...Object.entries(plain), ['content-type', `a\r\nContent-Length: 0\r\n\r\n${hidden}`]], 'x'],
	['request_in_value_by_lf', [...Object.entries(plain), ['if-none-match', `a\n\n${hidden}`]], 'x'],
	['request_in_name', [...Object.entries(plain), [`x: y\r\n\r\n${hidden}`, 'z']], 'x'],
	['request_in_path', Object.entries({ ...plain, ':path': `/static HTTP/1.1\r\nHost: test\r\n\r\n${hidden}` }), ''],
	['request_in_query', Object.entries({ ...plain, ':path': `/static?a HTTP/1.1\r\nHost: test\r\n\r\n${hidden}` }), ''],
	['request_in_method', Object.entries({ ...plain, ':method': `GET ${HIDDEN} HTTP/1.1\r\nHost: test\r\n\r\nPOST` }), ''],
	['request_in_authority', Object.entries({ ...plain, ':authority': `test\r\n\r\n${hidden}` }), ''],
	['request_in_scheme', Object.entries({ ...plain, ':scheme': `https://test${HIDDEN} HTTP/1.1\r\n\r\n` }), ''],
	['path_absolute', Object.entries({ ...plain, ':path': `https://test${HIDDEN}` }), ''],
	['path_twice', [...Object.entries(plain), [':path', HIDDEN]], ''],
	['pseudo_header_behind_others', [...Object.entries(plain), ['x', 'y'], [':path', HIDDEN]], ''],
	['host_and_authority', [...Object.entries(plain), ['host', 'other']], 'x'],
];
