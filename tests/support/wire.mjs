/*
 * The wire between Kassa and its database, with faults: answers that are late, swallowed, cut off, or garbled.  A Unix
 * socket in a folder of its own, behind it the real one.  Used by tests/api/71-database-{wire,garbled}.test.mjs.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const SOCKET = '.s.PGSQL.5432';

export class Wire {
	delayMs = 0;		/* of each answer */
	swallows = false;	/* answers; questions still arrive */
	garbler = null;		/* of answers (garble.mjs) */
	pairs = new Set();

	/** @param {import('./stack.mjs').Stack} stack */
	constructor(stack) {
		this.folder = path.join(stack.folder, 'wire');
		this.real = path.join(stack.socket, SOCKET);
	}

	async open() {
		mkdirSync(this.folder, { mode: 0o755 });
		this.server = createServer((client) => this.join(client));
		await new Promise((resolve) => { this.server.listen(path.join(this.folder, SOCKET), resolve); });
		chmodSync(path.join(this.folder, SOCKET), 0o777);	/* Kassa has given up root's rights */
	}

	join(client) {
		const server = connect(this.real);
		const pair = [client, server];
		const through = this.garbler?.stream() ?? ((bytes) => bytes);
		let behind = Promise.resolve();
		this.pairs.add(pair);
		const end = () => {
			pair.forEach((each) => each.destroy());
			this.pairs.delete(pair);
		};
		pair.forEach((each) => each.on('error', end).on('close', end));
		client.on('data', (bytes) => server.write(bytes));
		server.on('data', (bytes) => {
			if (this.swallows) {
				return;
			}
			/* One behind the other, whatever becomes of the delay: a wire does not change the order of bytes. */
			const due = performance.now() + this.delayMs;
			behind = behind.then(async () => {
				const left = due - performance.now();
				if (left > 0) {
					await pause(left);
				}
				if (!client.destroyed) {
					client.write(through(bytes));
				}
			});
		});
	}

	/** Cut all connections. */
	cut() {
		for (const pair of this.pairs) {
			pair.forEach((each) => each.destroy());
		}
	}

	close() {
		this.cut();
		return new Promise((resolve) => { this.server.close(resolve); });
	}
}
