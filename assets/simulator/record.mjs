/*
 * Messages on their way to the server's books, one after the other so that they stay in order.  Used by the
 * pages that talk to a frame.
 */
const MESSAGE_MAX = 30000;	// characters of one message that are kept

/**
 * @param {(body: { direction: string, message: unknown }) => Promise<any>} send
 * @returns {(direction: "received" | "sent", data: unknown, waits?: boolean) => Promise<any>} what send answered.
 *     An answer that waits for a query may take seconds: nothing waits behind it.
 */
export function recorder(send) {
	let last = Promise.resolve();
	return (direction, data, waits = false) => {
		const sent = last.then(() => send({ direction, message: kept(data) }));
		if (!waits)
			last = sent.catch(() => {});
		return sent;
	};
}

/** What of a posted value can be written down as JSON. */
function kept(data) {
	let text;
	try {
		text = JSON.stringify(data);
	} catch {
		text = undefined;
	}
	if (text === undefined)
		return `(a ${typeof data}, which is not JSON)`;
	return text.length > MESSAGE_MAX ? `(a message of ${text.length} characters, too long to keep)` : data;
}
