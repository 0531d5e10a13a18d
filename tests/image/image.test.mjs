/*
 * The images and docker-compose.yml, built and running (run.sh): what is in them, what they may do, and that a
 * payer pays through them.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { CARD, Payer, eventually, paidLive, request } from '../support/payer.mjs';
import { top } from '../support/stack.mjs';
import { Compose, attempt, said } from './containers.mjs';

const MB = 1e6;
const OVER_BASE_MAX = 120 * MB;
const BASE = 'debian:bookworm-slim';
const OURS = ['kassa', 'kassa-nginx', 'kassa-simulator'];
const STAYING = ['database', 'kassa', 'nginx', 'simulator'];
const ONCE = ['roles', 'migrate'];
const PUBLIC = 'https://localhost:8443';
const FOLDER = process.env.COMPOSE_FOLDER;

const compose = new Compose();
let payer;

const image = async (name) => JSON.parse(await said('podman', 'image', 'inspect', `docker.io/library/${name}`))[0];

/** A program in a fresh container of an image, as whoever is asked for. */
const inImage = (name, user, ...words) => attempt('podman', 'run', '--rm', '--network', 'host', '--user', user,
	'--entrypoint', words[0], `docker.io/library/${name}`, ...words.slice(1));

const secrets = async () => Promise.all((await readdir(path.join(FOLDER, 'secrets'))).map(async (name) =>
	({ name, text: await readFile(path.join(FOLDER, 'secrets', name), 'utf8') })));

before(async () => {
	try {
		await compose.prepare(top);
		await compose.compose('up', '-d', '--no-build');
		await Promise.all(STAYING.map((service) => compose.healthy(service)));
	} catch (error) {
		throw new Error(`${error.message}\n${await compose.logs()}`);
	}
	const key = async (name) => (await said('podman', 'exec', compose.container('simulator'), 'cat',
		`/var/lib/simulator/${name}`)).trim();
	payer = new Payer({
		kassaUrl: PUBLIC,
		simulatorUrl: 'http://localhost:8090',
		publishableKey: await key('publishable-key'),
		apiKey: await key('api-key'),
	});
});
after(() => compose.stop());

test('what stays is healthy, what runs once has ended well', async () => {
	for (const service of STAYING) {
		assert.equal(await compose.healthOf(service), 'healthy', service);
	}
	for (const service of ONCE) {
		const { State: state } = await compose.inspect(service);
		assert.deepEqual([state.Status, state.ExitCode], ['exited', 0], service);
	}
});

test('no image is more than 120 MB larger than its base', async (t) => {
	const base = (await image(BASE)).Size;
	for (const name of OURS) {
		const over = (await image(name)).Size - base;
		t.diagnostic(`${name}: ${(over / MB).toFixed(1)} MB on ${(base / MB).toFixed(1)} MB`);
		assert.ok(over > 0 && over < OVER_BASE_MAX, `${name}: ${over}`);
	}
});

test('images run as nobody in particular, say what they are and how they are, and have no secret', async () => {
	const version = /VERSION\s+"(.*)"/.exec(await readFile(path.join(top, 'src/base/version.h'), 'utf8'))[1];
	for (const name of OURS) {
		const { Config: config, Labels: labels, Healthcheck: check } = await image(name);
		assert.equal(config.User, '10001:10001', name);
		assert.equal(labels['org.opencontainers.image.title'], name);
		assert.equal(labels['org.opencontainers.image.version'], version);
		assert.equal(check.Test[0], 'CMD', name);
		assert.deepEqual(config.Env.map((one) => one.split('=')[0]), ['PATH'], name);
	}
	assert.equal((await image('kassa')).Labels['org.opencontainers.image.revision'], 'tested');
});

test('images have no compiler, no sources, no lists or packages of apt, no program that gives rights', async () => {
	const look = `
		for tool in cc gcc c99 as ld make patch kodev kore perl-build; do command -v $tool && echo "$tool"; done
		find /src /usr/share/kore /usr/include/postgresql /usr/include/openssl -maxdepth 0 2> /dev/null
		find /var/lib/apt/lists /var/cache/apt -type f
		find / -xdev -type f -perm /6000
		find / -xdev -type f -user 10001
		exit 0`;
	for (const name of OURS) {
		const { status, stdout, stderr } = await inImage(name, '0', 'sh', '-c', look);
		assert.deepEqual([status, stdout], [0, ''], `${name}: ${stderr}`);
	}
	const { stdout } = await inImage(BASE, '0', 'sh', '-c', look);
	assert.match(stdout, /\/usr\/bin\/passwd/, 'the base has what the images lack, so this test can see it');
});

