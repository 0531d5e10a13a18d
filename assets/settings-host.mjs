/*
 * Who is looking: the handshake with the page that embeds the settings page.  settings.mjs uses it; it has
 * no DOM, so that tests/api/08-settings-page.test.mjs can run it in Node.
 *
 * What comes back is sealed for the server: here it is text that is passed on and not kept.
 */

const ASK_EVERY_MS = 400;
const ANSWER_WAIT_MS = 15_000;
const PAYLOAD_LENGTH_MAX = 12_000;	/* the server takes bodies of 16 KiB */

/**
 * Ask the embedding page who is looking, until it answers.
 * @param {Window} window Ours; its parent is the other side.
 * @returns {Promise<{payload: string} | {late: true}>} late: no usable answer within 15 seconds.
 */
export function askHost(window) {
	return new Promise((resolve) => {
		function hear({ source, data }) {
			const payload = source === window.parent ? payloadOf(data) : "";
			if (payload !== "") {
				end({ payload });
			}
		}

		function ask() {
			/* Nobody is known yet and nothing here is secret, so any origin may read it. */
			window.parent.postMessage({ message: "REQUEST_USER_DATA" }, "*");
		}

		function end(answer) {
			window.clearInterval(repeat);
			window.clearTimeout(limit);
			window.removeEventListener("message", hear);
			resolve(answer);
		}

		/* The listener stands before the first question: the answer can come at once. */
		window.addEventListener("message", hear);
		const repeat = window.setInterval(ask, ASK_EVERY_MS);
		const limit = window.setTimeout(() => end({ late: true }), ANSWER_WAIT_MS);
		ask();
	});
}

/** The sealed text in a message of the host; "" when the message is another one. */
export function payloadOf(data) {
	if (typeof data !== "object" || data === null || data.message !== "REQUEST_USER_DATA_RESPONSE") {
		return "";
	}
	const { payload } = data;
	return typeof payload === "string" && payload.length <= PAYLOAD_LENGTH_MAX ? payload : "";
}
