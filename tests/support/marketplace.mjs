/*
 * A stand-in for the platform's marketplace: authorization codes, tokens that rotate, lists of locations, the
 * custom provider of a location.  Not the simulator: this one counts what it must never see, a refresh token
 * that comes twice, and can lose any answer.  Kassa is started with settings() of it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { platformId } from './payer.mjs';

const DAY_S = 86399;

export class Marketplace {
	static async started() {
		const marketplace = new Marketplace();
		marketplace.server = createServer((question, answer) => marketplace.take(question, answer));
		marketplace.server.listen(0, '127.0.0.1');
		await once(marketplace.server, 'listening');
		marketplace.url = `http://127.0.0.1:${marketplace.server.address().port}`;
		return marketplace;
	}

	clientId = `${platformId()}-test`;
	clientSecret = randomBytes(24).toString('hex');
	calls = [];	/* {method, path, body, status, authorization} */
	codes = new Map();	/* code -> {companyId, locationId?, bulk, approved?: locationId[]} */
	tokens = new Map();	/* access token -> {companyId, locationId?} */
	refreshes = new Map();	/* refresh token -> {companyId, locationId?, spent} */
	spentTwice = 0;
	locations = new Map();	/* locationId -> {companyId, installed, provider, keys, registrations, connections} */
	expiresIn = DAY_S;
	/* (call) -> undefined to go on, 'lost' after the work, or {status, body, headers} instead of it; or a promise of one */
	fault = null;
	inactive = new Set();	/* locations that are not active */

	settings() {
		return { KASSA_PLATFORM_URL: this.url, KASSA_CLIENT_ID: this.clientId, KASSA_CLIENT_SECRET: this.clientSecret,
			KASSA_CLIENT_SECRET_FILE: '',
			KASSA_AUTHORIZE_URL: `${this.url}/choose`, KASSA_PLATFORM_RATE: '10000' };
	}

	location(companyId, more = {}) {
		const locationId = platformId();
		this.locations.set(locationId, { companyId, installed: true, registrations: 0, connections: 0, ...more });
		return locationId;
	}

	code(grant) {
		const code = randomBytes(20).toString('hex');
		this.codes.set(code, grant);
		return code;
	}

	/** Forget that these tokens are good, as if they had expired before their time. */
	expireAll() {
		this.tokens.clear();
	}

	count(method, path) {
		return this.calls.filter((call) => call.method === method && call.path === path).length;
	}

	stop() {
		this.server.close();
		this.server.closeAllConnections();
	}

	async take(question, answer) {
		const chunks = [];
		for await (const chunk of question) {
			chunks.push(chunk);
		}
		const url = new URL(question.url, this.url);
		const call = { method: question.method, path: url.pathname, query: url.searchParams, headers: question.headers,
			body: Buffer.concat(chunks).toString(), authorization: question.headers.authorization };
		this.calls.push(call);
		const instead = await this.fault?.(call);
		if (instead !== undefined && instead !== 'lost') {
			call.status = instead.status;
			said(answer, instead.status, instead.body ?? {}, instead.headers);
			return;
		}
		const [status, body] = this.serve(call);
		call.status = status;
		if (instead === 'lost') {
			answer.destroy();
		} else {
			said(answer, status, body);
		}
	}

	serve(call) {
		const handler = { 'POST /oauth/token': 'token', 'POST /oauth/locationToken': 'mint',
			'GET /oauth/installedLocations': 'list' }[`${call.method} ${call.path}`];
		if (handler !== undefined) {
			return this[handler](call);
		}
		if (/^\/payments\/custom-provider\//.test(call.path)) {
			return this.provider(call);
		}
		return this.bearer(call).refusal ?? [404, { statusCode: 404, message: 'Transaction not found' }];
	}

	token(call) {
		const form = new URLSearchParams(call.body);
		if (form.get('client_id') !== this.clientId || form.get('client_secret') !== this.clientSecret) {
			return [400, { statusCode: 400, message: 'Invalid client: client is invalid' }];
		}
		if (form.get('grant_type') === 'authorization_code') {
			const grant = this.codes.get(form.get('code'));
			this.codes.delete(form.get('code'));
			return grant ? [200, this.granted(grant)]
				: [400, { statusCode: 400, message: 'Invalid grant: authorization code is invalid', error: 'invalid_grant' }];
		}
		const held = this.refreshes.get(form.get('refresh_token'));
		if (held?.spent) {
			this.spentTwice += 1;
		}
		if (held === undefined || held.spent) {
			return [400, { statusCode: 400, message: 'Invalid grant: refresh token is invalid', error: 'invalid_grant' }];
		}
		if (this.inactive.has(held.locationId)) {
			return [400, { statusCode: 400, message: 'Location is not active' }];
		}
		held.spent = true;
		return [200, this.granted(held)];
	}

	granted({ companyId, locationId, bulk = false, installToFutureLocations = false, approved }) {
		const access = `eyJ.${randomBytes(24).toString('hex')}`;
		const refresh = `eyR.${randomBytes(24).toString('hex')}`;
		this.tokens.set(access, { companyId, locationId });
		this.refreshes.set(refresh, { companyId, locationId, spent: false });
		return { access_token: access, token_type: 'Bearer', expires_in: this.expiresIn, refresh_token: refresh,
			scope: 'payments/custom-provider.write', userType: locationId ? 'Location' : 'Company', companyId,
			...locationId ? { locationId } : { isBulkInstallation: bulk, installToFutureLocations,
				...approved ? { approvedLocations: approved } : {} }, userId: platformId() };
	}

	/** The bearer of a call, or the refusal. */
	bearer(call) {
		const held = this.tokens.get(/^Bearer (.+)$/.exec(call.authorization ?? '')?.[1]);
		if (call.headers.version !== '2021-07-28') {
			return { refusal: [401, { statusCode: 401, message: 'version header was not found.' }] };
		}
		return held ? { held } : { refusal: [401, { statusCode: 401, message: 'Invalid JWT' }] };
	}

	mint(call) {
		const { held, refusal } = this.bearer(call);
		const form = new URLSearchParams(call.body);
		const location = this.locations.get(form.get('locationId'));
		if (refusal) {
			return refusal;
		}
		if (held.locationId) {
			return [400, { statusCode: 400, message: "This token's user type is not yet supported!" }];
		}
		if (!location?.installed || location.companyId !== held.companyId) {
			return [400, { statusCode: 400, message: 'Location not found', error: 'Bad Request' }];
		}
		return [201, this.granted({ companyId: held.companyId, locationId: form.get('locationId') })];
	}

	list(call) {
		const { held, refusal } = this.bearer(call);
		if (refusal) {
			return refusal;
		}
		const all = Array.from(this.locations).filter(([, location]) => location.companyId === held.companyId);
		const skip = Number(call.query.get('skip') ?? 0);
		const page = all.slice(skip, skip + Number(call.query.get('limit') ?? 20));
		return [200, { count: all.length, installToFutureLocations: false, locations: page.map(([id, location]) =>
			({ _id: id, name: `Location ${id}`, address: '', isInstalled: location.installed && !location.isLate })) }];
	}

	provider(call) {
		const { held, refusal } = this.bearer(call);
		const id = call.query.get('locationId') ?? (call.body !== '' ? JSON.parse(call.body).locationId : undefined);
		if (refusal) {
			return refusal;
		}
		if (held.locationId !== id) {
			return [403, { statusCode: 403, message: 'The token does not have access to this location.' }];
		}
		const location = this.locations.get(id);
		const what = `${call.method} ${call.path.split('/').at(-1)}`;
		if (what === 'POST provider') {
			location.provider = JSON.parse(call.body);
			location.registrations += 1;
		} else if (what === 'DELETE provider') {
			location.provider = undefined;
			location.keys = undefined;
			return [200, { success: true }];
		} else if (!location.provider) {
			return [400, { statusCode: 400, message: 'No such config exists for given locationId and marketplaceAppId' }];
		} else if (what === 'PUT capabilities') {
			return [200, { success: true }];
		} else if (what === 'POST connect') {
			location.keys = JSON.parse(call.body);
			location.connections += 1;
		}
		return [200, { ...location.provider, _id: platformId(), locationId: id, deleted: false,
			paymentProvider: location.keys ?? {} }];
	}
}

/** What names an API key in the books. */
export const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function said(answer, status, body, headers = {}) {
	answer.writeHead(status, { 'content-type': 'application/json', ...headers });
	answer.end(typeof body === 'string' ? body : JSON.stringify(body));
}
