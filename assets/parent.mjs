/*
 * The postMessage protocol with the page that embeds the checkout: ready, props, outcome.
 * checkout.mjs uses it; it has no DOM, so that tests/api/05-parent-protocol.test.mjs can run it in Node.
 *
 * What arrives is untrusted.  Only messages from the embedding window are read; the origin of the first
 * valid one is pinned, later ones must come from there, and the outcome is sent nowhere else.
 */

/** What saving cards and refunds this provider offers to the platform's pages. */
const SUPPORTS = { addCardOnFileSupported: true, refundSupported: true };

const READY_EVERY_MS = 400;
const PROPS_WAIT_MS = 15_000;

const MESSAGE_LENGTH_MAX = 65_536;
const TEXT_LENGTH_MAX = 200;
const NAME_LENGTH_MAX = 240;
const PRODUCTS_MAX = 50;

/**
 * @typedef {object} Props What the parent asks to be paid, in one shape for both dialects.
 * @property {"payment" | "setup"} kind
 * @property {"live" | "brief"} dialect
 * @property {"string" | "object"} form How the message came, and how the outcome goes.
 * @property {string} publishableKey
 * @property {string} transactionId "" when the dialect has none
 * @property {string} orderId
 * @property {string} contactId
 * @property {string} amount Decimal text of major units, for display and comparison only.
 * @property {string} currency Three upper-case letters.
 * @property {string} language BCP 47, or "".
 * @property {{name: string, quantity: number}[]} items
 * @property {boolean} isSaveAllowed The payer may be asked whether to keep the card.
 */

/**
 * Read a message of the parent.
 * @param {unknown} data What postMessage brought: JSON text or an object.
 * @returns {{props?: Props, field?: string} | null} null: not meant for us; field: meant for us, but
 *     this field is missing or malformed.
 */
export function decodeProps(data) {
	const form = typeof data === "string" ? "string" : "object";
	const message = form === "string" ? parse(data) : data;
	if (!isRecord(message)) {
		return null;
	}
	const kind = { payment_initiate_props: "payment", setup_initiate_props: "setup" }[message.type];
	if (!kind) {
		return null;
	}

	const contact = isRecord(message.contact) ? message.contact : null;
	const isLive = contact !== null || text(message.transactionId) !== "" || text(message.mode) !== "";
	const props = {
		kind,
		dialect: isLive ? "live" : "brief",
		form,
		publishableKey: text(message.publishableKey),
		transactionId: text(message.transactionId),
		orderId: text(message.orderId),
		contactId: text(isLive ? contact?.id : message.contactId),
		amount: amountText(message.amount),
		currency: text(message.currency).toUpperCase(),
		language: text(message.language),
		items: itemsOf(message),
		isSaveAllowed: saveIsAllowed(message),
	};
	const field = missingField(props);
	return field ? { field } : { props };
}

/**
 * Whether the page may offer to keep the card while an order is paid.
 * [?] in the contract's terms (its §0.1): neither §2.3 nor the brief has a field by which a parent says so.
 * Until one is seen on the wire, it is allowed unless the parent says no in a field of our own naming.
 * @param {object} message payment_initiate_props, as it came.
 */
export function saveIsAllowed(message) {
	return message.saveCardAllowed !== false;
}

/**
 * Say ready until props come, hand them over, and later tell the outcome once.
 * @param {object} options
 * @param {Window} options.window Ours; its parent is the other side.
 * @param {(props: Props) => void} options.onProps Called for the first props, and again when the
 *     parent asks for something else before the outcome is told.
 * @param {(field: string) => void} options.onLate Called when nothing usable came in time; field
 *     names what was wrong with what came, "" when nothing came.
 */
