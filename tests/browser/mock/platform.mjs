/*
 * A stand-in for the platform's order page: embeds the checkout, answers ready with props, keeps what it
 * is told in window.told.  It lives on localhost, another site than the mock of Kassa on 127.0.0.1.
 */
import { startServer } from "./http.mjs";

/* Runs in the page.  Props come with the address; "none" never answers, as an unconnected platform. */
function parentScript() {
	const query = new URLSearchParams(window.location.search);
	const { props, form } = JSON.parse(query.get("order"));
	const frame = document.querySelector("iframe");
	window.told = [];
	window.readyCount = 0;
	window.send = (message) => frame.contentWindow.postMessage(form === "string" ? JSON.stringify(message) : message, "*");
	window.addEventListener("message", ({ source, origin, data }) => {
		if (source !== frame.contentWindow) {
			return;
		}
		const message = typeof data === "string" ? JSON.parse(data) : data;
		if (message.type !== "custom_provider_ready") {
			window.told.push({ message, form: typeof data, origin });
			return;
		}
		window.readyCount += 1;
		if (form !== "none") {
			window.send(props);
		}
	});
	frame.src = query.get("checkout");
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Order</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>html,body{margin:0;height:100%}iframe{border:0;width:100%;height:100%;display:block}</style>
<iframe title="Payment"></iframe><script>(${parentScript})()</script></html>`;

export async function startPlatform() {
	const server = await startServer(() => ({ headers: { "content-type": "text/html" }, body: PAGE }));
	const origin = `http://localhost:${server.port}`;
	return {
		origin,
		/** The address of a page that embeds ${checkout} and answers with ${props} as ${form}. */
		orderUrl(checkout, props, form = "string") {
			return `${origin}/?${new URLSearchParams({ checkout, order: JSON.stringify({ props, form }) })}`;
		},
		close: () => server.close(),
	};
}

export const LIVE_PROPS = {
	type: "payment_initiate_props", publishableKey: "kassa_pk_test_mock", amount: 49.99, currency: "usd", mode: "payment",
	productDetails: [{ name: "Premium T-shirt", qty: 2 }], contact: { id: "con_1" },
	orderId: "ord_1", transactionId: "txn_1", locationId: "loc_1", language: "en-US",
};

export const LIVE_SETUP_PROPS = {
	type: "setup_initiate_props", publishableKey: "kassa_pk_test_mock", currency: "USD", mode: "setup",
	contact: { id: "con_1", name: "Ada Payer" }, locationId: "loc_1",
};

export const BRIEF_SETUP_PROPS = {
	type: "setup_initiate_props", publishableKey: "kassa_pk_test_mock", contactId: "con_1", locationId: "loc_1",
};

export const BRIEF_PROPS = {
	type: "payment_initiate_props", publishableKey: "kassa_pk_test_mock", amount: 49.99, currency: "USD",
	contactId: "con_1", orderId: "ord_1", locationId: "loc_1", productDetails: { productId: "p_1" },
};
