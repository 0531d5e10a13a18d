/*
 * Who calls Kassa while it is torn about: to one server or the other, hanging up now and then in the middle, and asking
 * again until there is an answer that means something, as payers' pages and the platform do.
 */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const HANG_UP_SHARE = 0.03;
const HANG_UP_MS = 20;		/* after sending, at most */
const ANSWER_MS = 15000;	/* then nobody waits for it any more */
const AGAIN_MS = [20, 250];	/* between two tries */

export class GaveUp extends Error {}

export class Caller {
	/** @param {string[]} urls servers @param {import('./chance.mjs').Chance} chance */
	constructor(urls, chance) {
		this.urls = urls;
		this.chance = chance;
		this.agent = new Agent({ keepAlive: true, maxSockets: 64 });
		this.counts = { asked: 0, answered: 0, refused: 0, broken: 0, hungUp: 0 };
		this.statuses = {};
		this.until = Infinity;	/* tries end then */
	}

	/**
	 * Once, to a server that is drawn.
	 * @returns {Promise<{status: number, text: string, json: any} | null>} null: no answer came
	 */
	async once(method, path, body, headers = {}) {
		this.counts.asked += 1;
		try {
			const answer = await this.send(`${this.chance.of(this.urls)}${path}`, method, body, headers);
			this.counts[answer.status < 500 && answer.status !== 429 ? 'answered' : 'refused'] += 1;
			this.statuses[answer.status] = (this.statuses[answer.status] ?? 0) + 1;
			return answer;
		} catch (error) {
			this.counts[error.hungUp ? 'hungUp' : 'broken'] += 1;
			return null;
		}
	}

	send(url, method, body, headers) {
		const raw = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
		const length = raw === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(raw) };
		return new Promise((resolve, reject) => {
			const asked = request(url, { method, agent: this.agent, headers: { ...length, ...headers }, timeout: ANSWER_MS });
			asked.once('error', reject);
			asked.once('timeout', () => asked.destroy(new Error('no answer')));
			asked.once('response', (answer) => {
				let text = '';
				answer.setEncoding('utf8').on('data', (part) => { text += part; });
				answer.once('error', reject);
				answer.once('end', () => resolve({ status: answer.statusCode, text, json: jsonOf(text) }));
			});
			if (this.chance.is(HANG_UP_SHARE)) {
				setTimeout(() => {
					asked.socket?.resetAndDestroy();
					reject(Object.assign(new Error('hung up'), { hungUp: true }));
				}, this.chance.between(0, HANG_UP_MS));
			}
			asked.end(raw);
		});
	}

	/**
	 * Again and again until an answer means something.
	 * @template T @param {() => Promise<object | null>} ask @param {(answer: object) => T | undefined} meaning
	 * @returns {Promise<T>}
	 */
	async insist(ask, meaning) {
		for (;;) {
			const answer = await ask();
			const meant = answer === null ? undefined : meaning(answer);
			if (meant !== undefined) {
				return meant;
			}
			if (Date.now() > this.until) {
				throw new GaveUp(answer === null ? 'no answer' : `${answer.status} ${answer.text.slice(0, 300)}`);
			}
			await pause(this.chance.between(...AGAIN_MS));
		}
	}

	stop() {
		this.agent.destroy();
	}
}

function jsonOf(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;	/* whoever wants JSON will say so */
	}
}