export function openParent({ window, onProps, onLate }) {
	let origin = null;
	let props = null;
	let wrongField = "";
	let isTold = false;
	let repeat = null;
	let limit = null;

	function hear(event) {
		if (event.source !== window.parent || isTold || !isOrigin(event.origin)
		    || (origin !== null && event.origin !== origin)) {
			return;
		}
		const decoded = decodeProps(event.data);
		if (decoded?.field) {
			wrongField = decoded.field;
		}
		if (!decoded?.props || JSON.stringify(decoded.props) === JSON.stringify(props)) {
			return;
		}
		origin = event.origin;
		props = decoded.props;
		stop();
		onProps(props);
	}

	function sayReady() {
		const message = { type: "custom_provider_ready", loaded: true, ...SUPPORTS, data: SUPPORTS };
		/* Nobody is known yet and nothing here is secret, so any origin may read it. */
		window.parent.postMessage(JSON.stringify(message), "*");
		window.parent.postMessage(message, "*");
	}

	function stop() {
		window.clearInterval(repeat);
		window.clearTimeout(limit);
	}

	function start() {
		stop();
		wrongField = "";
		sayReady();
		repeat = window.setInterval(sayReady, READY_EVERY_MS);
		limit = window.setTimeout(() => {
			stop();
			onLate(wrongField);
		}, PROPS_WAIT_MS);
	}

	function tell(message) {
		if (isTold || origin === null) {
			return false;
		}
		isTold = true;
		window.parent.postMessage(props.form === "string" ? JSON.stringify(message) : message, origin);
		return true;
	}

	/* The listener stands before the first ready: the answer can come at once. */
	window.addEventListener("message", hear);
	start();

	return {
		/** Wait for props once more. */
		start,
		/** @param {{chargeId: string, transactionId: string, amount: string, currency: string}} paid Of a setup: nothing. */
		succeed: (paid) => tell(successMessage(props, paid)),
		/** @param {{message: string, code: string}} error */
		fail: (error) => tell(errorMessage(props, error)),
		close: () => tell({ type: "custom_element_close_response" }),
	};
}

function successMessage(props, paid) {
	const type = "custom_element_success_response";
	if (props?.kind === "setup") {
		/* Nothing was charged, so there is no id and no question to follow (contract §2.5). */
		return props.dialect === "live" ? { type } : { type, data: {} };
	}
	if (props?.dialect === "live") {
		return { type, chargeId: paid.chargeId };
	}
	return {
		type,
		data: {
			chargeId: paid.chargeId,
			transactionId: paid.transactionId,
			/* A JSON number, as this dialect's props have it; nobody computes with it. */
			amount: Number(paid.amount),
			currency: paid.currency,
		},
	};
}

function errorMessage(props, error) {
	const type = "custom_element_error_response";
	return props?.dialect === "live"
		? { type, error: { description: error.message } }
		: { type, data: { error: error.message, errorCode: error.code } };
}

function missingField(props) {
	const wrong = [
		["publishableKey", props.publishableKey === ""],
		["amount", props.kind === "payment" && props.amount === ""],
		["currency", props.kind === "payment" && !/^[A-Z]{3}$/.test(props.currency)],
		["transactionId", props.kind === "payment" && props.dialect === "live" && props.transactionId === ""],
		["orderId", props.kind === "payment" && props.dialect === "brief" && props.orderId === ""],
		["contact.id", props.kind === "setup" && props.dialect === "live" && props.contactId === ""],
		["contactId", props.kind === "setup" && props.dialect === "brief" && props.contactId === ""],
	].find(([, isWrong]) => isWrong);
	return wrong ? wrong[0] : "";
}

/* The wire has an array, an object, [{}], or nothing (contract §2.3); names are all that we show. */
function itemsOf(message) {
	const products = [message.productDetails ?? []].flat().slice(0, PRODUCTS_MAX).filter(isRecord);
	const items = products
		.map((product) => ({ name: text(product.name, NAME_LENGTH_MAX), quantity: quantityOf(product) }))
		.filter((item) => item.name !== "");
	const name = text(message.name, NAME_LENGTH_MAX) || text(message.description, NAME_LENGTH_MAX);
	return items.length === 0 && name !== "" ? [{ name, quantity: 1 }] : items;
}

function quantityOf(product) {
	const quantity = product.qty ?? product.quantity;
	return Number.isSafeInteger(quantity) && quantity > 0 ? quantity : 1;
}

/* Decimal text without sign or exponent; a JSON number's shortest text is what the sender wrote. */
function amountText(value) {
	const amount = typeof value === "number" ? String(value) : text(value);
	return /^\d{1,18}(\.\d{1,9})?$/.test(amount) ? amount : "";
}

function text(value, lengthMax = TEXT_LENGTH_MAX) {
	return typeof value === "string" ? value.trim().slice(0, lengthMax) : "";
}

function parse(data) {
	if (data.length > MESSAGE_LENGTH_MAX) {
		return null;
	}
	try {
		return JSON.parse(data);
	} catch {
		return null;
	}
}

/* An opaque origin ("null") cannot be pinned and cannot be answered. */
function isOrigin(origin) {
	return typeof origin === "string" && origin !== "" && origin !== "null";
}

function isRecord(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
