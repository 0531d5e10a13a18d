/*
 * Faults in what PostgreSQL says, message by message: another type, another length, bytes flipped, lost, doubled, out of
 * order, and messages that nobody has asked for.  A wrong value in a column is not among them, nor an error in front of a
 * ReadyForQuery (a commit that fails looks so): nobody could tell.  Used by tests/api/71-database-garbled.test.mjs.
 */

/** Numbers that are the same for the same seed (xorshift). */
export class Dice {
	constructor(seed) {
		this.state = (seed >>> 0) || 1;
	}

	/** 0 ... below - 1 */
	roll(below) {
		this.state ^= this.state << 13;
		this.state ^= this.state >>> 17;
		this.state ^= this.state << 5;
		return (this.state >>> 0) % below;
	}

	pick(list) {
		return list[this.roll(list.length)];
	}
}

/** A message of the protocol. */
export function message(type, body = Buffer.alloc(0), length = body.length + 4) {
	const head = Buffer.alloc(5);
	head.write(type, 'latin1');
	head.writeInt32BE(length | 0, 1);
	return Buffer.concat([head, body]);
}

const typeOf = (bytes) => String.fromCharCode(bytes[0]);
const text = (...fields) => Buffer.from(fields.map((field) => `${field}\0`).join(''), 'latin1');
const fault = (severity, sqlstate) => message('E', text(`S${severity}`, `V${severity}`, `C${sqlstate}`, 'Mnobody has asked', ''));
const COPY = Buffer.from([0, 0, 0]);

function withLength(bytes, length) {
	return message(typeOf(bytes), bytes.subarray(5), length);
}

/* Where a message may be changed without that it says something else of the right form. */
function flipPlaces(bytes) {
	const all = Array.from({ length: bytes.length - 5 }, (_, at) => at + 5);
	if (typeOf(bytes) !== 'D') {
		return ['T', 'C', '1', '2', 'R', 'K'].includes(typeOf(bytes)) ? all : [];
	}
	const places = [5, 6];	/* how many columns, and how long each is */
	for (let at = 7; at + 4 <= bytes.length; at += 4 + Math.max(0, bytes.readInt32BE(at))) {
		places.push(at, at + 1, at + 2, at + 3);
	}
	return places;
}

