/*
 * What Kassa is measured against: the same question answered by Fastify and pg, in two processes, with a
 * prepared statement.  The SQL is Kassa's own.  Started by run.mjs with BENCH_SQL, BENCH_SOCKET, BENCH_PORT.
 */
import cluster from 'node:cluster';
import { createHash } from 'node:crypto';

import Fastify from 'fastify';
import pg from 'pg';

const PROCESSES = 2;
const CONNECTIONS = 10;		/* of each process; pg's own default, and its best here */

const schema = {
	body: {
		type: 'object',
		required: ['type', 'transactionId', 'chargeId', 'apiKey'],
		properties: {
			type: { const: 'verify' },
			transactionId: { type: 'string', minLength: 1, maxLength: 79 },
			chargeId: { type: 'string', minLength: 1, maxLength: 79 },
			apiKey: { type: 'string', pattern: '^kassa_sk_(test|live)_[0-9a-f]{40}$' },
		},
	},
};

async function serve() {
	const pool = new pg.Pool({
		host: process.env.BENCH_SOCKET, user: 'kassa_server', database: 'kassa', max: CONNECTIONS,
	});
	const app = Fastify({ logger: false });
	app.post('/query', { schema }, async (request, reply) => {
		const { transactionId, chargeId, apiKey } = request.body;
		const hash = createHash('sha256').update(apiKey).digest('hex');
		const { rows: [row] } = await pool.query({
			name: 'verify', text: process.env.BENCH_SQL, values: [hash, chargeId, transactionId, ''],
		});
		if (row === undefined) {
			return reply.code(401).send({ success: false, failed: true });
		}
		if (row.status === 'failed' || row.charge_id === null) {
			return { failed: true };
		}
		const paid = row.status === 'succeeded' && row.captured_minor === row.asked_minor
			&& row.currency === row.asked_currency;
		return { success: paid };
	});
	await app.listen({ port: Number(process.env.BENCH_PORT), host: '127.0.0.1' });
}

if (cluster.isPrimary) {
	for (let i = 0; i < PROCESSES; i += 1) {
		cluster.fork();
	}
	process.on('SIGTERM', () => Object.values(cluster.workers).forEach((worker) => worker.process.kill('SIGTERM')));
	cluster.on('exit', () => {
		if (Object.keys(cluster.workers).length === 0) {
			process.exit(0);
		}
	});
} else {
	await serve();
}
