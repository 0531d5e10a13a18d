/*
 * What an operator's monitoring sees: /healthz, /readyz, and /metrics at an address of its own; that its numbers
 * are true, that promtool finds them well made, and that the alerts and the dashboard speak of numbers that exist.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { CARD, Payer, eventually, request } from '../support/payer.mjs';
import { portsFree, startStack, top } from '../support/stack.mjs';

const MONITORING = path.join(top, 'conf/monitoring');

let stack, payer, port;

before(async () => {
	[port] = await portsFree(1);
	stack = await startStack({ kassa: { KASSA_METRICS_PORT: String(port), KASSA_JOBS_POLL_MS: '50' } });
	payer = new Payer(stack);
});
after(() => stack?.stop());

const scrape = () => request(`http://127.0.0.1:${port}/metrics`, { method: 'GET' });

/** The number behind a series, 0 when it is not told. */
async function told(series) {
	const { text } = await scrape();
	const line = text.split('\n').find((one) => one.startsWith(`${series} `));
	return line === undefined ? 0 : Number(line.split(' ').at(-1));
}

const grows = async (series, by, act) => {
	const was = await told(series);
	await act();
	await eventually(() => told(series), (is) => is === was + by);
};

const route = (pattern, outcome) => `kassa_request_duration_seconds_count{route="${pattern}",outcome="${outcome}"}`;

test('promtool finds nothing wrong with the numbers', async () => {
	await payer.pay(CARD.success);
	const answer = await scrape();
	assert.equal(answer.status, 200);
	assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
	const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: answer.text });
	assert.equal(status, 0, `${stdout}${stderr}`);
});

test('requests are counted by the pattern of their route and by outcome, whichever worker answers', async () => {
	await grows(route('/assets/{}', '2xx'), 20, () => Promise.all(Array.from({ length: 20 },
		() => request(`${stack.kassaUrl}/assets/checkout.css`, { method: 'GET' }))));
	await grows(route('other', '4xx'), 1, () => request(`${stack.kassaUrl}/nowhere`, { method: 'GET' }));
	await grows('kassa_faults_total{code="route_unknown"}', 1, () => request(`${stack.kassaUrl}/nowhere`, { method: 'GET' }));
});

test('charges and declines are counted by processor, outcome and class', async () => {
	await grows('kassa_charges_total{processor="sandbox",outcome="succeeded"}', 1, () => payer.pay(CARD.success));
	await grows('kassa_declines_total{class="insufficient_funds"}', 1, () => payer.pay(CARD.noFunds));
	await grows('kassa_charges_total{processor="sandbox",outcome="failed"}', 1, () => payer.pay(CARD.declined));
});

test('open charges and the jobs about them are told from the books', async () => {
	await payer.pay(CARD.pending);
	await eventually(() => told('kassa_charges_open{status="pending"}'), (count) => count >= 1);
	assert.ok(await told('kassa_jobs{kind="charge_resolve"}') >= 1);
	assert.equal(await told('kassa_ledger_problems'), 0);
});

test('a charge that its transfers do not bear out is told', async () => {
	await payer.pay(CARD.success);
	const [[account, charge]] = await stack.psql(`select account_id, charge_id from kassa.charge
		where status = 'succeeded' order by created_at desc limit 1`);
	const spoil = (minor) => stack.psql(`begin; set local session_replication_role = replica;
		update kassa.transfer set amount_minor = ${minor} where account_id = '${account}' and charge_id = '${charge}'
		and phase = 'post'; commit`);
	const [[minor]] = await stack.psql(`select captured_minor from kassa.charge where account_id = '${account}' and charge_id = '${charge}'`);
	await spoil(1);
	assert.equal(await told('kassa_ledger_problems'), 1);
	await spoil(minor);
	assert.equal(await told('kassa_ledger_problems'), 0);
});

