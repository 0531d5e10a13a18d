/*
 * kassactl migrate: once, again, from two processes at once, and when it must not go on.
 * Each test has a database of its own in one cluster.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { startStack, top } from '../support/stack.mjs';

const run = promisify(execFile);
const program = path.resolve(top, process.env.KASSA_BUILD ?? 'build', 'kassactl');
const migrations = readdirSync(path.join(top, 'sql')).filter((name) => /^\d+_.*\.sql$/.test(name)).sort();

let stack;
let count = 0;

before(async () => {
	stack = await startStack({ idle: true });
});
after(() => stack?.stop());

/** An empty database of kassa_owner's. */
async function database() {
	count += 1;
	const name = `migrate_${count}`;
	await stack.psql(`create database ${name} owner kassa_owner`);
	return name;
}

/** kassactl on that database. @returns {Promise<{status: number, stdout: string, stderr: string}>} */
async function kassactl(name, words = ['migrate'], user = 'kassa_owner') {
	const conninfo = `host=${stack.socket} dbname=${name} user=${user}`;
	const env = { PATH: process.env.PATH, KASSA_OWNER_DATABASE: conninfo, SIMULATOR_OWNER_DATABASE: conninfo };
	try {
		return { status: 0, ...await run(program, words, { env }) };
	} catch (error) {
		return { status: error.code, stdout: error.stdout, stderr: error.stderr };
	}
}

const applied = async (name, schema = 'kassa') => (await stack.psql(
	`select name from ${schema}.migration where name not like 'function/%' order by name`,
	{ database: name })).flat();

const appliedLines = (stdout) => Array.from(stdout.matchAll(/^applied (\S+)$/gm), ([, name]) => name);

test('migrate_empty_database_applies_every_file', async () => {
	const name = await database();
	const first = await kassactl(name);
	assert.equal(first.stderr, '');
	assert.equal(first.status, 0);
	assert.deepEqual(appliedLines(first.stdout), migrations);
	assert.match(first.stdout, /^replaced the functions \(\d+ files\)$/m);
	assert.deepEqual(await applied(name), migrations);
});

test('migrate_again_does_nothing', async () => {
	const name = await database();
	await kassactl(name);
	assert.deepEqual(await kassactl(name), { status: 0, stdout: 'nothing to do\n', stderr: '' });
});

test('migrate_as_superuser_leaves_everything_to_the_owner', async () => {
	const name = await database();
	assert.equal((await kassactl(name, ['migrate'], 'postgres')).status, 0);
	assert.deepEqual(await stack.psql(`select distinct pg_get_userbyid(relowner) from pg_class
		where relnamespace = 'kassa'::regnamespace`, { database: name }), [['kassa_owner']]);
	assert.equal((await kassactl(name)).stdout, 'nothing to do\n');
});

test('migrate_from_three_processes_at_once_applies_each_file_once', async () => {
	const name = await database();
	const ends = await Promise.all([kassactl(name), kassactl(name), kassactl(name)]);
	assert.deepEqual(ends.map(({ status, stderr }) => [status, stderr]), [[0, ''], [0, ''], [0, '']]);
	assert.deepEqual(ends.map(({ stdout }) => appliedLines(stdout).length).sort((a, b) => a - b),
		[0, 0, migrations.length]);
	assert.equal(ends.filter(({ stdout }) => stdout === 'nothing to do\n').length, 2);
});

test('migrate_waits_for_the_one_before', async () => {
	const name = await database();
	const holder = stack.psql(`select pg_advisory_lock(hashtextextended('kassactl migrate', 0));
		do $$ begin
			for i in 1 .. 500 loop
				exit when exists (select from pg_locks where locktype = 'advisory' and not granted);
				perform pg_sleep(0.02);
			end loop;
		end $$;
		create table public.first ()`, { database: name });
	const second = await kassactl(name);
	await holder;
	assert.equal(second.status, 0);
	assert.deepEqual(appliedLines(second.stdout), migrations);
});

test('migrate_refuses_a_file_that_has_changed', async () => {
	const name = await database();
	await kassactl(name);
	await stack.psql(`update kassa.migration set sha256 = repeat('0', 64) where name = '${migrations[1]}'`,
		{ database: name });
	const again = await kassactl(name);
	assert.equal(again.status, 1);
	assert.equal(again.stderr, `kassactl: ${migrations[1]} has changed since it was applied; `
		+ 'a migration is never edited, a change is a new file\n');
});

test('migrate_refuses_a_database_of_a_newer_program', async () => {
	const name = await database();
	await kassactl(name);
	await stack.psql(`insert into kassa.migration values ('9999_later.sql', repeat('0', 64))`, { database: name });
	const older = await kassactl(name);
	assert.equal(older.status, 1);
	assert.match(older.stderr, /^kassactl: the database has 9999_later\.sql, which this kassactl does not know/);
});

test('migrate_puts_back_a_function_of_another_version', async () => {
	const name = await database();
	await kassactl(name);
	await stack.psql(`update kassa.migration set sha256 = repeat('0', 64) where name = 'function/job.sql';
		comment on function kassa.job_take(int, bigint, int) is 'of another version'`, { database: name });
	const again = await kassactl(name);
	assert.match(again.stdout, /^replaced the functions \(\d+ files\)\n$/);
	assert.notDeepEqual(await stack.psql(`select obj_description(
		'kassa.job_take(int, bigint, int)'::regprocedure)`, { database: name }), [['of another version']]);
	assert.equal((await kassactl(name)).stdout, 'nothing to do\n');
});

test('migrate_that_fails_leaves_the_files_before_it', async () => {
	const name = await database();
	await stack.psql('create schema sandbox', { database: name });	/* in the way of 0008 */
	const failed = await kassactl(name);
	assert.equal(failed.status, 1);
	assert.match(failed.stderr, /^kassactl: could not apply 0008_sandbox\.sql: schema "sandbox" already exists/);
	assert.deepEqual(await applied(name), migrations.filter((file) => file < '0008'));
	await stack.psql('drop schema sandbox', { database: name });
	assert.deepEqual(appliedLines((await kassactl(name)).stdout), migrations.filter((file) => file >= '0008'));
});

test('migrate_as_the_servers_role_says_who_should', async () => {
	const name = await database();
	await kassactl(name);
	const refused = await kassactl(name, ['migrate'], 'kassa_server');
	assert.equal(refused.status, 1);
	assert.match(refused.stderr, /permission denied.*; connect as the role that owns the database \(KASSA_OWNER_DATABASE\)\n$/);
});

test('migrate_simulator_applies_its_own_files', async () => {
	const name = await database();
	const first = await kassactl(name, ['migrate', '--simulator']);
	assert.equal(first.status, 0, first.stderr);
	const files = await applied(name, 'simulator');
	assert.ok(files.length > 0);
	assert.deepEqual(appliedLines(first.stdout), files);
	assert.equal((await kassactl(name, ['migrate', '--simulator'])).stdout, 'nothing to do\n');
	assert.deepEqual(await stack.psql(`select to_regnamespace('kassa') is null`, { database: name }), [['t']]);
});
