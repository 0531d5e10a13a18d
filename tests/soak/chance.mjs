/*
 * Chance that can be repeated: all that is drawn comes from one seed.  What happens between the draws, in the servers,
 * does not, so a seed brings back the same kinds of trouble in the same order and not the same millisecond.
 */
export class Chance {
	/** @param {number} seed 32 bits */
	constructor(seed) {
		this.state = seed >>> 0;
	}

	/** A number in [0, 1): mulberry32. */
	next() {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let t = this.state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	/** A whole number in [least, most]. */
	between(least, most) {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	is(share) {
		return this.next() < share;
	}

	/** @template T @param {T[]} list */
	of(list) {
		return list[Math.floor(this.next() * list.length)];
	}

	/** One of the names, by their weights. @param {Record<string, number>} weights */
	weighed(weights) {
		let left = this.next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
		for (const [name, weight] of Object.entries(weights)) {
			left -= weight;
			if (left < 0) {
				return name;
			}
		}
		return Object.keys(weights)[0];
	}

	/** @template T @param {T[]} list */
	shuffled(list) {
		const copy = [...list];
		for (let i = copy.length - 1; i > 0; i -= 1) {
			const j = this.between(0, i);
			[copy[i], copy[j]] = [copy[j], copy[i]];
		}
		return copy;
	}
}