/* Each takes a message, and gives what is sent in its place. */
const FAULTS = {
	type: (bytes, dice) => message(dice.pick('TDCZE12nsItSNAGHWdcRKv\x00\xff'), bytes.subarray(5)),
	lengthNone: (bytes) => withLength(bytes, 0),
	lengthThree: (bytes) => withLength(bytes, 3),
	lengthNegative: (bytes) => withLength(bytes, -1),
	lengthLeast: (bytes) => withLength(bytes, -(2 ** 31)),
	lengthMost: (bytes) => withLength(bytes, 2 ** 31 - 1),
	lengthMore: (bytes, dice) => withLength(bytes, bytes.length - 1 + 1 + dice.roll(9)),
	lengthLess: (bytes, dice) => withLength(bytes, bytes.length - 1 - 1 - dice.roll(4)),
	flipped: (bytes, dice) => {
		const places = flipPlaces(bytes);
		const changed = Buffer.from(bytes);
		for (let i = 0; places.length > 0 && i <= dice.roll(3); i += 1) {
			changed[dice.pick(places)] ^= 1 << dice.roll(8);
		}
		return changed;
	},
	cut: (bytes, dice) => bytes.subarray(0, dice.roll(bytes.length)),
	hole: (bytes, dice) => {
		const at = dice.roll(bytes.length);
		return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.roll(8))]);
	},
	dropped: () => Buffer.alloc(0),
	doubled: (bytes) => Buffer.concat([bytes, bytes]),
	columnsMore: (bytes) => columnsChanged(bytes, 1),
	columnsFewer: (bytes) => columnsChanged(bytes, -1),
	columnsNegative: (bytes) => columnsChanged(bytes, -30000),
	ready: (bytes) => Buffer.concat([message('Z', text('I').subarray(0, 1)), bytes]),
	readyBehind: (bytes) => Buffer.concat([bytes, message('Z', text('I').subarray(0, 1))]),
	error: (bytes) => (typeOf(bytes) === 'Z' ? bytes : Buffer.concat([fault('ERROR', '22012'), bytes])),
	fatal: (bytes) => Buffer.concat([fault('FATAL', '57P01'), bytes]),
	stateless: (bytes) => Buffer.concat([message('E', text('SERROR', 'Mno state', '')), bytes]),
	bare: (bytes) => Buffer.concat([message('E', text('')), bytes]),
	notice: (bytes) => Buffer.concat([message('N', text('SNOTICE', 'C00000', 'Mnone', '')), bytes]),
	notification: (bytes) => Buffer.concat([message('A', Buffer.concat([Buffer.alloc(4), text('kassa_job', '')])), bytes]),
	parameter: (bytes) => Buffer.concat([message('S', text('client_encoding', 'SQL_ASCII')), bytes]),
	copyIn: (bytes) => Buffer.concat([message('G', COPY), bytes]),
	copyOut: (bytes) => Buffer.concat([message('H', COPY), message('d', text('rows')), bytes]),
	copyBoth: (bytes) => Buffer.concat([message('W', COPY), bytes]),
	emptyQuery: (bytes) => Buffer.concat([message('I'), bytes]),
	login: (bytes, dice) => {
		const kind = Buffer.alloc(8);
		kind.writeInt32BE(dice.pick([0, 3, 5, 7, 10, 11, 12, 99]));
		return Buffer.concat([message('R', kind), bytes]);
	},
	noise: (bytes, dice) => Buffer.concat([Buffer.from(Array.from({ length: 1 + dice.roll(40) }, () => dice.roll(256))), bytes]),
	nothingKnown: (bytes) => Buffer.concat([message('?', text('?')), bytes]),
};

function columnsChanged(bytes, more) {
	const changed = Buffer.from(bytes);
	if ('TD'.includes(typeOf(bytes))) {
		changed.writeInt16BE(changed.readInt16BE(5) + more, 5);
	}
	return changed;
}

/** Spoils every so many messages of a connection with the next fault; each has its turn. */
export class Garbler {
	told = new Map();	/* fault → how often */
	seen = 0;

	constructor(seed, every) {
		this.dice = new Dice(seed);
		this.every = every;
		this.turns = [];
	}

	/** What a connection passes its bytes through. */
	stream() {
		let rest = Buffer.alloc(0);
		return (chunk) => {
			const messages = [];
			rest = Buffer.concat([rest, chunk]);
			while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
				const length = 1 + rest.readInt32BE(1);
				messages.push(rest.subarray(0, length));
				rest = rest.subarray(length);
			}
			return Buffer.concat(this.isOn ? this.spoilt(messages) : messages);
		};
	}

	spoilt(messages) {
		const sent = [];
		for (let i = 0; i < messages.length; i += 1) {
			this.seen += 1;
			if (this.seen % this.every !== 0) {
				sent.push(messages[i]);
				continue;
			}
			const name = this.next();
			this.told.set(name, (this.told.get(name) ?? 0) + 1);
			if (name !== 'swapped') {
				sent.push(FAULTS[name](messages[i], this.dice));
			} else if (i + 1 < messages.length) {
				sent.push(messages[i + 1], messages[i]);
				i += 1;
			} else {
				sent.push(messages[i]);
			}
		}
		return sent;
	}

	next() {
		if (this.turns.length === 0) {
			this.turns = [...Object.keys(FAULTS), 'swapped'];
			for (let i = this.turns.length - 1; i > 0; i -= 1) {
				const other = this.dice.roll(i + 1);
				[this.turns[i], this.turns[other]] = [this.turns[other], this.turns[i]];
			}
		}
		return this.turns.pop();
	}
}
