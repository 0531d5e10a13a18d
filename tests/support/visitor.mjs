/*
 * Somebody who opens the settings page: payloads as the platform makes them, a session, calls under it.
 * Encrypted here with node:crypto; crypto-js, which the platform uses, is the other judge in the tests.
 */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';

import { platformId, request } from './payer.mjs';

/** OpenSSL's EVP_BytesToKey with MD5 and one round: key and IV of AES-256-CBC. */
function keyAndIv(secret, salt) {
	let all = Buffer.alloc(0);
	for (let last = Buffer.alloc(0); all.length < 48;) {
		last = createHash('md5').update(Buffer.concat([last, Buffer.from(secret), salt])).digest();
		all = Buffer.concat([all, last]);
	}
	return [all.subarray(0, 32), all.subarray(32, 48)];
}

/** What CryptoJS.AES.encrypt(text, secret).toString() gives. */
export function encrypted(text, secret, salt = randomBytes(8)) {
	const cipher = createCipheriv('aes-256-cbc', ...keyAndIv(secret, salt));
	return Buffer.concat([Buffer.from('Salted__'), salt, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

/** What the platform says of somebody. */
export function personOf({ companyId, locationId, role = 'admin', ...more }) {
	return { userId: platformId(), companyId, role, type: 'agency', ...locationId && { activeLocation: locationId },
		userName: 'Ada Byron', email: 'ada@example.com', ...more };
}

export class Visitor {
	/** @param {import('./stack.mjs').Stack} stack @param {string} secret the app's shared secret */
	constructor(stack, secret) {
		this.stack = stack;
		this.secret = secret;
	}

	payload(person) {
		return encrypted(JSON.stringify(personOf(person)), this.secret);
	}

	/** Show a payload: the raw answer. */
	show(payload) {
		return request(`${this.stack.kassaUrl}/settings/session`, { body: { payload } });
	}

	/** @returns {Promise<Session>} */
	async open(person) {
		const answer = await this.show(this.payload(person));
		if (answer.status !== 200) {
			throw new Error(`session was not opened: ${answer.status} ${answer.text}`);
		}
		return new Session(this.stack, answer.json);
	}
}

export class Session {
	constructor(stack, opened) {
		this.stack = stack;
		this.opened = opened;
	}

	call(method, path, body, token = this.opened.token) {
		return request(`${this.stack.kassaUrl}/settings/${path}`, { method, body, headers: { authorization: `Bearer ${token}` } });
	}

	get(path) {
		return this.call('GET', path);
	}

	post(path, body = {}) {
		return this.call('POST', path, body);
	}

	put(path, body) {
		return this.call('PUT', path, body);
	}

	async mode(name) {
		return (await this.get('state')).json.modes.find(({ mode }) => mode === name);
	}

	/** The links of the self-check, by their ids and modes: "token", "connected test". */
	async links() {
		const { json } = await this.post('check');
		return Object.fromEntries(json.links.map((link) => [[link.id, link.mode].filter(Boolean).join(' '), link]));
	}
}
