// Every class of HTTP that servers get wrong, through nginx; and requests hidden in others, directly and through
// nginx.  Behind it is build/test-server, whose log says what arrived as a request.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ask, build, get, logged, start, stop } from '../api/raw/raw.mjs';
import { REQUESTS } from '../api/raw/requests.mjs';
import { askInFrames } from './frames.mjs';
import { askHttp2, startNginx } from './nginx.mjs';
import { HIDDEN, SMUGGLED, SMUGGLED_HTTP2 } from './smuggling.mjs';

// Where nginx says something else than Kassa alone; null: it answers without a head, or not at all.
const THROUGH_NGINX = {
	request_line_of_two_words_refused: null,	// HTTP/0.9, whose answers are bodies
	method_trace_refused: 405,
	header_value_with_utf8_refused: 200,	// headers that Kassa does not read never reach it
	header_with_bare_lf_refused: 200,
	header_without_colon_refused: 200,
	headers_130_refused: 200,
	headers_of_15_kib_answered: 431,	// one of them, larger than a buffer
	body_chunked_refused: 200,	// read whole, sent on with a length
	body_chunked_with_length_refused: 400,
	get_chunked_refused: null,	// its first chunk is waited for, in vain
	length_beyond_64_bits_refused: 400,
	body_longer_than_length_refused: 200,	// two requests, of which the second is none
	gets_pipelined_refused: 200,
	posts_pipelined_refused: 200,
	body_at_limit_of_server_answered: 413,	// larger than the address takes
	route_absolute_unknown: 200,
	route_star_unknown: 400,
};

let server, nginx;
before(async () => {
	build();
	server = await start({ WORKERS: 2 });
	nginx = await startNginx(server.port);
});
after(async () => {
	const errors = nginx.errors();
	await nginx.stop();
	assert.deepEqual(await stop(server), { status: 0, signal: null });
	assert.doesNotMatch(errors, /\[(alert|emerg|crit)\]|exited on signal/);
});

describe('classes through nginx', { concurrency: 8 }, () => {
	test('every difference belongs to a class', () => {
		const names = new Set(REQUESTS.map(([name]) => name));
		assert.deepEqual(Object.keys(THROUGH_NGINX).filter((name) => !names.has(name)), []);
	});

	for (const [name, bytes, direct] of REQUESTS) {
		const status = name in THROUGH_NGINX ? THROUGH_NGINX[name] : direct;
		test(`${name.replace(/_(answered|refused|refused_with_an_answer)$/, '')}_through_nginx_${status ?? 'silence'}`, async () => {
			const answer = await ask(nginx.port, bytes, { secure: nginx.secure, ms: 8000 });
			assert.equal(answer?.status ?? null, status);
			if (status >= 400) {
				assert.equal(answer.headers.get('content-type'), 'application/json');
				assert.equal(answer.json().error.requestId, answer.headers.get('x-request-id'));
			}
		});
	}
});

describe('a request hidden in another', { concurrency: 8 }, () => {
	/* Asked last on each way: its line in the log means that all before it are there. */
	async function arrivedBefore(port, options) {
		const { headers } = await ask(port, get('/static'), options);
		await logged(server, (entry) => entry.requestId === headers.get('x-request-id'));
		return server.lines.map((line) => JSON.parse(line)).filter((entry) => entry.route === HIDDEN);
	}

	for (const [way, port, options] of [['directly', () => server.port, () => ({})],
		['through_nginx', () => nginx.port, () => ({ secure: nginx.secure })]]) {
		for (const [name, bytes] of SMUGGLED) {
			test(`${name}_stays_hidden_${way}`, async () => {
				// What it answers is up to it, silence included: it matters what it took for a request.
				await ask(port(), bytes, { ...options(), ms: 6500 }).catch((error) => assert.match(error.message, /in time/));
				assert.deepEqual(await arrivedBefore(port(), options()), []);
			});
		}
	}

	for (const [name, fields, body] of SMUGGLED_HTTP2) {
		test(`http2_${name}_stays_hidden`, async () => {
			await askInFrames(nginx.port, nginx.secure, fields, body);
			assert.deepEqual(await arrivedBefore(nginx.port, { secure: nginx.secure }), []);
		});
	}
});

// Behind the others, since it puts the hidden request into the log.
describe('the same requests without a disguise', () => {
	for (const [way, port, options] of [['directly', () => server.port, () => ({})],
		['through_nginx', () => nginx.port, () => ({ secure: nginx.secure })]]) {
		test(`hidden_request_in_the_open_seen_${way}`, async () => {
			const { status, headers } = await ask(port(), get(HIDDEN), options());
			assert.equal(status, 200);
			const line = await logged(server, (entry) => entry.requestId === headers.get('x-request-id'));
			assert.equal(line.route, HIDDEN);
		});
	}

	test('frames_without_a_disguise_answered', async () => {
		const fields = Object.entries({ ':method': 'GET', ':path': '/static', ':scheme': 'https', ':authority': 'test' });
		assert.equal(await askInFrames(nginx.port, nginx.secure, fields, ''), 'answered');
		const connection = nginx.http2();
		assert.equal((await askHttp2(connection, { ':path': '/static' })).text, 'ok');
		connection.close();
	});
});
