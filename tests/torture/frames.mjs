/*
 * HTTP/2 as frames on a socket: header fields go out as they are, which no library would do.
 * RFC 9113 for frames, RFC 7541 §6.2.2 for literal header fields without indexing, all of them unpacked.
 */
import tls from 'node:tls';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, GOAWAY = 7;
const END_STREAM = 1, END_HEADERS = 4;
const ANSWER_MS = 8000;

/**
 * Send one request as stream 1 and wait for its end, in whatever way it ends.
 * @param {number} port @param {object} secure TLS options @param {[string, string][]} fields @param {string} body
 * @returns {Promise<string>} 'answered', 'reset', 'goaway' or 'closed'
 */
export function askInFrames(port, secure, fields, body) {
	return new Promise((resolve, reject) => {
		const socket = tls.connect({ port, host: '127.0.0.1', ...secure, ALPNProtocols: ['h2'] });
		const timer = setTimeout(() => end(reject, new Error('no answer in time')), ANSWER_MS);
		const end = (settle, value) => {
			clearTimeout(timer);
			socket.destroy();
			settle(value);
		};
		let came = Buffer.alloc(0);
		socket.once('secureConnect', () => {
			const block = Buffer.concat(fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), text(name), text(value)])));
			socket.write(Buffer.concat([Buffer.from(PREFACE), frame(SETTINGS, 0, 0, Buffer.alloc(0)),
				frame(HEADERS, END_HEADERS | (body === '' ? END_STREAM : 0), 1, block),
				...body === '' ? [] : [frame(DATA, END_STREAM, 1, Buffer.from(body, 'latin1'))]]));
		});
		socket.on('data', (data) => {
			came = Buffer.concat([came, data]);
			for (let size; came.length >= 9 && came.length >= (size = 9 + came.readUIntBE(0, 3)); came = came.subarray(size)) {
				const [type, flags, stream] = [came[3], came[4], came.readUInt32BE(5)];
				if (type === GOAWAY) {
					end(resolve, 'goaway');
				} else if (stream === 1 && type === RST_STREAM) {
					end(resolve, 'reset');
				} else if (stream === 1 && (type === DATA || type === HEADERS) && (flags & END_STREAM)) {
					end(resolve, 'answered');
				}
			}
		});
		socket.once('error', () => end(resolve, 'closed'));
		socket.once('close', () => end(resolve, 'closed'));
	});
}

function frame(type, flags, stream, payload) {
	const head = Buffer.alloc(9);
	head.writeUIntBE(payload.length, 0, 3);
	head[3] = type;
	head[4] = flags;
	head.writeUInt32BE(stream, 5);
	return Buffer.concat([head, payload]);
}

/* A length of seven bits and its continuation, then the octets. */
function text(value) {
	const octets = Buffer.from(value, 'latin1');
	const length = [];
	let rest = octets.length;
	if (rest < 127) {
		length.push(rest);
	} else {
		length.push(127);
		for (rest -= 127; rest >= 128; rest >>= 7) {
			length.push((rest & 127) | 128);
		}
		length.push(rest);
	}
	return Buffer.concat([Buffer.from(length), octets]);
}
