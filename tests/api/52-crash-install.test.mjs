/*
 * The crash matrix of installations: Kassa dies, as by a power cut, at each named place of a callback, a renewal, a
 * connection, a departure.  After a restart every location is registered with the keys that the books hold, and no
 * refresh token was spent twice.  The platform's side is tests/support/marketplace.mjs, which counts.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { eventually, platformId, request } from '../support/payer.mjs';
import { Marketplace, sha256 } from '../support/marketplace.mjs';
import { startStack, top } from '../support/stack.mjs';

const PLACES = {
	install: ['before_exchange', 'after_exchange', 'after_keep'],
	connect: ['before_prepare', 'after_prepare', 'after_register', 'after_connect'],
	token: ['before_intent', 'after_intent', 'after_send', 'after_answer', 'before_keep', 'after_keep'],
	leave: ['before_forget'],
};

let stack, marketplace;

before(async () => {
	marketplace = await Marketplace.started();
	stack = await startStack({
		crash: true, durable: true, idle: true,
		kassa: { ...marketplace.settings(), KASSA_WORKERS: '1', KASSA_JOBS_POLL_MS: '50', KASSA_PLATFORM_TIMEOUT_MS: '1000' },
	});
	stack.killed = true;	/* workers that die are what this file is about */
	await Promise.all([stack.kassaStart(), stack.simulatorStart()]);
});
after(async () => {
	marketplace?.stop();
	await stack?.stop();
	assert.equal(marketplace?.spentTwice, 0, 'no refresh token was spent twice');
});

const rows = (sql) => stack.psql(sql);
const callback = (code) => request(`${stack.kassaUrl}/oauth/callback?code=${code}`, { method: 'GET' });

/* Leases of jobs and claims that died with their worker are long; the clock is turned for them. */
const timePasses = () => rows(`update kassa.job set run_at = now() where kind <> 'token_refresh' and run_at > now();
	update kassa.installation set claim_until = now() where claim_until > now()`);

/** The platform has the provider, with the keys that the books hold. */
async function isConnected(locationId) {
	return eventually(async () => {
		await timePasses();
		const { keys } = marketplace.locations.get(locationId);
		return keys !== undefined && (await rows(`select count(*) from kassa.account_key_sealed s join kassa.account a using (account_id)
			join kassa.provider p using (location_id) where a.location_id = '${locationId}' and p.connected_at is not null
			and s.key_hash in ('${sha256(keys.test.apiKey)}', '${sha256(keys.live.apiKey)}')`))[0][0] === '2';
	}, Boolean, 20000);
}

async function died() {
	await eventually(() => stack.logs().kassa, (log) => /worker \d+ died/.test(log.slice(-4000)));
	await stack.kassaKill9();
	await stack.kassaStart({ CRASH_AT: '' });
}

/** An agency with one location, listed, minted and connected. */
async function companyInstalled() {
	const companyId = platformId();
	const locationId = marketplace.location(companyId);
	assert.equal((await callback(marketplace.code({ companyId, bulk: true }))).status, 200);
	await isConnected(locationId);
	return { companyId, locationId };
}

test('every_named_place_of_an_installation_is_in_the_matrix', () => {
	const names = readdirSync(path.join(top, 'src/install')).filter((name) => name.endsWith('.c'));
	const inSource = names.flatMap((name) => Array.from(readFileSync(path.join(top, 'src/install', name), 'utf8')
		.matchAll(/crash_point\("(\w+)"\)/g), ([, place]) => place)).sort();
	assert.deepEqual(Object.entries(PLACES).flatMap(([what, places]) => places.map((place) => `${what}_${place}`)).sort(), inSource);
});

for (const place of PLACES.install) {
	test(`install_killed_${place}_ends_connected_once_it_is_installed_again_or_by_itself`, async () => {
		const companyId = platformId();
		const locationId = marketplace.location(companyId);
		await stack.restart({ CRASH_AT: `install_${place}` });
		await assert.rejects(callback(marketplace.code({ companyId, locationId })), 'the server is gone before it can answer');
		await died();
		/* The code is spent or nobody knows: who sees no answer installs again. */
		if (place !== 'after_keep') {
			assert.equal((await callback(marketplace.code({ companyId, locationId }))).status, 200);
		}
		await isConnected(locationId);
		assert.deepEqual(await rows(`select count(*) from kassa.installation where location_id = '${locationId}'`), [['1']]);
	});
}

for (const place of PLACES.connect) {
	test(`connect_killed_${place}_ends_with_the_keys_that_the_books_hold`, async () => {
		const companyId = platformId();
		const locationId = marketplace.location(companyId);
		await stack.restart({ CRASH_AT: `connect_${place}` });
		await callback(marketplace.code({ companyId, locationId })).catch(() => null);
		await died();
		await isConnected(locationId);
		assert.deepEqual(await rows(`select count(*) from kassa.api_key k join kassa.account a using (account_id)
			where a.location_id = '${locationId}' and k.kind = 'secret'`), [['2']], 'one key a mode, however often it was tried');
	});
}

for (const place of PLACES.token) {
	test(`token_killed_${place}_ends_with_a_token_and_spends_none_twice`, async () => {
		const { locationId } = await companyInstalled();
		await stack.restart({ CRASH_AT: `token_${place}` });
		await rows(`update kassa.installation set access_until = now() + interval '1 second' where location_id = '${locationId}'`);
		const open = () => request(`${stack.kassaUrl}/checkout/sessions`, { body: { transactionId: platformId(), orderId: platformId(),
			publishableKey: marketplace.locations.get(locationId).keys.test.publishableKey, dialect: 'live', amount: 5, currency: 'USD' } });
		await assert.rejects(open(), 'the server is gone before it can answer');
		await died();
		await timePasses();
		/* The platform knows no such transaction: it was asked, with a token that it takes. */
		await eventually(open, ({ json }) => json?.error?.code === 'transaction_unknown');
		assert.deepEqual(await rows(`select state from kassa.installation where location_id = '${locationId}'`), [['active']]);
	});
}

for (const place of PLACES.leave) {
	test(`leave_killed_${place}_ends_without_tokens`, async () => {
		const { locationId } = await companyInstalled();
		await stack.restart({ CRASH_AT: `leave_${place}` });
		await rows(`select kassa.installation_end(null, '${locationId}', now())`);
		await died();
		await eventually(async () => {
			await timePasses();
			return rows(`select access_sealed is null and refresh_sealed is null from kassa.installation where location_id = '${locationId}'`);
		}, ([row]) => row[0] === 't');
		assert.equal(marketplace.locations.get(locationId).provider, undefined, 'the provider was taken back while the token worked');
	});
}
