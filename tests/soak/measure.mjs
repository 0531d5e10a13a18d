/*
 * What a server's processes hold, by what the kernel says: memory that they have asked for, and descriptors.
 */
import { readFileSync, readdirSync } from 'node:fs';

/**
 * Kilobytes, pages that parent and workers share counted by their share.  Pages of files are left out: how many of them
 * are ours depends on who else on the machine has the same libraries open.
 */
function memoryOf(pid) {
	return Number(/^Pss_Anon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
}

export const filesOf = (pid) => readdirSync(`/proc/${pid}/fd`).length;

export function median(list) {
	const sorted = [...list].sort((a, b) => a - b);
	return sorted.length === 0 ? NaN : (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** Samples a server that is never killed. */
export class Scale {
	/** @param {{child: {pid: number}, workers: () => number[]}} program */
	constructor(program, everyMs) {
		this.pids = [program.child.pid, ...program.workers()];
		this.samples = [];
		this.timer = setInterval(() => this.samples.push(this.pids.reduce((sum, pid) => sum + memoryOf(pid), 0)), everyMs);
	}

	stop() {
		clearInterval(this.timer);
	}

	/** Medians of the first and the last third behind the warm-up, in kB. */
	growth(warmUpShare) {
		const warm = this.samples.slice(Math.floor(this.samples.length * warmUpShare));
		const third = Math.max(1, Math.floor(warm.length / 3));
		const first = median(warm.slice(0, third));
		const last = median(warm.slice(-third));
		return { first, last, percent: (last / first - 1) * 100, samples: warm.length };
	}
}