test('the bill of materials names the versions of the image that it is in', async () => {
	const { stdout, status, stderr } = await inImage('kassa', '10001', 'cat', '/usr/share/doc/kassa/sbom.json');
	assert.equal(status, 0, stderr);
	const { metadata, components } = JSON.parse(stdout);
	assert.equal((await inImage('kassa', '10001', 'kassa', '--version')).stdout.trim(),
		`${metadata.component.name} ${metadata.component.version}`);
	const installed = new Map((await inImage('kassa', '10001', 'dpkg-query', '-W', '-f', '${Package} ${Version}\n')).stdout
		.trim().split('\n').map((line) => line.split(' ')));
	const libraries = components.filter(({ type }) => type === 'library');
	for (const name of ['libssl3', 'libpq5', 'libcurl4', 'libyajl2', 'libc6']) {
		assert.ok(installed.has(name) && libraries.some((one) => one.name === name), name);
	}
	for (const { name, version } of libraries) {
		assert.equal(version, installed.get(name), name);
	}
	const said = (await inImage('kassa', '10001', 'sh', '-c', 'ldd /usr/bin/kassa /usr/bin/kassactl')).stdout;
	const places = Array.from(said.matchAll(/(\/\S+) \(0x/g), ([, place]) => place);
	assert.deepEqual(libraries.flatMap(({ evidence }) => evidence.occurrences.map(({ location }) => location)).sort(),
		Array.from(new Set(places)).sort());
	assert.ok(components.some(({ name, pedigree }) => name === 'kore' && pedigree.patches.length === 1), 'Kore is patched');
});

test('every process is unprivileged: no root, no capability, none to be had, seccomp in force', async () => {
	for (const service of STAYING) {
		const { stdout, status, stderr } = await compose.exec(service, 'sh', '-c',
			'for process in /proc/[0-9]*; do cat $process/status; echo; done');
		assert.equal(status, 0, stderr);
		const processes = stdout.split('\n\n').filter((one) => one.includes('Name:'));
		assert.ok(processes.length >= 2, stdout);
		for (const one of processes) {
			const of = (name) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(one)?.[1];
			assert.notEqual(of('Uid').split('\t')[0], '0', `${service}: ${one}`);
			for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
				assert.match(of(set), /^0+$/, `${service} ${set}: ${one}`);
			}
			assert.equal(of('NoNewPrivs'), '1', `${service}: ${one}`);
			assert.equal(of('Seccomp'), '2', `${service}: ${one}`);
		}
	}
	const { stdout } = await inImage('kassa', '0', 'cat', '/proc/self/status');
	assert.doesNotMatch(stdout, /^CapEff:\s+0+$/m, 'without docker-compose.yml it is otherwise');
});

test('the root file system is read-only, for root too', async () => {
	for (const service of STAYING) {
		for (const file of ['/file', '/usr/bin/file', '/etc/file', '/var/lib/file']) {
			const { status, stderr } = await attempt('podman', 'exec', '--user', '0', compose.container(service),
				'sh', '-c', `: > ${file}`);
			assert.notEqual(status, 0, `${service}: ${file}`);
			assert.match(stderr, /Read-only file system/, `${service}: ${file}`);
		}
	}
	assert.equal((await inImage('kassa', '0', 'sh', '-c', ': > /file')).status, 0, 'without docker-compose.yml it is not');
});

test('memory and processes are limited', async () => {
	for (const service of STAYING) {
		const { HostConfig: host } = await compose.inspect(service);
		assert.ok(host.Memory > 0 && host.Memory <= 1 << 30, `${service}: ${host.Memory}`);
		assert.ok(host.PidsLimit > 0 && host.PidsLimit <= 256, `${service}: ${host.PidsLimit}`);
	}
});

test('secrets are files that only these services have, and in no environment or command', async () => {
	const known = await secrets();
	assert.ok(known.length >= 10);
	const words = known.flatMap(({ name, text }) => text.trim().split(/[\s:=]+/)
		.filter((word) => word.length >= 32).map((word) => ({ name, word })));
	assert.ok(words.length >= 10);
	for (const service of [...STAYING, ...ONCE]) {
		const container = JSON.stringify(await compose.inspect(service));
		for (const { name, word } of words) {
			assert.ok(!container.includes(word), `${service} shows ${name}`);
		}
	}
	for (const [service, has] of [
		['nginx', ['tls-certificate', 'tls-key']],
		['database', ['postgres-password']],
		['kassa', ['client-secret', 'master-key', 'server-database', 'sso-key']],
	]) {
		assert.equal((await compose.exec(service, 'ls', '/run/secrets')).stdout.trim().split('\n').join(), has.join(), service);
	}
	const environments = await compose.exec('kassa', 'sh', '-c', 'cat /proc/1/environ');
	assert.equal(environments.status, 0);
	for (const { name, word } of words) {
		assert.ok(!environments.stdout.includes(word), `Kassa's environment has ${name}`);
	}
});

