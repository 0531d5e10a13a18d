/*
 * Our own checkout in a frame, and the parent's side of its protocol (parent.mjs is the other side): its first
 * ready is answered with the props, and its outcome is handed on.  billing.mjs uses it; it makes no element, so
 * that tests/api/08-billing-frame.test.mjs can run it in Node.
 */

const SILENT_MS = 20_000;	// longer than a checkout says ready

/** What the checkout is asked to be paid; it reads the amount again from the order. */
export function propsOf(order, plan) {
	return {
		type: "payment_initiate_props",
		publishableKey: order.publishableKey,
		amount: order.amount,
		currency: order.currency,
		mode: "payment",
		transactionId: order.id,
		orderId: order.id,
		productDetails: [{ name: plan.name, qty: plan.locationIds.length + Number(plan.billsCompany) }],
		saveCardAllowed: false,
	};
}

/**
 * @param {object} page
 * @param {Window} page.window ours; the checkout has the same origin
 * @param {() => Window | null} page.child the frame's window
 * @param {object} page.props
 * @param {(outcome: "paid" | "failed" | "closed" | "silent", words: string) => void} page.onOutcome once
 * @returns {() => void} stops listening
 */
export function talkTo({ window, child, props, onOutcome }) {
	const limit = window.setTimeout(() => end("silent", ""), SILENT_MS);

	function end(outcome, words) {
		stop();
		onOutcome(outcome, words);
	}

	function stop() {
		window.clearTimeout(limit);
		window.removeEventListener("message", hear);
	}

	function hear(event) {
		if (event.source === null || event.source !== child() || event.origin !== window.location.origin) {
			return;
		}
		const message = read(event.data);
		if (message?.type === "custom_provider_ready") {
			/* A document that loads anew asks anew; the same props twice are one payment. */
			window.clearTimeout(limit);
			event.source.postMessage(JSON.stringify(props), event.origin);
		} else if (message?.type === "custom_element_success_response") {
			end("paid", "");
		} else if (message?.type === "custom_element_error_response") {
			end("failed", wordsOf(message.error?.description));
		} else if (message?.type === "custom_element_close_response") {
			end("closed", "");
		}
	}

	window.addEventListener("message", hear);
	return stop;
}

function wordsOf(value) {
	return typeof value === "string" ? value.slice(0, 200) : "";
}

/* It says everything twice, as text and as an object; one of them is enough. */
function read(data) {
	if (typeof data !== "string" || data.length > 65_536) {
		return null;
	}
	try {
		return JSON.parse(data);
	} catch {
		return null;
	}
}
