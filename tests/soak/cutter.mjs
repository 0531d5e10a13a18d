/*
 * A wire that breaks: TCP from Kassa to the platform, some connections of which are reset at a drawn moment, and all of
 * them when told to.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const CUT_SHARE = 0.02;		/* of the connections, by themselves */
const CUT_AFTER_MS = 40;	/* at most */

export class Cutter {
	static async start(port, chance) {
		const cutter = new Cutter();
		cutter.pairs = new Set();
		cutter.cut = 0;
		cutter.runs = false;	/* else it breaks nothing */
		cutter.server = createServer((near) => cutter.take(near, port, chance));
		cutter.server.listen(0, '127.0.0.1');
		await once(cutter.server, 'listening');
		cutter.url = `http://127.0.0.1:${cutter.server.address().port}`;
		return cutter;
	}

	take(near, port, chance) {
		const far = connect(port, '127.0.0.1');
		const pair = [near, far];
		this.pairs.add(pair);
		near.pipe(far).pipe(near);
		const timer = this.runs && chance.is(CUT_SHARE) ? setTimeout(() => this.reset(pair), chance.between(0, CUT_AFTER_MS)) : null;
		/* Nobody reads on from the one when the other is gone: it would never hear of its own end. */
		near.once('close', () => far.destroy());
		far.once('close', () => near.destroySoon());
		for (const socket of pair) {
			/* A reset is what this is for: the other side hears of it too. */
			socket.on('error', () => this.reset(pair));
			socket.once('close', () => {
				clearTimeout(timer);
				this.pairs.delete(pair);
			});
		}
	}

	reset(pair) {
		if (this.pairs.delete(pair)) {
			this.cut += 1;
			pair.forEach((socket) => socket.resetAndDestroy());
		}
	}

	cutAll() {
		[...this.pairs].forEach((pair) => this.reset(pair));
	}

	stop() {
		this.server.close();
		this.cutAll();
	}
}