test('a test card pays through nginx over TLS, and the platform is told so', async () => {
	const { order, answer, chargeId } = await payer.pay(CARD.success, 49.99, 'USD');
	assert.equal(answer.json.status, 'succeeded', answer.text);
	assert.match((await payer.verify(order, chargeId)).text, paidLive(chargeId, 4999));
	const declined = await payer.pay(CARD.declined, 5, 'USD');
	assert.equal(declined.answer.json.decline?.code, 'card_declined', declined.answer.text);
	assert.equal((await payer.verify(declined.order, null)).json.success, false);
	assert.match(await compose.compose('run', '--rm', '-T', 'operator', 'ledger', 'check'), /USD +49\.99[^]*the books balance/);
});

test('the app is installed in the simulator as anywhere, and the location gets its provider', async () => {
	const { simulatorUrl } = payer.stack;
	const [company, location] = ['ImageCompany000000000001', 'ImageLocation00000000001'];
	await request(`${simulatorUrl}/simulator/companies`, {
		body: { id: company, name: 'Agency', locations: [{ id: location, name: 'Shop' }] },
	});
	const installed = await request(`${simulatorUrl}/simulator/installations`, { body: { locationIds: [location], by: 'location' } });
	const { redirect } = installed.json;
	assert.ok(redirect.startsWith(`${PUBLIC}/oauth/callback?code=`), installed.text);
	assert.equal((await fetch(redirect)).status, 200);
	await eventually(() => request(`${simulatorUrl}/simulator/providers/${location}`, { method: 'GET' }),
		({ text }) => text.includes('"apiKeySha256"'));
});

test('without TLS there is only the way to TLS', async () => {
	const answer = await fetch('http://localhost:8081/checkout?a=b', { redirect: 'manual' });
	assert.deepEqual([answer.status, answer.headers.get('location')], [301, `${PUBLIC}/checkout?a=b`]);
});

test('a restart of Kassa loses nothing, and those beside it need none', async () => {
	const paid = await payer.pay(CARD.success, 12, 'USD');
	const opened = await payer.order(7.5, 'USD');
	const session = (await payer.session(opened)).json;
	await compose.compose('restart', '-t', '20', 'kassa');
	const { State: state } = await compose.inspect('kassa');
	assert.equal(state.Status, 'running');
	await eventually(() => request(`${PUBLIC}/`, { method: 'GET' }), ({ status }) => status === 200);
	assert.match((await payer.verify(paid.order, paid.chargeId)).text, paidLive(paid.chargeId, 1200));
	const answer = await payer.confirm(session.id, await payer.token(CARD.success));
	assert.equal(answer.json.status, 'succeeded', answer.text);
	await compose.healthy('kassa');
});

test('all of it comes back with its books after down and up, with new containers', async () => {
	const { order, chargeId } = await payer.pay(CARD.mastercard, 3, 'USD');
	const before = (await compose.inspect('kassa')).Id;
	await compose.compose('down', '-t', '20');
	await compose.compose('up', '-d', '--no-build');
	await Promise.all(STAYING.map((service) => compose.healthy(service)));
	assert.notEqual((await compose.inspect('kassa')).Id, before);
	assert.match((await payer.verify(order, chargeId)).text, paidLive(chargeId, 300));
});

test('Kassa whose database went away is unhealthy, and healthy again with it', async () => {
	await compose.compose('stop', '-t', '20', 'database');
	const { status, stderr } = await eventually(() => compose.exec('kassa', 'kassactl', 'health'), (one) => one.status !== 0);
	assert.equal(status, 1, stderr);
	await eventually(() => compose.healthOf('kassa'), (health) => health === 'unhealthy', 60000);
	await compose.compose('start', 'database');
	await compose.healthy('kassa');
});

test('prepare.sh refuses what browsers cannot be sent to', async () => {
	for (const address of ['http://pay.example.com', 'pay.example.com', 'https://', 'https://a b', 'https://a|b']) {
		const { status, stderr } = await attempt('bash', path.join(top, 'conf/compose/prepare.sh'), address);
		assert.equal(status, 1, address);
		assert.match(stderr, /^prepare\.sh: /, address);
	}
});

test('prepare.sh touches nothing that is there', async () => {
	const digest = async () => (await secrets()).map(({ name, text }) =>
		`${name} ${createHash('sha256').update(text).digest('hex')}`).join('\n');
	const settings = await readFile(path.join(FOLDER, 'settings.env'), 'utf8');
	const was = await digest();
	await said('bash', path.join(top, 'conf/compose/prepare.sh'), 'https://elsewhere.example.com');
	assert.equal(await digest(), was);
	assert.equal(await readFile(path.join(FOLDER, 'settings.env'), 'utf8'), settings);
});
