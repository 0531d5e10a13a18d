/*
 * The scripts behind make run, up and down: they start what is asked for, keep the data, stop only and all of
 * what they started, and say what to do when they cannot.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { runIn } from '../support/run.mjs';

const LONG_NAME = 'so-long-that-no-socket-fits-'.repeat(4);

let folder, environment, script;

before(async () => {
	({ folder, environment, script } = await runIn('/tmp/kassa-test-run-'));
});

after(async () => {
	await script('down');
	await rm(folder, { recursive: true, force: true });
});

async function pidOf(name) {
	return Number((await readFile(path.join(environment.KASSA_VAR, `${name}.pid`), 'utf8')).split(' ')[0]);
}

function answers(port) {
	return fetch(`http://127.0.0.1:${port}/readyz`, { headers: { connection: 'close' } })
		.then((answer) => answer.status === 200, () => false);
}

async function gone(port) {
	for (let tries = 0; tries < 200 && await answers(port); tries += 1) {
		await pause(50);
	}
	return !await answers(port);
}

test('up_returns_when_both_answer_ready', async () => {
	const { status, said } = await script('up');
	assert.equal(status, 0, said);
	assert.ok(await answers(environment.KASSA_PORT));
	assert.ok(await answers(environment.SIMULATOR_PORT));
	assert.match(said, new RegExp(`http://127\\.0\\.0\\.1:${environment.SIMULATOR_PORT}`));
});

test('up_again_says_so_and_changes_nothing', async () => {
	const pid = await pidOf('kassa');
	const { status, said } = await script('up');
	assert.equal(status, 0);
	assert.match(said, /already/);
	assert.equal(await pidOf('kassa'), pid);
});

test('run_beside_up_is_refused_with_what_to_do', async () => {
	const { status, said } = await script('run');
	assert.equal(status, 1);
	assert.match(said, /make down/);
	assert.ok(await answers(environment.KASSA_PORT));
});

test('secrets_are_readable_by_their_owner_alone', async () => {
	for (const name of ['api-key', 'master-key', 'simulator-token']) {
		const { mode } = await stat(path.join(environment.KASSA_VAR, 'secrets', name));
		assert.equal(mode & 0o777, 0o600, name);
	}
});

test('program_that_dies_takes_the_others_with_it', async () => {
	process.kill(await pidOf('simulator'), 'SIGKILL');
	assert.ok(await gone(environment.KASSA_PORT));
	assert.match((await script('down')).said, /nothing runs|stopped/);
	assert.match(await readFile(path.join(environment.KASSA_VAR, 'log/run.log'), 'utf8'), /simulator ended/);
});

test('up_after_that_keeps_the_keys', async () => {
	const key = await readFile(path.join(environment.KASSA_VAR, 'secrets/api-key'), 'utf8');
	assert.equal((await script('up')).status, 0);
	assert.equal(await readFile(path.join(environment.KASSA_VAR, 'secrets/api-key'), 'utf8'), key);
});

test('up_after_a_killed_run_stops_what_it_left', async () => {
	const left = await pidOf('kassa');
	process.kill(await pidOf('run'), 'SIGKILL');
	assert.equal((await script('up')).status, 0);
	assert.notEqual(await pidOf('kassa'), left);
});

test('down_stops_both_and_can_be_repeated', async () => {
	assert.equal((await script('down')).status, 0);
	assert.ok(!await answers(environment.KASSA_PORT));
	assert.ok(!await answers(environment.SIMULATOR_PORT));
	const again = await script('down');
	assert.equal(again.status, 0);
	assert.match(again.said, /nothing runs/);
});

test('port_in_use_is_said_with_the_setting_to_change', async () => {
	const other = createServer((socket) => socket.destroy());
	await new Promise((resolve) => { other.listen(Number(environment.KASSA_PORT), '127.0.0.1', resolve); });
	const { status, said } = await script('run');
	other.close();
	assert.equal(status, 1);
	assert.match(said, new RegExp(`port ${environment.KASSA_PORT} is in use`));
	assert.match(said, /KASSA_PORT=\d+/);
});

test('socket_path_that_is_too_long_goes_elsewhere', async () => {
	const place = { KASSA_VAR: path.join(folder, LONG_NAME) };
	const { status, said } = await script('up', place);
	assert.equal(status, 0, said);
	const socket = (await readFile(path.join(place.KASSA_VAR, 'postgres/socket-folder'), 'utf8')).trim();
	assert.ok((await stat(socket)).isDirectory());
	assert.equal((await script('down', place)).status, 0);
	await assert.rejects(stat(socket), { code: 'ENOENT' });
});

test('folder_that_postgres_cannot_enter_is_said_with_what_to_do', { skip: process.getuid() !== 0 }, async () => {
	const closed = await mkdtemp(path.join(folder, 'closed-'));
	const { status, said } = await script('run', { KASSA_VAR: path.join(closed, 'var') });
	assert.equal(status, 1);
	assert.match(said, /cannot enter/);
	assert.match(said, /KASSA_VAR=/);
});
