/*
 * What an operator does to the cluster of a stack beside starting and stopping it: archive, back up, restore
 * to a point in time, a standby.  The commands are those of docs/backup.md.  Used by tests/api/7*.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { eventually } from './payer.mjs';

const run = promisify(execFile);

const BIN = '/usr/lib/postgresql/15/bin';
const isRoot = process.getuid() === 0;

/** Run a program of PostgreSQL's as the user that owns clusters. */
export function postgres(program, ...words) {
	const [file, ...before] = isRoot
		? ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--init-groups', path.join(BIN, program)]
		: [path.join(BIN, program)];
	return run(file, [...before, ...words], { cwd: '/', maxBuffer: 64 << 20 });
}

/** A folder below a stack's that the cluster's user may write. */
export async function folderMade(stack, name) {
	const folder = path.join(stack.folder, name);
	await mkdir(folder, { recursive: true });
	await chmod(folder, 0o700);
	if (isRoot) {
		await run('chown', ['postgres', folder]);
	}
	return folder;
}

export class Backup {
	/** @param {import('./stack.mjs').Stack} stack */
	constructor(stack) {
		this.stack = stack;
		this.data = path.join(stack.folder, 'postgres/data');
	}

	/** Archive WAL from now on, and take a base backup. */
	async begin() {
		this.archive = await folderMade(this.stack, 'archive');
		this.base = await folderMade(this.stack, 'base');
		await this.stack.psql("alter system set archive_mode = 'on'", { database: 'postgres' });
		await this.stack.psql(`alter system set archive_command =
			'test ! -f ${this.archive}/%f && cp %p ${this.archive}/%f'`, { database: 'postgres' });
		await this.stack.databaseRestart();
		await postgres('pg_basebackup', '-h', this.stack.socket, '-U', 'postgres', '-D', this.base,
			'--checkpoint=fast', '--wal-method=stream');
	}

	/** The time of the database: a point to which it can be restored. */
	async point() {
		return (await this.stack.psql('select clock_timestamp()'))[0][0];
	}

	/** Everything so far is in the archive. */
	async archived() {
		const [[file]] = await this.stack.psql('select pg_walfile_name(pg_switch_wal())', { database: 'postgres' });
		await eventually(() => this.stack.psql('select last_archived_wal from pg_stat_archiver', { database: 'postgres' }),
			([[last]]) => last >= file);
	}

	/** Lose the cluster with all that is in it. */
	async destroy() {
		await postgres('pg_ctl', '-D', this.data, '-m', 'immediate', '-w', 'stop');
		await rm(this.data, { recursive: true });
	}

	/** Put the base backup in its place, and replay the archive up to a time. */
	async restore(time) {
		await run('cp', ['-a', this.base, this.data]);
		const settings = [
			`restore_command = 'cp ${this.archive}/%f %p'`,
			`recovery_target_time = '${time}'`,
			"recovery_target_action = 'promote'",
		];
		const file = path.join(this.data, 'postgresql.auto.conf');
		await writeFile(file, `${await readFile(file, 'utf8')}${settings.join('\n')}\n`);
		await writeFile(path.join(this.data, 'recovery.signal'), '');
		await postgres('pg_ctl', '-D', this.data, '-l', path.join(this.stack.folder, 'postgres/postgresql.log'), '-w', 'start');
		await eventually(() => this.stack.psql('select pg_is_in_recovery()', { database: 'postgres' }), ([[is]]) => is === 'f', 30000);
	}
}

/**
 * What stands for somebody outside, and would outlive our cluster: keep() it before the cluster is lost, and
 * giveBack() to a restored one.
 */
export class Outside {
	constructor(stack, database, schema) {
		this.stack = stack;
		this.where = ['-h', stack.socket, '-U', 'postgres', '-d', database];
		this.database = database;
		this.schema = schema;
	}

	async keep() {
		this.memory = (await postgres('pg_dump', ...this.where, '-n', this.schema, '--data-only')).stdout;
	}

	async giveBack() {
		const tables = await this.stack.psql(`select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables
			where schemaname = '${this.schema}'`, { database: this.database });
		const file = path.join(this.stack.folder, `${this.schema}.sql`);
		await writeFile(file, `set session_replication_role = replica;\ntruncate ${tables[0][0]};\n${this.memory}`);
		await run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '--single-transaction', ...this.where, '-f', file]);
	}
}
