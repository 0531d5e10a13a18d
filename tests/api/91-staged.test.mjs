/*
 * "make install": what is put where, the systemd unit and its sandbox, and the staged server against a database of its
 * own, with the settings and secrets as the unit gives them.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { portsFree, startStack, top } from '../support/stack.mjs';

const build = path.resolve(top, process.env.KASSA_BUILD ?? 'build');
const EXPOSURE = 15;	/* tenths, as systemd-analyze counts: at most so much */

let stack, folder, prefix, unit;

before(async () => {
	folder = await mkdtemp('/tmp/kassa-test-staged-');
	await chmod(folder, 0o755);
	prefix = path.join(folder, 'usr');
	await install(`PREFIX=${prefix}`);
	unit = await readFile(path.join(prefix, 'lib/systemd/system/kassa.service'), 'utf8');
	stack = await startStack({ idle: true });
});
after(async () => {
	await stack?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** Run a program. @returns {Promise<{status: number, said: string}>} */
function run(program, words, options = {}) {
	return new Promise((resolve, reject) => {
		execFile(program, words, { cwd: top, ...options }, (error, stdout, stderr) => {
			if (error && typeof error.code !== 'number') {
				reject(error);
			} else {
				resolve({ status: error?.code ?? 0, said: stdout + stderr });
			}
		});
	});
}

/* As this build is; settings of a make around us are not for this one. */
async function install(...words) {
	const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MAKE|MFLAGS|KASSA_BUILD)/.test(name)));
	const kind = path.basename(build) === 'san' ? ['SAN=1'] : path.basename(build) === 'cov' ? ['COV=1'] : [];
	const { status, said } = await run('make', ['-s', 'install', ...kind, ...words], { env: environment });
	assert.equal(status, 0, said);
}

async function filesUnder(place) {
	const found = [];
	for (const entry of await readdir(place, { withFileTypes: true })) {
		const name = path.join(place, entry.name);
		found.push(...entry.isDirectory() ? await filesUnder(name) : [name]);
	}
	return found.sort();
}

