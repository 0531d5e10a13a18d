/*
 * The page's side of the processor's frame, where the card fields are: checkout.mjs uses it.
 * The other side is frame.js.  The frame's origin is opaque, so nothing that is posted into it is
 * secret, and its window is what proves that a message comes from it.
 */

const READY_WAIT_MS = 20_000;
const TOKEN_WAIT_MS = 25_000;
const HEIGHT_MAX_PX = 1_600;

/**
 * @param {object} options
 * @param {HTMLIFrameElement} options.frame
 * @param {() => object} options.setup What the frame is told first: publishableKey, language, words.
 * @param {() => void} options.onDrawn The fields can be seen.
 * @param {() => void} options.onAway The frame did not come in time.
 * @param {() => void} options.onSubmit The payer pressed Enter in a field.
 * @param {() => void} options.onChallenged The payer has answered the 3-D Secure question.
 */
export function createFields({ frame, setup, onDrawn, onAway, onSubmit, onChallenged }) {
	let readyTimer = null;
	let isReady = false;
	let tokenRequest = 0;
	let answerToken = () => {};
	let challenge = null;

	const heard = {
		ready() {
			isReady = true;
			tell({ type: "setup", ...setup() });
			if (challenge) {
				tell(challenge);
			}
		},
		drawn() {
			clearTimeout(readyTimer);
			onDrawn();
		},
		height({ height }) {
			if (height > 0) {
				frame.style.blockSize = `${Math.min(height, HEIGHT_MAX_PX)}px`;
			}
		},
		submit: onSubmit,
		token: ({ request, token }) => request === tokenRequest && answerToken({ token }),
		refused: ({ request, code }) => request === tokenRequest && answerToken({ code }),
		invalid({ request }) {
			if (request === tokenRequest) {
				answerToken({ isInvalid: true });
				/* A frame cannot take focus from its page; it is given, and passed on to the field. */
				frame.focus();
				tell({ type: "focus" });
			}
		},
		challenge_done: onChallenged,
	};

	function hear({ source, origin, data }) {
		if (source === frame.contentWindow && origin === "null" && Object.hasOwn(heard, data?.type)) {
			heard[data.type](data);
		}
	}

	function tell(message) {
		if (isReady) {
			frame.contentWindow.postMessage(message, "*");
		}
	}

	/** Load the frame, unless it is there. */
	function open(address) {
		if (frame.src === address) {
			return;
		}
		isReady = false;
		frame.src = address;
		clearTimeout(readyTimer);
		readyTimer = setTimeout(onAway, READY_WAIT_MS);
	}

	/** @returns {Promise<{token?: string, code?: string, isInvalid?: boolean}>} Always answers. */
	function tokenize() {
		const request = ++tokenRequest;
		return new Promise((resolve) => {
			const timer = setTimeout(() => answerToken({ code: "away" }), TOKEN_WAIT_MS);
			answerToken = (answer) => {
				clearTimeout(timer);
				tokenRequest++;
				resolve(answer);
			};
			tell({ type: "tokenize", request });
		});
	}

	window.addEventListener("message", hear);
	return {
		open,
		close() {
			clearTimeout(readyTimer);
			isReady = false;
			frame.removeAttribute("src");
		},
		tokenize,
		lock: (locked) => tell({ type: "lock", locked }),
		/** Show the 3-D Secure question, now or when the frame is there. */
		challenge(question) {
			challenge = { type: "challenge", ...question };
			if (question.hasFocus) {
				frame.focus();
			}
			tell(challenge);
		},
		/** Bring the fields back. */
		unchallenge() {
			if (challenge) {
				challenge = null;
				tell({ type: "challenge", action: "" });
			}
		},
	};
}
