/*
 * Clients that vanish: they connect, say part of something, and reset the connection, as after a crash or in a
 * tunnel.  Also how a server's processes stand: memory and descriptors.
 */
import { readFileSync, readdirSync } from 'node:fs';

import { Client, pause } from '../api/raw/raw.mjs';

const STAY_MS = [0, 1, 2, 4, 8];	/* some of them are long enough for a request to be at work, others too short */

/**
 * Ways to leave: the bytes that are sent, and whether the request is whole.
 * @param {string[]} whole requests
 */
export function waysToLeave(whole) {
	const halves = whole.flatMap((bytes) => {
		const head = bytes.indexOf('\r\n\r\n');
		return [bytes.slice(0, 10), bytes.slice(0, head), bytes.slice(0, head + 2), bytes.slice(0, -1)];
	});
	return ['', ...halves, ...whole];
}

/**
 * Let `count` clients vanish, `width` at a time, each in the next of these ways.
 * @param {number} port @param {string[]} ways @param {object} [options] of the connection
 */
export async function vanish(port, ways, { count, width = 50, ...options }) {
	let next = 0;
	await Promise.all(Array.from({ length: width }, async () => {
		while (next < count) {
			const turn = next++;
			const client = new Client(port, options);
			client.send(ways[turn % ways.length]);
			await client.flushed();
			await pause(STAY_MS[turn % STAY_MS.length]);
			if (turn % 2 === 0) {
				client.reset();
			} else {
				client.drop();
			}
		}
	}));
}

/** Of each process: pid, resident KiB, open descriptors. */
export function standing(pids) {
	return pids.map((pid) => ({
		pid,
		kib: Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]),
		descriptors: readdirSync(`/proc/${pid}/fd`).length,
	}));
}