test('webhooks are counted by the signature that decided', async () => {
	await grows('kassa_webhooks_total{signature="unsigned"}', 1, () => request(`${stack.kassaUrl}/webhooks`, { body: { type: 'INSTALL' } }));
	await grows('kassa_webhooks_total{signature="forged"}', 1, () => request(`${stack.kassaUrl}/webhooks`,
		{ body: { type: 'INSTALL' }, headers: { 'x-ghl-signature': Buffer.alloc(64).toString('base64') } }));
});

test('a worker that dies is counted, and takes no count with it', async () => {
	const before = await told(route('/assets/{}', '2xx'));
	const { length } = stack.workersKill9();
	await eventually(() => told('kassa_worker_restarts_total').catch(() => 0), (count) => count === length);
	assert.ok(await told(route('/assets/{}', '2xx')) >= before);
});

test('the public address tells no metrics, and the inner one nothing else', async () => {
	assert.equal((await request(`${stack.kassaUrl}/metrics`, { method: 'GET' })).status, 404);
	assert.equal((await request(`http://127.0.0.1:${port}/checkout`, { method: 'GET' })).status, 404);
	assert.equal((await request(`http://127.0.0.1:${port}/healthz`, { method: 'GET' })).status, 200);
});

test('a server that is newer than its database is not ready, and says what to run', async () => {
	const ready = () => request(`${stack.kassaUrl}/readyz`, { method: 'GET' });
	assert.equal((await ready()).json.status, 'ready');
	const [[newest]] = await stack.psql("select max(name) from kassa.migration where name like '0%'");
	await stack.psql(`update kassa.migration set name = '0000_hidden' where name = '${newest}'`);
	const answer = await eventually(ready, ({ status }) => status === 503);
	assert.match(answer.json.error.detail, /kassactl migrate/);
	await stack.psql(`update kassa.migration set name = '${newest}' where name = '0000_hidden'`);
	await eventually(ready, ({ status }) => status === 200);
});

test('with the database away metrics are still told, and say so', async () => {
	const series = 'kassa_database_up';
	assert.equal(await told(series), 1);
	await stack.cluster('stop');
	await eventually(() => told(series), (is) => is === 0);
	assert.ok(await told(route('/assets/{}', '2xx')) > 0);
	assert.equal((await request(`${stack.kassaUrl}/healthz`, { method: 'GET' })).status, 200);
	await eventually(() => request(`${stack.kassaUrl}/readyz`, { method: 'GET' }), ({ status }) => status === 503);
	await stack.cluster('start');
	await eventually(() => told(series), (is) => is === 1);
	await eventually(() => request(`${stack.kassaUrl}/readyz`, { method: 'GET' }), ({ status }) => status === 200);
});

test('each alert fires when it should and is quiet when it should be', () => {
	const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd: MONITORING });
	assert.equal(status, 0, `${stdout}${stderr}`);
	assert.equal(spawnSync('promtool', ['check', 'config', 'prometheus.yml'], { cwd: MONITORING }).status, 0);
});

test('the questions of the dashboard are ones that Prometheus can read', (t) => {
	const { panels } = JSON.parse(readFileSync(path.join(MONITORING, 'dashboard.json'), 'utf8'));
	const exprs = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
	assert.ok(exprs.length > 15);
	const folder = mkdtempSync('/tmp/kassa-rules-');
	t.after(() => rmSync(folder, { recursive: true }));
	/* As rules, which promtool reads; JSON is YAML. */
	writeFileSync(path.join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'dashboard',
		rules: exprs.map((expr, at) => ({ record: `dashboard:${at}`, expr })) }] }));
	const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', path.join(folder, 'rules.yml')]);
	assert.equal(status, 0, `${stdout}${stderr}`);
});

test('alerts and dashboard speak of numbers that are told', async () => {
	const { text } = await scrape();
	const exists = new Set(Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name));
	for (const file of ['alerts.yml', 'dashboard.json']) {
		const named = Array.from(readFileSync(path.join(MONITORING, file), 'utf8').matchAll(/\bkassa_[a-z_]+/g),
			([name]) => name.replace(/_(bucket|sum|count)$/, ''));
		assert.ok(named.length > 10, file);
		assert.deepEqual(named.filter((name) => !exists.has(name)), [], file);
	}
});
