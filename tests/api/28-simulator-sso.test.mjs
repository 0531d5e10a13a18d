/*
 * User data for the settings page, as the simulator encrypts it: opened by the library that the platform
 * uses itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import CryptoJS from 'crypto-js';

import { SSO_KEY, call, logRead, simulatorAround } from '../support/simulator.mjs';

simulatorAround();

const ask = (body) => call('POST', '/simulator/sso', body);

function opened(payload, key = SSO_KEY) {
	return CryptoJS.AES.decrypt(payload, key).toString(CryptoJS.enc.Utf8);
}

async function userOf(body) {
	const answer = await ask(body);
	assert.equal(answer.status, 200);
	return JSON.parse(opened(answer.body.payload));
}

test('sso_payload_of_a_location_opens_with_crypto_js', async () => {
	const user = {
		userId: 'U1', companyId: 'C1', role: 'user', type: 'account', activeLocation: 'L1', userName: 'Zoë "Z" O\u2019Neil',
		email: 'zoe@example.com',
	};
	assert.deepEqual(await userOf(user), user);
});

test('sso_payload_of_an_agency_has_no_location_and_defaults', async () => {
	const user = await userOf({ companyId: 'C1' });
	assert.deepEqual(Object.keys(user), ['userId', 'companyId', 'role', 'type', 'userName', 'email']);
	assert.deepEqual([user.role, user.type], ['admin', 'agency']);
});

test('sso_payload_is_another_each_time_and_begins_as_the_platforms', async () => {
	const payloads = [];
	for (let i = 0; i < 3; i++) {
		payloads.push((await ask({ companyId: 'C1' })).body.payload);
	}
	assert.equal(new Set(payloads).size, 3);
	assert.ok(payloads.every((payload) => payload.startsWith('U2FsdGVkX1')));
});

test('sso_payload_of_every_length_opens', async () => {
	for (let length = 1; length <= 33; length++) {
		assert.equal((await userOf({ companyId: 'C1', userName: 'n'.repeat(length) })).userName.length, length);
	}
});

test('sso_payload_does_not_open_with_another_key', async () => {
	const { payload } = (await ask({ companyId: 'C1' })).body;
	let text = '';
	try {
		text = opened(payload, `${SSO_KEY}x`);
	} catch { /* what comes out is no UTF-8 */ }
	assert.doesNotMatch(text, /companyId/);
});

for (const [what, body] of [
	['no company', {}],
	['an empty company', { companyId: '' }],
	['a company that is no id', { companyId: 'a b' }],
	['a location that is no text', { companyId: 'C1', activeLocation: 7 }],
	['a role of its own', { companyId: 'C1', role: 'owner' }],
	['a type of its own', { companyId: 'C1', type: 'x' }],
]) {
	test(`sso_for_${what.replaceAll(' ', '_')}_is_refused`, async () => {
		assert.equal((await ask(body)).status, 400);
	});
}

test('log_has_no_key', async () => {
	assert.ok(!(await logRead()).includes(SSO_KEY));
});
