/*
 * Races in the database, used by tests/sql/concurrency*.test.mjs.  Either everyone waits before a gate until all
 * are there, or one stands in the middle of its transaction while the other comes.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { eventually } from './payer.mjs';

const GATE = 4711;

/** @template T @param {number} count @param {(index: number) => T} make @returns {T[]} */
export const repeated = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** What a statement that was refused says in place of rows. */
export const refused = (error) => [['refused', /^ERROR: +(.*)$/m.exec(error.stderr)?.[1] ?? error.message]];

export class Races {
	constructor(stack) {
		this.stack = stack;
		this.held = [];
	}

	/** End the transactions that a test which failed has left open. */
	stop() {
		this.held.forEach((child) => child.kill());
	}

	/**
	 * Begin a transaction, run a statement in it, and stand there until commit() is called.
	 * @returns {Promise<{rows: string[][], commit: () => Promise<void>}>}
	 */
	async hold(statement, user = 'kassa_server') {
		const child = spawn('psql', ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-h', this.stack.socket,
			'-U', user, '-d', 'kassa'], { stdio: ['pipe', 'pipe', 'inherit'] });
		const ended = once(child, 'exit');
		this.held.push(child);
		let text = '';
		child.stdin.write(`begin; ${statement};\n\\echo held\n`);
		for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
			text += chunk;
			if (/^held$/m.test(text)) {
				break;
			}
		}
		assert.match(text, /^held$/m);
		return {
			rows: text.split('\n').slice(0, -2).map((line) => line.split('\t')),
			commit: async () => {
				child.stdin.end('commit;\n');
				assert.equal((await ended)[0], 0);
			},
		};
	}

	/** Until so many connections wait for a lock. */
	waiting(count) {
		return eventually(async () => Number((await this.stack.psql(
			`select count(*) from pg_stat_activity where datname = 'kassa' and wait_event_type = 'Lock'`))[0][0]),
		(seen) => seen === count);
	}

	/**
	 * Run every statement at once, each as the server's role on a connection of its own.
	 * @param {string[]} statements
	 * @returns {Promise<string[][][]>} of each its rows of texts, or "refused" and why
	 */
	async rows(statements) {
		const gate = await this.hold(`select pg_advisory_xact_lock(${GATE})`, 'postgres');
		const runs = statements.map((statement) => this.stack.psql(
			`select pg_advisory_lock_shared(${GATE}); ${statement}`, { user: 'kassa_server' }).catch(refused));
		await this.waiting(statements.length);
		await gate.commit();
		return Promise.all(runs);
	}

	/** The same for statements of one row. @returns {Promise<string[][]>} */
	async run(statements) {
		return (await this.rows(statements)).map((rows) => rows.at(-1));
	}
}
