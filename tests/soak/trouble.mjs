/*
 * What befalls the servers, one thing after the other, in an order that is drawn: a worker killed, a whole server killed
 * and started again, the database stopped at once and started again, all connections to the platform reset.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../support/payer.mjs';

/* Each of them in each round; what is rare in life is rarer here. */
const ROUND = ['worker', 'worker', 'worker', 'server', 'database', 'cut', 'cut'];
const WAIT_MS = [500, 2500];

export class Trouble {
	/** @param {import('../support/stack.mjs').Stack} stack whose Kassa is killed */
	constructor(stack, cutter, chance) {
		Object.assign(this, { stack, cutter, chance });
		this.counts = { worker: 0, server: 0, database: 0, cut: 0 };
		this.killed = 0;	/* workers, one by one: each is said in the log */
	}

	start() {
		this.stack.killed = true;
		this.runs = true;
		this.running = this.run();
	}

	async stop() {
		this.runs = false;
		await this.running;
	}

	async run() {
		let round = [];
		while (this.runs) {
			await pause(this.chance.between(...WAIT_MS));
			if (!this.runs) {
				return;
			}
			round = round.length > 0 ? round : this.chance.shuffled(ROUND);
			const what = round.shift();
			await this[what]();
			this.counts[what] += 1;
		}
	}

	async worker() {
		const before = this.stack.kassa.workers();
		const pid = this.chance.of(before);
		process.kill(pid, 'SIGKILL');
		this.killed += 1;
		await eventually(async () => this.stack.kassa.workers(), (now) => !now.includes(pid) && now.length === before.length);
	}

	async server() {
		await this.stack.kassaKill9();
		await this.stack.kassaStart();
	}

	/** What a failing machine does to it: no check point, no farewell. */
	async database() {
		const file = path.join(this.stack.folder, 'postgres/data/postmaster.pid');
		process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGQUIT');
		await eventually(async () => {
			try {
				return readFileSync(file, 'utf8');
			} catch {
				return '';
			}
		}, (text) => text === '', 20000);
		await this.stack.cluster('start');
	}

	async cut() {
		this.cutter.cutAll();
	}
}
