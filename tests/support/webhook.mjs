/*
 * The platform's side of webhooks: keys of both schemes, signatures, and the sending.  Used by the tests of
 * POST /webhooks.
 */
import { generateKeyPairSync, sign } from 'node:crypto';

import { platformId, request } from './payer.mjs';

/** A key pair; its public half as the settings take it. */
export function signer(scheme) {
	const pair = scheme === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
	return {
		spki: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
		pem: pair.publicKey.export({ format: 'pem', type: 'spki' }).trim().replaceAll('\n', ' '),
		sign: (text) => sign(scheme === 'rsa' ? 'sha256' : null, Buffer.from(text), pair.privateKey).toString('base64'),
	};
}

export class Announcer {
	/** @param {string | (() => string)} url of Kassa @param {{ed25519: object, rsa?: object}} signers */
	constructor(url, signers) {
		this.url = url;
		this.signers = signers;
	}

	/** A webhook with an id and the time of now, unless it says others. */
	static body(more) {
		return { timestamp: new Date().toISOString(), webhookId: `wh-${platformId()}`, ...more };
	}

	/** Sign and send. @param {object | string} body @param {Record<string, string>} [headers] in place of a signature */
	send(body, headers) {
		const raw = typeof body === 'string' ? body : JSON.stringify(body);
		return request(`${typeof this.url === 'function' ? this.url() : this.url}/webhooks`, {
			raw, headers: headers ?? { 'x-ghl-signature': this.signers.ed25519.sign(raw) },
		});
	}

	/** The same for one with an id and a time. @returns its answer's state */
	async take(more) {
		const answer = await this.send(Announcer.body(more));
		return answer.json?.state ?? `${answer.status} ${answer.text}`;
	}
}
