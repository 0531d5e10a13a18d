// HTTP as bytes on a socket: what serve/ and the patched Kore take, refuse and survive.
// The server is build/test-server, which has nothing behind it (raw/test_server.c).
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Client, SANITIZED, ask, build, get, logged, pause, post, start, stop, until } from './raw/raw.mjs';
import { REQUESTS, many } from './raw/requests.mjs';

const ROOT_USER = process.getuid() === 0;

before(build);

/** Resolves when a handler of /slow has begun with the request that carries this X-Probe. */
const begun = (server, mark) => logged(server, (entry) => entry.event === 'begun' && entry.detail === mark);

describe('one request', { concurrency: 8 }, () => {
	let server;
	before(async () => { server = await start({ WORKERS: 2 }); });
	after(async () => {
		assert.deepEqual(await stop(server), { status: 0, signal: null });
		assert.equal(server.errors, '');
		for (const line of server.lines)
			assert.ok(JSON.parse(line).event, line);
	});

	for (const [name, bytes, status, code] of REQUESTS) {
		test(name, async () => {
			const answer = await ask(server.port, bytes);
			assert.equal(answer?.status, status);
			assert.match(answer.first, /^HTTP\/1\.[01] \d{3} [A-Z][A-Za-z -]+$/);
			assert.match(answer.headers.get('x-request-id'), /^req_[0-9a-z]{26}$/);
			assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
			assert.equal(answer.headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
			assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
			assert.equal(answer.headers.get('cache-control'), 'no-store');
			assert.equal(answer.headers.has('x-frame-options'), false);
			assert.equal(answer.headers.get('retry-after'), status === 503 ? '1' : undefined);
			if (code === undefined)
				return;
			assert.equal(answer.headers.get('content-type'), 'application/json');
			const { error } = answer.json();
			assert.equal(error.code, code);
			assert.equal(error.requestId, answer.headers.get('x-request-id'));
			assert.deepEqual(Object.keys(error), ['code', 'message', 'detail', 'requestId']);
		});
	}

	test('header_120_of_many_seen', async () => {
		const answer = await ask(server.port, get('/show', `${many(119, (i) => `X-${i}: y\r\n`)}X-Probe: last\r\n`));
		assert.equal(answer.json().probe, 'last');
	});

	test('parts_of_request_seen_by_handler', async () => {
		const answer = await ask(server.port, get('/things/abc/parts/def?q=%20&r', 'X-PROBE:  some thing \r\n'));
		const { id, ...seen } = answer.json();
		assert.equal(id, answer.headers.get('x-request-id'));
		assert.deepEqual(seen, { path: '/things/abc/parts/def', query: 'q=%20&r', peer: '127.0.0.1',
			probe: 'some thing ', first: 'abc', second: 'def', bytes: 0 });
	});

	test('request_id_of_client_ignored', async () => {
		const answer = await ask(server.port, get('/static', 'X-Request-Id: mine\r\n'));
		assert.notEqual(answer.headers.get('x-request-id'), 'mine');
	});

	test('method_of_another_route_refused_with_allow', async () => {
		const answer = await ask(server.port, get('/show', '', 'DELETE'));
		assert.equal(answer.status, 405);
		assert.equal(answer.headers.get('allow'), 'GET, HEAD, POST');
		assert.equal(answer.json().error.code, 'method_unsupported');
	});

	test('refusal_of_route_takes_its_shape', async () => {
		const answer = await ask(server.port, post('/flat', 'x'.repeat(17)));
		assert.equal(answer.status, 413);
		assert.deepEqual(answer.json(), { flat: true });
	});

	test('headers_of_answer_sent_once', async () => {
		const answer = await ask(server.port, get('/cached'));
		assert.equal(answer.headers.get('cache-control'), 'public, max-age=60');
		assert.equal(answer.headers.get('x-test'), 'yes');
		assert.equal(answer.headers.get('server'), 'test-server');
		assert.equal(answer.headers.has('strict-transport-security'), false);
	});

	test('answer_without_body_has_no_type', async () => {
		const answer = await ask(server.port, get('/empty'));
		assert.equal(answer.status, 204);
		assert.equal(answer.headers.has('content-type'), false);
	});

	test('answer_of_100_kb_whole', async () => {
		assert.equal((await ask(server.port, get('/big'))).body, 'b'.repeat(100000));
	});

	test('body_of_64_kib_echoed_whole', async () => {
		const body = many(8192, (i) => String(i % 10).repeat(8));
		assert.equal((await ask(server.port, post('/echo', body))).body, body);
	});

	test('request_logged_with_route_and_note', async () => {
		const answer = await ask(server.port, get('/slow?secret=1'));
		const line = await logged(server, (entry) => entry.requestId === answer.headers.get('x-request-id'));
		assert.equal(line.event, 'request');
		assert.equal(line.method, 'GET');
		assert.equal(line.route, '/slow');
		assert.equal(line.status, 200);
		assert.equal(line.operation, 'slow');
		assert.ok(line.durationUs >= 1400000);
	});

	test('refusal_logged_with_id', async () => {
		const answer = await ask(server.port, get('/static', 'nonsense\r\n'));
		const line = await logged(server, (entry) => entry.requestId === answer.headers.get('x-request-id'));
		assert.equal(line.event, 'request_refused');
		assert.equal(line.status, 400);
	});
});

describe('one connection', { concurrency: 16 }, () => {
	let server;
	before(async () => { server = await start(); });
	after(async () => { assert.deepEqual(await stop(server), { status: 0, signal: null }); });

	const connected = async (t) => {
		const client = new Client(server.port);
		t.after(() => client.drop());
		return client;
	};

	test('requests_one_after_the_other_answered', async (t) => {
		const client = await connected(t);
		for (const target of ['/static', '/later', '/turn', '/static']) {
			client.send(get(target));
			const answer = await client.read();
			assert.equal(answer.status, 200);
			assert.equal(answer.headers.get('connection'), 'keep-alive');
		}
	});

	test('head_answered_like_get_without_body', async (t) => {
		const client = await connected(t);
		client.send(get('/static', '', 'HEAD'));
		const answer = await client.read({ method: 'HEAD' });
		assert.equal(answer.status, 200);
		assert.equal(answer.headers.get('content-length'), '2');
		client.send(get('/static'));
		assert.equal((await client.read()).body, 'ok');
	});

	test('close_asked_for_closed', async (t) => {
		const client = await connected(t);
		client.send(get('/static', 'Connection: close\r\n'));
		assert.equal((await client.read()).headers.get('connection'), 'close');
		assert.equal(await client.read(), null);
	});

	test('header_byte_by_byte_answered', async (t) => {
		const client = await connected(t);
		for (const byte of get('/static')) {
			client.send(byte);
			await pause(2);
		}
		assert.equal((await client.read()).status, 200);
	});

	test('body_in_segments_whole', async (t) => {
		const client = await connected(t);
		client.send('POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nabc');
		await pause(30);
		client.send('def');
		await pause(30);
		client.send('ghi');
		assert.equal((await client.read()).body, 'abcdefghi');
	});

	test('error_of_kore_closes_after_answer', async (t) => {
		const client = await connected(t);
		client.send(get('/static', 'nonsense\r\n'));
		const answer = await client.read();
		assert.equal(answer.headers.get('connection'), 'close');
		assert.equal(await client.read(), null);
	});

	// Most clients write their body first and read then; a reset would take the answer from them.
	test('body_too_large_sent_on_and_on_refused_with_an_answer', async (t) => {
		const client = await connected(t);
		client.deaf(true);
		client.send('POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n');
		for (let i = 0; i < 10; i++) {
			client.send('x'.repeat(100000));
			await pause(20);
		}
		client.deaf(false);
		assert.equal((await client.read())?.status, 413);
	});

	test('descriptor_closed_by_a_library_survived', async (t) => {
		const client = await connected(t);
		const pid = (await ask(server.port, get('/pid'))).body;
		client.send(get('/unwatch'));
		assert.equal((await client.read()).body, 'unwatched');
		assert.equal((await ask(server.port, get('/pid'))).body, pid);
	});

	test('client_gone_answer_dropped_and_logged', async (t) => {
		const client = await connected(t);
		client.send(get('/slow', 'X-Probe: gone\r\n'));
		await begun(server, 'gone');
		client.drop();
		const line = await logged(server, (entry) => entry.event === 'answer_dropped');
		assert.equal(line.route, '/slow');
		assert.equal(line.operation, 'slow');
		assert.equal((await ask(server.port, get('/static'))).status, 200);
	});

	test('client_gone_in_its_body_survived', async (t) => {
		const client = await connected(t);
		client.send('POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nabc');
		await pause(50);
		client.drop();
		assert.equal((await ask(server.port, get('/static'))).status, 200);
	});
});

// Kore's own time limits, 5 s for a header and 10 s for a body: slow, so they run side by side.
describe('time', { concurrency: 16 }, () => {
	let server;
	before(async () => { server = await start(); });
	after(async () => { await stop(server); });

	const timed = async (t, bytes) => {
		const client = new Client(server.port);
		t.after(() => client.drop());
		const began = Date.now();
		client.send(bytes);
		const answer = await client.read({ ms: 14000 });
		return { answer, seconds: (Date.now() - began) / 1000, client };
	};

	for (const [name, bytes, least, most] of [
		['connection_without_a_word', '', 4.5, 6.5],
		['header_without_end', 'GET /static HTTP/1.1\r\nHost: t\r\n', 4.5, 6.5],
		['header_in_bare_lf', 'GET /static HTTP/1.1\nHost: t\n\n', 4.5, 6.5],
		['body_without_end', 'POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nabc', 9.5, 11.5],
	]) {
		test(`${name}_times_out`, async (t) => {
			const { answer, seconds, client } = await timed(t, bytes);
			assert.equal(answer.status, 408);
			assert.equal(answer.json().error.code, 'request_invalid');
			assert.ok(seconds >= least && seconds <= most, `${seconds} s`);
			assert.equal(await client.read(), null);
		});
	}

	test('header_without_end_on_a_used_connection_times_out', async (t) => {
		const { client } = await timed(t, get('/static'));
		client.send('GET /static HTTP/1.1\r\n');
		assert.equal((await client.read({ ms: 7000 })).status, 408);
	});

	test('connection_idle_longer_than_a_header_may_take_still_good', async (t) => {
		const { client } = await timed(t, get('/static'));
		await pause(6500);
		client.send(get('/static'));
		assert.equal((await client.read())?.status, 200);
	});

	for (const [name, segments] of [['without_body', [post('/slower', '')]], ['with_body', [post('/slower', 'abcd')]],
		['with_body_in_segments', ['POST /slower HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nab', 'cd']]]) {
		test(`handler_slower_than_limits_${name}_answers`, async (t) => {
			const client = new Client(server.port);
			t.after(() => client.drop());
			for (const segment of segments) {
				client.send(segment);
				await pause(50);
			}
			assert.equal((await client.read({ ms: 14000 })).status, 200);
		});
	}
});

describe('processes', { concurrency: 6 }, () => {
	const started = async (t, settings, options) => {
		const server = await start(settings, options);
		t.after(() => stop(server, 'SIGKILL'));
		return server;
	};
	const workers = (server) => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) &&
		parentOf(pid) === server.child.pid).map(Number);
	const parentOf = (pid) => {
		try {
			return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').pop().split(' ')[1]);
		} catch {
			return 0;
		}
	};

	test('term_lets_a_request_finish', async (t) => {
		const server = await started(t, { WORKERS: 2 });
		const under_way = ask(server.port, get('/slow', 'X-Probe: mine\r\n'));
		await begun(server, 'mine');
		server.child.kill('SIGTERM');
		const answer = await under_way;
		assert.equal(answer.status, 200);
		assert.equal(answer.headers.get('connection'), 'close');
		assert.deepEqual(await server.exited, { status: 0, signal: null });
	});

	test('term_waits_for_a_request_whose_client_left', async (t) => {
		const server = await started(t, {});
		const client = new Client(server.port);
		client.send(get('/slow', 'X-Probe: mine\r\n'));
		await begun(server, 'mine');
		client.drop();
		await pause(50);
		server.child.kill('SIGTERM');
		await server.exited;
		await logged(server, (entry) => entry.event === 'answer_dropped');
	});

	// The parent says that it listens just before it forks: its order may reach a worker that is hardly born.
	test('term_while_workers_start_obeyed', async (t) => {
		for (let i = 0; i < 12; i++) {
			const server = await started(t, { WORKERS: 8 }, { ready: false });
			await logged(server, (entry) => entry.event === 'listening');
			server.child.kill('SIGTERM');
			const end = await Promise.race([server.exited, pause(4000)]);
			assert.deepEqual(end, { status: 0, signal: null }, `start ${i}`);
		}
	});

	// A stopped process finds both signals waiting, and takes SIGCHLD last.
	test('term_together_with_a_death_obeyed', async (t) => {
		const server = await started(t, { WORKERS: 2 });
		server.child.kill('SIGSTOP');
		server.child.kill('SIGTERM');
		process.kill(workers(server)[0], 'SIGKILL');
		await pause(50);
		server.child.kill('SIGCONT');
		const end = await Promise.race([server.exited, pause(4000)]);
		assert.deepEqual(end, { status: 0, signal: null });
	});

	test('parent_killed_workers_leave', async (t) => {
		const server = await started(t, { WORKERS: 2 });
		server.child.kill('SIGKILL');
		const end = await Promise.race([server.exited, pause(4000)]);
		assert.equal(end?.signal, 'SIGKILL', 'a worker still holds the output');
	});

	test('worker_killed_replaced_and_told', async (t) => {
		const server = await started(t, { WORKERS: 2 });
		const before_kill = workers(server);
		assert.equal(before_kill.length, 2);
		process.kill(before_kill[0], 'SIGKILL');
		await until(() => workers(server).length === 2 && !workers(server).includes(before_kill[0]));
		const line = await logged(server, (entry) => entry.level === 'alert');
		assert.match(line.detail, /died \(signal 9\), replaced 1 times/);
		for (let i = 0; i < 20; i++)
			assert.equal((await ask(server.port, get('/static'))).status, 200);
	});

	test('worker_crashed_in_a_request_replaced', async (t) => {
		const server = await started(t, {});
		assert.equal(await ask(server.port, get('/crash')), null);
		await until(async () => (await ask(server.port, get('/static')).catch(() => null))?.status === 200);
		const line = await logged(server, (entry) => entry.level === 'alert');
		assert.match(line.detail, /died \(signal 6\)/);
	});

	test('fatal_error_of_kore_logged_as_json', async (t) => {
		const server = await started(t, {});
		assert.equal(await ask(server.port, get('/fatal')), null);
		const line = await logged(server, (entry) => entry.detail === 'the test says so');
		assert.equal(line.level, 'error');
		await logged(server, (entry) => /died \(status 1\)/.test(entry.detail));
		for (const text of server.lines)
			assert.ok(JSON.parse(text).event, text);
	});

	test('worker_dying_at_start_forked_slowly_and_stoppable', async (t) => {
		const server = await started(t, { DIE: 1 }, { ready: false });
		await logged(server, (entry) => entry.level === 'alert');
		await pause(2000);
		const deaths = server.lines.filter((line) => JSON.parse(line).level === 'alert').length;
		assert.ok(deaths >= 2 && deaths <= 8, `${deaths} deaths`);
		server.child.kill('SIGTERM');
		const end = await Promise.race([server.exited, pause(3000)]);
		assert.deepEqual(end, { status: 0, signal: null });
	});

	test('connections_spread_over_workers', async (t) => {
		const server = await started(t, { WORKERS: 2 });
		const counts = new Map();
		for (let i = 0; i < 40; i++) {	// one after the other: the default would give all to one
			const client = new Client(server.port);
			t.after(() => client.drop());
			client.send(get('/pid'));
			const { body } = await client.read();
			counts.set(body, (counts.get(body) ?? 0) + 1);
		}
		assert.equal(counts.size, 2);
		assert.ok(Math.min(...counts.values()) >= 3, [...counts.values()].join('/'));
	});

	test('requests_beyond_limit_refused_busy', async (t) => {
		const server = await started(t, {});
		const answers = await Promise.all(Array.from({ length: 520 }, () => ask(server.port, get('/slow'), { ms: 8000 })));
		const busy = answers.filter((answer) => answer.status === 503);
		assert.equal(answers.filter((answer) => answer.status === 200).length + busy.length, 520);
		assert.ok(busy.length >= 1 && busy.length <= 20, `${busy.length} refused`);
		assert.equal(busy[0].headers.get('retry-after'), '1');
		assert.equal(busy[0].json().error.code, 'store_busy');
	});

	test('port_taken_said_and_not_started', async (t) => {
		const server = await started(t, {});
		const second = await started(t, { PORT: server.port }, { ready: false });
		assert.deepEqual(await second.exited, { status: 1, signal: null });
		assert.match(second.errors, new RegExp(`could not listen .*${server.port}: Address already in use`));
		assert.deepEqual(second.lines, []);
	});

	test('folder_of_start_left_clean', async (t) => {
		const server = await started(t, {});
		assert.deepEqual(readdirSync(server.place), []);
		server.child.kill('SIGTERM');
		await server.exited;
		assert.deepEqual(readdirSync(server.place), []);
	});

	test('root_becomes_the_user', { skip: !ROOT_USER }, async (t) => {
		const server = await started(t, {});
		for (const pid of [server.child.pid, ...workers(server)]) {
			const uids = readFileSync(`/proc/${pid}/status`, 'latin1').match(/^Uid:\t(.*)$/m)[1].split('\t');
			assert.ok(uids.every((uid) => uid !== '0'), `${pid}: ${uids}`);
		}
	});

	for (const [name, user, why] of [['unknown', 'nobody-of-that-name', /there is no such user/],
		['root', 'root', /must not be root/]]) {
		test(`user_${name}_said_and_not_started`, { skip: !ROOT_USER }, async (t) => {
			const server = await started(t, { USER: user }, { ready: false });
			assert.equal((await server.exited).status, 1);
			assert.match(server.errors, why);
			assert.match(server.errors, new RegExp(user));
		});
	}

	for (const [name, segments] of [['one_segment', 1], ['two_segments', 2]]) {
		test(`body_in_${name}_wiped_from_memory`, { skip: !ROOT_USER || SANITIZED }, async (t) => {
			const server = await started(t, {});
			const marker = `wipe-${'me'.repeat(3)}-${Math.random().toString(36).slice(2)}`;
			const whole = post('/show', marker.repeat(40));
			const half = whole.length - 300;
			const client = new Client(server.port);
			t.after(() => client.drop());
			client.send(segments === 1 ? whole : whole.slice(0, half));
			if (segments === 2) {
				await pause(50);
				client.send(whole.slice(half));
			}
			assert.equal((await client.read()).status, 200);
			await until(() => !inMemory(workers(server)[0], marker));	// the answer leaves first
			client.send(get('/show', `X-Probe: ${marker}\r\n`));	// the search would have found it
			await client.read();
			assert.equal(inMemory(workers(server)[0], marker), true);
		});
	}
});

/** Whether `text` is anywhere in what the process has on its heap and stack. */
function inMemory(pid, text) {
	const maps = readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n').filter((line) => / rw-p /.test(line));
	const memory = openSync(`/proc/${pid}/mem`, 'r');
	try {
		return maps.some((line) => {
			const [from, to] = line.split(' ')[0].split('-').map((hex) => parseInt(hex, 16));
			const part = Buffer.alloc(to - from);
			readSync(memory, part, 0, part.length, from);
			return part.includes(text);
		});
	} finally {
		closeSync(memory);
	}
}
