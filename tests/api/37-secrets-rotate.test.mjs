/*
 * kassactl secrets rotate beside a running server: nothing is lost, what was exchanged is found, and the old key
 * can be dropped.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';

import { eventually, platformId, request } from '../support/payer.mjs';
import { Marketplace } from '../support/marketplace.mjs';
import { startStack } from '../support/stack.mjs';

const LOCATIONS = 12;
const key = (id) => `${id}:${randomBytes(32).toString('hex')}`;
const [k2, k3] = ['k2', 'k3'].map(key);

let stack, marketplace, k1;
const locations = [];

before(async () => {
	marketplace = await Marketplace.started();
	stack = await startStack({ kassa: { ...marketplace.settings(), KASSA_JOBS_POLL_MS: '50' } });
	k1 = await stack.secret('master-key');
	const companyId = platformId();
	await Promise.all(Array.from({ length: LOCATIONS }, async () => {
		const locationId = marketplace.location(companyId);
		const code = marketplace.code({ companyId, locationId });
		assert.equal((await request(`${stack.kassaUrl}/oauth/callback?code=${code}`, { method: 'GET' })).status, 200);
		locations.push(locationId);
	}));
	await eventually(() => stack.psql('select count(*) from kassa.provider where connected_at is not null'),
		([[count]]) => Number(count) === LOCATIONS);
});
after(async () => {
	marketplace?.stop();
	await stack?.stop();
	assert.equal(marketplace?.spentTwice, 0, 'no refresh token was ever spent twice');
});

/** Run the command with these keys, '' for none. */
function rotate(now, old = '') {
	Object.assign(stack.environment, { KASSA_MASTER_KEY: now, KASSA_MASTER_KEY_OLD: old });
	delete stack.environment.KASSA_MASTER_KEY_FILE;
	return stack.kassactl('secrets', 'rotate');
}

const serverHas = (now, old = '') => stack.restart({ KASSA_MASTER_KEY: now, KASSA_MASTER_KEY_OLD: old, KASSA_MASTER_KEY_FILE: '' });

/* Reading an amount back opens the location's token: 404 is the platform's word, everything else would be ours. */
async function tokenOpens(locationId) {
	const { publishableKey } = marketplace.locations.get(locationId).keys.test;
	const answer = await request(`${stack.kassaUrl}/checkout/sessions`, { body: { publishableKey, dialect: 'live', amount: 5,
		currency: 'USD', transactionId: platformId(), orderId: platformId() } });
	return [answer.status, answer.json?.error?.code];
}
const ASKED = [404, 'transaction_unknown'];

const expire = () => stack.psql("update kassa.installation set access_until = now() - interval '1 second'");

test('rotation while the server runs with both keys loses nothing', async () => {
	await serverHas(k2, k1);
	const asking = new AbortController();
	const seen = [];
	/* Meanwhile tokens are renewed, again and again: both write the same rows. */
	const load = (async () => {
		while (!asking.signal.aborted) {
			await expire();
			seen.push(...await Promise.all(locations.map(tokenOpens)));
		}
	})();
	const ends = [];
	do {
		/* Back and forth, since it is over in a moment. */
		ends.push(await rotate(k2, k1), await rotate(k1, k2));
	} while (seen.length < 5 * LOCATIONS);
	asking.abort();
	await load;
	ends.push(await rotate(k2, k1));
	assert.deepEqual(seen.filter((end) => `${end}` !== `${ASKED}`), []);
	assert.match(ends[0].stdout, /^\d+ secrets wrapped anew under k2, \d+ left\n$/);
	assert.ok(Number(/^\d+/.exec(ends[0].stdout)[0]) >= LOCATIONS);
	assert.deepEqual(await rotate(k2, k1), { status: 0, stdout: '0 secrets wrapped anew under k2, 0 left\n', stderr: '' });
});

test('afterwards the old key can be dropped', async () => {
	await serverHas(k2);
	assert.deepEqual(await Promise.all(locations.map(tokenOpens)), locations.map(() => ASKED));
	await expire();	/* the refresh tokens open as well */
	assert.deepEqual(await Promise.all(locations.map(tokenOpens)), locations.map(() => ASKED));
	assert.deepEqual(await rotate(k2), { status: 0, stdout: '0 secrets wrapped anew under k2, 0 left\n', stderr: '' });
});

test('two rotations at once end as one does', async () => {
	await serverHas(k3, k2);
	const ends = await Promise.all([rotate(k3, k2), rotate(k3, k2), rotate(k3, k2)]);
	const done = ends.map(({ stdout }) => Number(/^\d+/.exec(stdout)[0]));
	const [[all]] = await stack.psql("select count(*) from kassa.seal_list('none', '', null)");
	assert.deepEqual([done.reduce((sum, one) => sum + one), ends.map(({ status }) => status)], [Number(all), [0, 0, 0]]);
	assert.deepEqual(await Promise.all(locations.map(tokenOpens)), locations.map(() => ASKED));
});

test('ciphertexts that were swapped between two rows open for neither, and are named', async () => {
	const [one, other] = locations;
	const swap = () => stack.psql(`update kassa.installation i set access_sealed = o.access_sealed, refresh_sealed = o.refresh_sealed
		from kassa.installation o where (i.location_id, o.location_id) in (('${one}', '${other}'), ('${other}', '${one}'))`);
	await swap();
	for (const locationId of [one, other]) {
		const [status] = await tokenOpens(locationId);
		assert.ok(status >= 500, `${status}`);
	}
	const end = await rotate(k2, k3);
	assert.equal(end.status, 1);
	assert.match(end.stdout, /, 4 left\n$/);
	const named = Array.from(end.stderr.matchAll(/^kassactl: could not open the secret (\w+) of (in_\w+): /gm), ([, place, id]) => `${place} ${id}`);
	const ids = (await stack.psql(`select installation_id from kassa.installation where location_id in ('${one}', '${other}')`)).flat();
	assert.deepEqual(named.sort(), ids.flatMap((id) => [`installation_access ${id}`, `installation_refresh ${id}`]).sort());
	assert.match(end.stderr, /^kassactl: 4 secrets could not be opened: keep the old key$/m);
	assert.doesNotMatch(end.stdout + end.stderr, /1\.k\d\.|eyJ|eyR/);
	await swap();
	assert.match((await rotate(k2, k3)).stdout, /^4 secrets wrapped anew under k2, 0 left\n$/);
});

for (const [what, now, old, complaint] of [
	['no key', '', '', /KASSA_MASTER_KEY is required/],
	['a key that is none', 'k2:00', '', /KASSA_MASTER_KEY should be an id, a colon/],
	['an old key that is none', k2, 'k1', /KASSA_MASTER_KEY_OLD should be an id, a colon/],
	['two keys of one id', k2, key('k2'), /should have different ids/],
]) {
	test(`rotation with ${what} is refused`, async () => {
		const end = await rotate(now, old);
		assert.deepEqual([end.status, end.stdout], [1, '']);
		assert.match(end.stderr, complaint);
		assert.doesNotMatch(end.stderr, /[0-9a-f]{64}/);
	});
}

test('rotation with a wrong old key changes nothing', async () => {
	const sealed = () => stack.psql("select place, row_id, sealed from kassa.seal_list('none', '', null)");
	const was = await sealed();
	const end = await rotate(key('k4'), key('k9'));
	assert.equal(end.status, 1);
	assert.match(end.stdout, new RegExp(`^0 secrets wrapped anew under k4, ${was.length} left\n$`));
	assert.deepEqual(await sealed(), was);
});
