/*
 * A disk of the database full, under a load of everything (tests/support/traffic.mjs).  Where the tables have no room,
 * statements fail; where WAL has none, PostgreSQL stops altogether, and its operator starts it when there is room.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';

import { folderMade } from '../support/cluster.mjs';
import { eventually } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { SETTINGS, throughTrouble } from '../support/traffic.mjs';

const RECOVERS_MS = 8000;
const PANIC = /PANIC: .*No space left on device/;

/** A file system of its own, of 64 MB, in a folder of a stack. */
class SmallDisk {
	static async mounted(stack) {
		const disk = new SmallDisk();
		disk.folder = await folderMade(stack, 'small');
		disk.stack = stack;
		/* Behind the stack's own end, which stops the cluster. */
		disk.atExit = () => {
			spawnSync('umount', [disk.folder]);
			spawnSync('rm', ['-rf', stack.folder]);
		};
		process.once('exit', disk.atExit);
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=0700', 'none', disk.folder]);
		execFileSync('chown', ['postgres', disk.folder]);
		return disk;
	}

	fillers = [];

	/** Take what is left of it, again and again, until somebody has felt it. */
	async fill(isFelt) {
		await eventually(async () => {
			const { bavail, bsize } = statfsSync(this.folder);
			if (bavail > 0) {
				this.fillers.push(path.join(this.folder, `filler${this.fillers.length}`));
				await writeFile(this.fillers.at(-1), Buffer.alloc(bavail * bsize)).catch((error) => {
					assert.equal(error.code, 'ENOSPC');
				});
			}
			return isFelt();
		}, Boolean, 20000);
	}

	async clear() {
		await Promise.all(this.fillers.splice(0).map((file) => rm(file)));
	}

	async end() {
		await Promise.all([this.stack.kassa.stop(), this.stack.simulator.stop()]);
		await this.stack.cluster('stop');
		process.removeListener('exit', this.atExit);
		execFileSync('umount', [this.folder]);
		await this.stack.stop();
	}
}

describe('a full disk is met by 503 and 429, nothing is lost, and it goes on when there is room', {
	skip: process.getuid() === 0 ? false : 'only root mounts a file system',
}, () => {
	test('where the tables are', { timeout: 60000 }, async () => {
		const stack = await startStack({ idle: true, kassa: SETTINGS });
		const disk = await SmallDisk.mounted(stack);
		try {
			await stack.psql(`create tablespace small location '${disk.folder}'`, { database: 'postgres' });
			await stack.psql('alter database kassa set tablespace small', { database: 'postgres' });
			await Promise.all([stack.kassaStart(), stack.simulatorStart()]);
			await throughTrouble(stack, async (traffic) => {
				const before = traffic.complaints;
				await disk.fill(() => traffic.complaints >= before + 30);
				assert.match(stack.logs().kassa, /"sqlstate":"53100"/);
				await disk.clear();
				const ms = await traffic.flows(20, RECOVERS_MS);
				console.log(`# 20 answers ${ms} ms after there was room`);
			});
		} finally {
			await disk.end();
		}
	});

	test('where WAL is', { timeout: 60000 }, async () => {
		const stack = await startStack({ durable: true, idle: true, kassa: SETTINGS });
		const disk = await SmallDisk.mounted(stack);
		const data = path.join(stack.folder, 'postgres/data');
		try {
			await stack.cluster('stop');
			execFileSync('mv', [path.join(data, 'pg_wal'), path.join(disk.folder, 'wal')]);
			execFileSync('ln', ['-s', path.join(disk.folder, 'wal'), path.join(data, 'pg_wal')]);
			await stack.cluster('start');
			await Promise.all([stack.kassaStart(), stack.simulatorStart()]);
			await throughTrouble(stack, async (traffic) => {
				/* Each segment that is ended early wants another one. */
				await disk.fill(async () => {
					await stack.psql('select pg_switch_wal()', { database: 'postgres' }).catch(() => {});
					return PANIC.test(stack.logs().postgresql);
				});
				const before = traffic.complaints;
				await eventually(async () => traffic.complaints, (count) => count >= before + 20);
				await disk.clear();
				/* It may have given up on itself, or be about to. */
				await eventually(async () => {
					await stack.cluster('start').catch(() => {});
					return stack.psql('select pg_is_in_recovery()').catch(() => [['t']]);
				}, ([[is]]) => is === 'f', 20000);
				const ms = await traffic.flows(20, RECOVERS_MS);
				console.log(`# 20 answers ${ms} ms after the database was back`);
			});
		} finally {
			await disk.end();
		}
	});
});
