/*
 * A primary and its synchronous standby, under a load of everything (tests/support/traffic.mjs): the standby goes, so
 * that no commit ends, and comes back; then the primary is killed where it stands, the standby is promoted, and Kassa,
 * which was told both, goes on there without a restart.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { appendFile, chmod } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { folderMade, postgres } from '../support/cluster.mjs';
import { eventually } from '../support/payer.mjs';
import { childrenOf, startStack } from '../support/stack.mjs';
import { SETTINGS, throughTrouble } from '../support/traffic.mjs';

const RECOVERS_MS = 15000;

let stack, standby;

const standbyStart = () => postgres('pg_ctl', '-D', standby.data, '-l', path.join(stack.folder, 'postgres/standby.log'), '-w', 'start');

before(async () => {
	stack = await startStack({ durable: true, idle: true, kassa: SETTINGS });
	standby = { data: await folderMade(stack, 'standby'), socket: await folderMade(stack, 'standby-socket') };
	await chmod(standby.socket, 0o755);
	await postgres('pg_basebackup', '-h', stack.socket, '-U', 'postgres', '-D', standby.data, '--checkpoint=fast',
		'--wal-method=stream', '--write-recovery-conf', '--create-slot', '--slot=standby');
	await appendFile(path.join(standby.data, 'postgresql.auto.conf'), `unix_socket_directories = '${standby.socket}'\n`);
	await standbyStart();
	await stack.psql("alter system set synchronous_standby_names = '*'", { database: 'postgres' });
	await stack.psql('select pg_reload_conf()', { database: 'postgres' });
	await eventually(() => stack.psql('select sync_state from pg_stat_replication', { database: 'postgres' }), ([row]) => row?.[0] === 'sync');
	await stack.kassaStart({ KASSA_DATABASE: `host=${stack.socket},${standby.socket} dbname=kassa user=kassa_server target_session_attrs=read-write` });
});
after(async () => {
	if (standby) {
		await stack.kassa.stop();
		await postgres('pg_ctl', '-D', standby.data, '-m', 'immediate', '-w', 'stop');
	}
	await stack?.stop();
});

test('commits that wait for a standby which is gone are met by 503 and 429, and end when it is back', { timeout: 60000 }, async () => {
	await throughTrouble(stack, async (traffic) => {
		await postgres('pg_ctl', '-D', standby.data, '-m', 'fast', '-w', 'stop');
		const complaints = traffic.complaints;
		await eventually(async () => traffic.complaints - complaints, (count) => count >= 20);
		await standbyStart();
		const ms = await traffic.flows(20, RECOVERS_MS);
		console.log(`# 20 answers ${ms} ms after the standby was back`);
	});
});

test('a primary that dies is replaced by its standby, nothing that was told is lost and nothing is done twice', { timeout: 60000 }, async () => {
	await throughTrouble(stack, async (traffic) => {
		const postmaster = Number(readFileSync(path.join(stack.folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
		const all = [postmaster, ...childrenOf(postmaster)];
		const from = performance.now();
		all.forEach((pid) => {
			try {
				process.kill(pid, 'SIGKILL');
			} catch {
				/* it has ended since */
			}
		});
		const complaints = traffic.complaints;
		await eventually(async () => traffic.complaints - complaints, (count) => count >= 20);
		assert.equal((await fetch(`${stack.kassaUrl}/readyz`)).status, 503, 'a standby is no database to write to');
		await postgres('pg_ctl', '-D', standby.data, '-w', 'promote');
		stack.socket = standby.socket;		/* from here on it is the one to be looked at */
		stack.environment.KASSA_OWNER_DATABASE = stack.environment.KASSA_OWNER_DATABASE.replace(/host=\S+/, `host=${standby.socket}`);
		const ms = await traffic.flows(20, RECOVERS_MS);
		console.log(`# 20 answers ${ms} ms after the promotion, ${Math.round(performance.now() - from)} ms after the end of the primary`);
	});
});
