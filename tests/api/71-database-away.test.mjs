/*
 * The database stopped, hung, and read-only, under a load of everything (tests/support/traffic.mjs): whoever asks
 * meanwhile is told to come again, and afterwards all of it has come out right, without a restart of Kassa.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { childrenOf, startStack } from '../support/stack.mjs';
import { eventually } from '../support/payer.mjs';
import { SETTINGS, throughTrouble } from '../support/traffic.mjs';

const TROUBLE_MS = 3000;
const RECOVERS_MS = 8000;

let stack;

before(async () => {
	stack = await startStack({ kassa: SETTINGS });
});
after(() => stack?.stop());

const ready = async () => (await fetch(`${stack.kassaUrl}/readyz`)).status;

/** It goes on by itself soon after the trouble is over. */
async function recovers(traffic) {
	assert.ok(traffic.complaints > 0, 'somebody has noticed');
	const ms = await traffic.flows(20, RECOVERS_MS);
	console.log(`# 20 answers ${ms} ms after the trouble was over`);
	await eventually(ready, (status) => status === 200);
}

test('a database that is stopped is met by 503 and 429, and nothing is lost or done twice', { timeout: 60000 }, async () => {
	await throughTrouble(stack, async (traffic) => {
		await stack.cluster('stop');
		await eventually(ready, (status) => status === 503);
		const served = traffic.served;	/* what was on its way is here */
		await pause(TROUBLE_MS);	/* the length of the trouble */
		assert.equal(traffic.served, served, 'nobody was told anything but to come again');
		await stack.cluster('start');
		await recovers(traffic);
	});
});

test('a database that hangs is met in time by 503 and 429, and what it does late is not done twice', { timeout: 60000 }, async () => {
	const traffic = await throughTrouble(stack, async (running) => {
		const postmaster = Number(readFileSync(path.join(stack.folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
		process.kill(postmaster, 'SIGSTOP');	/* first: it forks no more */
		const all = [postmaster, ...childrenOf(postmaster)];
		const signal = (name) => all.forEach((pid) => {
			try {
				process.kill(pid, name);
			} catch {
				/* it has ended since */
			}
		});
		try {
			signal('SIGSTOP');
			await pause(TROUBLE_MS);
			await eventually(ready, (status) => status === 503);
		} finally {
			signal('SIGCONT');
		}
		await recovers(running);
	});
	assert.ok(traffic.slowestMs < 5000, `nobody waits for ever: ${traffic.slowestMs} ms`);
});

test('a database that is read-only is met by 503 and 429 and goes on', { timeout: 60000 }, async () => {
	const writable = async (is) => {
		await stack.psql(is ? 'alter system reset default_transaction_read_only'
			: 'alter system set default_transaction_read_only = on', { database: 'postgres' });
		await stack.psql('select pg_reload_conf()', { database: 'postgres' });
	};
	await throughTrouble(stack, async (traffic) => {
		await writable(false);
		await pause(TROUBLE_MS);
		await eventually(ready, (status) => status === 503);	/* a load balancer takes the other one */
		await writable(true);
		await recovers(traffic);
	});
});
