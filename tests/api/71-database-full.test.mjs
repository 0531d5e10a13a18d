/*
 * The disk of the database full, under a load of everything (tests/support/traffic.mjs): the tables are in a tablespace
 * on a small file system, WAL elsewhere has room, as PostgreSQL stops altogether where it has none.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { folderMade } from '../support/cluster.mjs';
import { eventually } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { SETTINGS, throughTrouble } from '../support/traffic.mjs';

const RECOVERS_MS = 8000;
const mayMount = process.getuid() === 0 ? false : 'only root mounts a file system';

let stack, folder;

/* Behind the stack's own end, which stops the cluster. */
const unmount = () => {
	spawnSync('umount', [folder]);
	spawnSync('rm', ['-rf', stack.folder]);
};

before(async () => {
	if (mayMount) {
		return;
	}
	stack = await startStack({ idle: true, kassa: SETTINGS });
	folder = await folderMade(stack, 'small');
	process.once('exit', unmount);
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=0700', 'none', folder]);
	execFileSync('chown', ['postgres', folder]);
	await stack.psql(`create tablespace small location '${folder}'`, { database: 'postgres' });
	await stack.psql('alter database kassa set tablespace small', { database: 'postgres' });
	await Promise.all([stack.kassaStart(), stack.simulatorStart()]);
});
after(async () => {
	if (stack) {
		await Promise.all([stack.kassa.stop(), stack.simulator.stop()]);
		await stack.cluster('stop');
		process.removeListener('exit', unmount);
		execFileSync('umount', [folder]);
		await stack.stop();
	}
});

/** Take what is left of the file system, again and again, until the database has felt it. */
async function fill(traffic) {
	const before = traffic.complaints;
	let files = 0;
	await eventually(async () => {
		const { bavail, bsize } = statfsSync(folder);
		if (bavail > 0) {
			files += 1;
			await writeFile(path.join(folder, `filler${files}`), Buffer.alloc(bavail * bsize)).catch((error) => {
				assert.equal(error.code, 'ENOSPC');
			});
		}
		return traffic.complaints - before;
	}, (complaints) => complaints >= 30, 20000);
	return files;
}

test('a full disk is met by 503 and 429, nothing is lost, and it goes on when there is room', { timeout: 60000, skip: mayMount }, async () => {
	await throughTrouble(stack, async (traffic) => {
		const files = await fill(traffic);
		assert.match(stack.logs().kassa, /"sqlstate":"53100"/);
		for (let file = 1; file <= files; file += 1) {
			await rm(path.join(folder, `filler${file}`));
		}
		const ms = await traffic.flows(20, RECOVERS_MS);
		console.log(`# 20 answers ${ms} ms after there was room`);
	});
});
