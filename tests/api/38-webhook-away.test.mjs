/*
 * The database away under a load of webhooks: each was stored, or answered 429 and delivered again; none is lost and
 * none applied twice.  AWAY_MS=30000 is the length that was asked for; make check takes less.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { eventually, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

const AWAY_MS = Number(process.env.AWAY_MS ?? 6000);
const EACH_MS = 20;

let stack;

before(async () => {
	stack = await startStack({ simulator: { SIMULATOR_RETRY_MS: '200' } });
});
after(() => stack?.stop());

const announce = (number) => request(`${stack.simulatorUrl}/simulator/webhooks`, { body: { type: 'ContactCreate',
	locationId: stack.locationId, id: `contact${number}`, webhookId: `away-${number}` } });

/* Kassa's database, and not the simulator's: they live in one cluster. */
const away = async () => {
	await stack.psql('alter database kassa allow_connections false', { database: 'postgres' });
	await stack.psql("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'kassa'", { database: 'postgres' });
};
const back = () => stack.psql('alter database kassa allow_connections true', { database: 'postgres' });

test(`webhooks that come while the database is away for ${AWAY_MS / 1000} s are all stored in the end`, async () => {
	let sent = 0;
	const from = performance.now();
	let isAway = false;
	while (performance.now() - from < 2 * EACH_MS * 50 + AWAY_MS) {
		const at = performance.now() - from;
		if (!isAway && at > EACH_MS * 50 && at < EACH_MS * 50 + AWAY_MS) {
			await away();
			isAway = true;
		} else if (isAway && at > EACH_MS * 50 + AWAY_MS) {
			await back();
			isAway = false;
		}
		assert.equal((await announce(sent)).status, 201);
		sent += 1;
		await pause(EACH_MS);	/* the pace of the load */
	}
	await back();
	await eventually(() => request(`${stack.simulatorUrl}/simulator/webhooks`, { method: 'GET' }),
		({ json }) => json.counts.due === 0, 60000 + AWAY_MS);
	const tries = await stack.psql("select coalesce(http_status::text, 'none'), count(*) from simulator.webhook_try group by 1 order by 1",
		{ database: 'kassa_simulator' });
	assert.ok(tries.some(([status]) => status === '429'), `some were answered 429: ${tries}`);
	assert.deepEqual(tries.map(([status]) => status).filter((status) => !['200', '429'].includes(status)), [], `no other answer: ${tries}`);
	assert.deepEqual(await stack.psql("select count(*), count(distinct webhook_id) from kassa.webhook where webhook_id like 'away-%'"),
		[[String(sent), String(sent)]]);
	console.log(`# ${sent} webhooks, tries ${tries.map(([status, count]) => `${status}: ${count}`).join(', ')}`);
});
