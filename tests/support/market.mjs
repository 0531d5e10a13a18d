/*
 * Calls of the simulated marketplace as a provider makes them; the official documents judge every answer.
 * Beside tests/support/simulator.mjs, which starts it.
 */
import assert from 'node:assert/strict';

import { answerWrong } from './openapi.mjs';
import { CLIENT_ID, CLIENT_SECRET, call, simulator } from './simulator.mjs';

export const VERSION = '2021-07-28';

/**
 * @param {{token?: string, version?: string | null, body?: unknown, form?: Record<string, string>, raw?: string}} [wish]
 * @returns {Promise<{status: number, headers: Headers, text: string, body: any}>}
 */
export async function api(method, path, { token, version = VERSION, body, form, raw } = {}) {
	const url = new URL(path, simulator.url);
	const headers = { ...token && { authorization: `Bearer ${token}` }, ...version && { version },
		...(body !== undefined || raw !== undefined) && { 'content-type': 'application/json' } };
	const sent = form ? new URLSearchParams(form) : raw ?? (body === undefined ? undefined : JSON.stringify(body));
	const answer = await fetch(url, { method, headers, body: sent });
	const text = await answer.text();
	assert.deepEqual(answerWrong({ method, url, status: answer.status, text }), [], `${answer.status} to ${method} ${path}`);
	return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) };
}

/** POST /oauth/token as the app, by form. */
export const tokenAsked = (more) => api('POST', '/oauth/token', { version: null,
	form: { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, ...more } });

export const refreshed = (token) => tokenAsked({ grant_type: 'refresh_token', refresh_token: token });

export const exchanged = (code) => tokenAsked({ grant_type: 'authorization_code', code });

export async function companyMade(locations = 1, more = {}) {
	const { status, body } = await call('POST', '/simulator/companies', { name: 'Agency', locations, ...more });
	assert.equal(status, 201, JSON.stringify(body));
	return { ...body, ids: body.locations.map(({ id }) => id) };
}

/** Install, and give back what came with the browser. */
export async function installed(wish) {
	const { status, body } = await call('POST', '/simulator/installations', wish);
	assert.equal(status, 201, JSON.stringify(body));
	return body;
}

/** A company, the app in its first location, and that one's token. */
export async function locationInstalled(more = {}) {
	const company = await companyMade(2);
	const [id] = company.ids;
	const { code } = await installed({ locationIds: [id], by: 'location', ...more });
	return { company, id, token: (await exchanged(code)).body };
}

/** A company with so many locations, the app in all of them, and the company's token. */
export async function bulkInstalled(locations = 2, more = {}) {
	const company = await companyMade(locations);
	const { code } = await installed({ companyId: company.id, bulk: true, ...more });
	return { company, token: (await exchanged(code)).body };
}

export const faultMade = async (path, kind, more = {}) =>
	assert.equal((await call('POST', '/simulator/faults', { path, kind, ...more })).status, 201);

export const uninstalled = (what) => call('DELETE', `/simulator/installations?${new URLSearchParams(what)}`);

export const providerOf = async (id) => (await call('GET', `/simulator/providers/${id}`)).body;
