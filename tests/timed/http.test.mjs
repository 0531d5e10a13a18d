/*
 * HTTP, where a clock tells right from wrong: what is ready is sent at once, and a server that is told to quit waits
 * for no longer than it was told.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Client, ask, build, get, logged, pause, start, stop } from '../api/raw/raw.mjs';

const AT_ONCE_MS = 300;		/* Kore looks round every 500 ms */

let server;
before(async () => {
	build();
	server = await start();
});
after(() => stop(server));

const connected = (t) => {
	const client = new Client(server.port);
	t.after(() => client.drop());
	return client;
};
const begun = (at, mark) => logged(at, (entry) => entry.event === 'begun' && entry.detail === mark);

async function msOf(work) {
	const began = performance.now();
	await work();
	return Math.round(performance.now() - began);
}

/* Nothing but the answer itself would wake the worker here. */
test('answer_given_before_sleep_sent_at_once', async (t) => {
	const client = connected(t);
	const ms = await msOf(async () => {
		client.send(get('/turn'));
		assert.equal((await client.read()).body, 'turned');
	});
	assert.ok(ms < AT_ONCE_MS, `${ms} ms`);
});

for (const [name, first] of [['get', [get('/slow', 'X-Probe: get\r\n')]], ['post_in_segments',
	['POST /slow HTTP/1.1\r\nHost: t\r\nX-Probe: post_in_segments\r\nContent-Length: 4\r\n\r\nab', 'cd']]]) {
	test(`request_behind_a_slow_${name}_answered_after_it_and_at_once`, async (t) => {
		const client = connected(t);
		for (const segment of first) {
			client.send(segment);
			await pause(100);
		}
		await begun(server, name);
		client.send(get('/static'));
		assert.equal((await client.read()).json().path, '/slow');
		const ms = await msOf(async () => assert.equal((await client.read()).body, 'ok'));
		assert.ok(ms < AT_ONCE_MS, `${ms} ms`);
	});
}

/* Until it has quit. */
async function quitting(t, settings, meanwhile) {
	const told = await start(settings);
	t.after(() => stop(told, 'SIGKILL'));
	const rest = await meanwhile(told);
	const ms = await msOf(async () => {
		told.child.kill('SIGTERM');
		assert.deepEqual(await told.exited, { status: 0, signal: null });
	});
	return { ms, rest };
}

test('term_waits_no_longer_than_told', async (t) => {
	const { ms, rest } = await quitting(t, { DRAIN_MS: 200 }, async (told) => {
		const underWay = ask(told.port, get('/slow', 'X-Probe: mine\r\n'));
		await begun(told, 'mine');
		return { underWay };
	});
	assert.ok(ms < 1200, `${ms} ms`);
	assert.equal(await rest.underWay, null);
});

test('term_does_not_wait_long_for_connections_that_are_only_kept', async (t) => {
	const { ms, rest } = await quitting(t, { WORKERS: 2, DRAIN_MS: 10000 }, async (told) => {
		const client = new Client(told.port);
		client.send(get('/static'));
		await client.read();
		return client;
	});
	assert.ok(ms < 2000, `${ms} ms`);
	assert.equal(await rest.read(), null);
});
