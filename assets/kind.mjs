/*
 * What the page was opened for: an order is paid, or a card is saved for later.  Both go through the same
 * states (render.mjs) and the same talk with the server (session.mjs); what differs is here, and in the
 * words, whose part "setup" then takes the place of the payment's.  checkout.mjs and render.mjs use it.
 */

/* path: of the sessions, or setups, on the server; opens: what of the props the server is told. */
const KINDS = {
	payment: {
		path: "/checkout/sessions",
		opens: ["publishableKey", "transactionId", "orderId", "contactId", "amount", "currency", "dialect"],
	},
	setup: {
		path: "/checkout/setups",
		opens: ["publishableKey", "contactId", "dialect"],
	},
};

/**
 * One of something for each kind.
 * @template T
 * @param {(path: string) => T} create
 * @returns {{payment: T, setup: T}}
 */
export function forEachKind(create) {
	return { payment: create(KINDS.payment.path), setup: create(KINDS.setup.path) };
}

/** @param {import("./parent.mjs").Props} props What the server is asked to open; what is empty is left out. */
export function openingOf(props) {
	const named = KINDS[props.kind].opens.map((name) => [name, props[name]]);
	return Object.fromEntries(named.filter(([, value]) => value !== ""));
}

/** @param {object} words All of a language. */
export function wordsOf(kind, words) {
	return kind === "setup" ? { ...words, ...words.setup } : words;
}

/** Whether the payer is asked if the card should be kept: the server can, and the parent lets us. */
export function maySave({ props, session }) {
	return props?.kind === "payment" && props.isSaveAllowed && session?.saveOffered === true;
}