/** The values of a key of the unit, in order. */
const values = (key) => Array.from(unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm')), ([, value]) => value);

test('install_puts_each_file_in_its_place', async () => {
	const staged = path.join(folder, 'staged');
	await install(`DESTDIR=${staged}`, 'PREFIX=/opt/kassa');
	const files = await filesUnder(staged);
	const names = files.map((name) => name.slice(staged.length));
	const docs = (await readdir(path.join(top, 'docs'))).filter((name) => name.endsWith('.md'));
	assert.deepEqual(names, ['bin/kassa', 'bin/kassactl', 'lib/systemd/system/kassa.service', 'lib/sysusers.d/kassa.conf',
		'share/doc/kassa/README.md', 'share/doc/kassa/sbom.json', ...docs.map((name) => `share/doc/kassa/docs/${name}`),
		'share/kassa/kassa.env', 'share/kassa/marketplace.conf', 'share/kassa/nginx.conf', 'share/kassa/roles.sql',
		...['alerts.test.yml', 'alerts.yml', 'dashboard.json', 'prometheus.yml'].map((name) => `share/kassa/monitoring/${name}`),
	].map((name) => `/opt/kassa/${name}`).sort());
	for (const name of files) {
		assert.equal((await stat(name)).mode & 0o7777, name.includes('/bin/') ? 0o755 : 0o644, name);
	}
	const installed = await readFile(path.join(staged, 'opt/kassa/lib/systemd/system/kassa.service'), 'utf8');
	assert.match(installed, /^ExecStart=\/opt\/kassa\/bin\/kassa$/m);
	assert.ok(!installed.includes('/usr/local') && !installed.includes(staged));
});

test('install_page_names_each_file', async () => {
	const page = await readFile(path.join(top, 'docs/install.md'), 'utf8');
	for (const name of await filesUnder(prefix)) {
		const inside = name.slice(prefix.length + 1);
		assert.ok(page.includes(inside.startsWith('share/doc/') ? '`share/doc/kassa/`' : `\`${inside}\``), inside);
	}
});

test('unit_is_one_that_systemd_understands', async () => {
	const { status, said } = await run('systemd-analyze', ['verify', path.join(prefix, 'lib/systemd/system/kassa.service')]);
	assert.equal(said, '');
	assert.equal(status, 0);
});

test('unit_with_its_addition_is_understood_too', async () => {
	const place = path.join(folder, 'units');
	await mkdir(path.join(place, 'kassa.service.d'), { recursive: true });
	await writeFile(path.join(place, 'kassa.service'), unit);
	await writeFile(path.join(place, 'kassa.service.d/marketplace.conf'), await readFile(path.join(prefix, 'share/kassa/marketplace.conf')));
	const { status, said } = await run('systemd-analyze', ['verify', path.join(place, 'kassa.service')]);
	assert.equal(said, '');
	assert.equal(status, 0);
});

test('unit_exposes_little', async (context) => {
	const look = (file) => run('systemd-analyze', ['security', '--offline=true', '--no-pager', `--threshold=${EXPOSURE}`, file]);
	const { status, said } = await look(path.join(prefix, 'lib/systemd/system/kassa.service'));
	context.diagnostic(/Overall exposure.*: [\d.]+/.exec(said)?.[0] ?? said);
	assert.equal(status, 0, said);
	/* And the threshold is one that can be missed. */
	const weak = path.join(folder, 'weak.service');
	await writeFile(weak, unit.replace(/^(CapabilityBoundingSet|SystemCallFilter|PrivateUsers)=.*\n/gm, ''));
	assert.notEqual((await look(weak)).status, 0);
});

test('unit_waits_longer_than_requests_may_take', async () => {
	const { said } = await run(path.join(prefix, 'bin/kassa'), ['--help']);
	const drain = Number(/`KASSA_DRAIN_MS` \| `(\d+)`/.exec(said)[1]);
	assert.ok(Number(/^(\d+)s$/.exec(values('TimeoutStopSec')[0])[1]) * 1000 >= drain + 5000);
	assert.deepEqual(values('KillMode'), ['mixed']);	/* the parent drains its workers */
});

test('sysusers_makes_the_user_of_the_unit', async () => {
	const root = path.join(folder, 'root');
	await mkdir(path.join(root, 'etc'), { recursive: true });
	const { status, said } = await run('systemd-sysusers', [`--root=${root}`, path.join(prefix, 'lib/sysusers.d/kassa.conf')]);
	assert.equal(status, 0, said);
	const user = (await readFile(path.join(root, 'etc/passwd'), 'utf8')).split('\n').find((line) => line.startsWith('kassa:'));
	assert.match(user, /nologin$/);
	assert.deepEqual(values('User'), ['kassa']);
});

/** What kassa.env says, as systemd reads it. */
async function environmentFile() {
	const text = await readFile(path.join(prefix, 'share/kassa/kassa.env'), 'utf8');
	const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
	return Object.fromEntries(lines.map((line) => /^(\w+)=(.*)$/.exec(line).slice(1)));
}

/** Secrets of the unit, put where a service would see them: %d. */
async function credentials() {
	const place = path.join(folder, 'credentials');
	const secrets = { database: stack.environment.KASSA_DATABASE, 'master-key': await stack.secret('master-key') };
	await mkdir(place);
	assert.deepEqual(values('LoadCredential'), Object.keys(secrets).map((name) => `${name}:/etc/kassa/secrets/${name}`));
	for (const [name, value] of Object.entries(secrets)) {
		await writeFile(path.join(place, name), `${value}\n`, { mode: 0o400 });
		if (process.getuid() === 0) {
			await chown(path.join(place, name), Number((await run('id', ['-u', 'nobody'])).said), 0);
		}
	}
	return place;
}

test('staged_server_runs_as_the_unit_starts_it', async () => {
	const place = await credentials();
	const said = Object.fromEntries(values('Environment').map((pair) => pair.replaceAll('%d', place).split('=')));
	const [port] = await portsFree(1);
	const program = path.join(prefix, 'bin/kassa');
	/* Without rights, as there; PostgreSQL knows this user as it will know "kassa". */
	const words = process.getuid() === 0 ? ['--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups', '--bounding-set', '-all',
		'--inh-caps', '-all', '--no-new-privs', program] : ['--no-new-privs', program];
	const kassa = stack.program(path.relative(build, '/usr/bin/setpriv'), port);
	kassa.words = words;
	const { ASAN_OPTIONS } = kassa.environment;
	kassa.environment = { ASAN_OPTIONS, ...await environmentFile(), ...said, KASSA_PORT: String(port) };
	await kassa.start();
	try {
		assert.equal((await fetch(`${kassa.url}/healthz`)).status, 200);
		assert.equal((await fetch(`${kassa.url}/checkout`)).status, 200);
		for (const pid of [kassa.child.pid, ...kassa.workers()]) {
			const status = await readFile(`/proc/${pid}/status`, 'utf8');
			assert.match(status, /^CapEff:\t0+$/m);
			assert.match(status, /^NoNewPrivs:\t1$/m);
			assert.doesNotMatch(status, /^Uid:\t0\t/m);
		}
		const ctl = await run(path.join(prefix, 'bin/kassactl'), ['ledger', 'check'], {
			env: { PATH: process.env.PATH, KASSA_OWNER_DATABASE: stack.environment.KASSA_OWNER_DATABASE },
		});
		assert.equal(ctl.status, 0, ctl.said);
	} finally {
		await kassa.stop();
	}
	assert.equal(kassa.child.exitCode, 0);
});

test('example_settings_are_settings', async () => {
	const { said } = await run(path.join(prefix, 'bin/kassa'), ['--help']);
	for (const name of Object.keys(await environmentFile())) {
		assert.ok(said.includes(`\`${name}\``), name);
	}
});
