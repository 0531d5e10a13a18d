/*
 * Saved cards on a contact's page: asked for, drawn as the platform draws them, one chosen and charged.
 */
import { api, byId, element } from "./view.mjs";

const form = /** @type {HTMLFormElement} */ (byId("charge"));

/** What became of a charge, in words. */
const VERDICTS = {
	paid: { tone: "good", text: "The provider says paid." },
	failed: { tone: "bad", text: "The provider says that the payment failed" },
	pending: { tone: "", text: "The provider does not know yet, or did not answer" },
};

/**
 * @param {object} page
 * @param {string} page.path of the contact
 * @param {() => string} page.dialect the one that is chosen
 * @param {ReturnType<import("./follow.mjs").followed>} page.follow
 */
export function startCards({ path, dialect, follow }) {
	/** @param {string} asked the dialect to ask in */
	async function ask(asked) {
		byId("cards-state").className = "notice";
		byId("cards-state").textContent = "Asking the provider…";
		try {
			render(await follow.busyWith(api(`${path}/payment-methods`, { dialect: asked })));
		} catch (error) {
			say(byId("cards-state"), "bad", error.message);
		}
	}

	async function charge() {
		const fields = new FormData(form);
		const button = /** @type {HTMLButtonElement} */ (byId("charge-button"));
		button.disabled = true;
		showChargeError("");
		say(byId("charge-state"), "", "Asking the provider…");
		try {
			// The amount goes as text: a number would be rounded to what a double can hold.
			const order = await follow.busyWith(api(`${path}/charges`, {
				paymentMethodId: fields.get("paymentMethodId"),
				amount: String(fields.get("amount")).trim(),
				currency: String(fields.get("currency")).trim(),
				description: String(fields.get("description")).trim(),
				dialect: dialect(),
			}));
			renderCharge(order);
		} catch (error) {
			say(byId("charge-state"), "", "");
			showChargeError(error.message);
		} finally {
			button.disabled = false;
		}
	}

	byId("ask").addEventListener("click", () => ask(dialect()));
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		charge();
	});
	return { ask };
}

function render({ methods, reason, query }) {
	const failed = query.outcome === "failed";
	const found = methods.length === 1 ? "One saved card." : `${methods.length || "No"} saved cards.`;
	say(byId("cards-state"), reason === "" ? "" : "bad", failed ? sentence(reason) : `${found} ${sentence(reason)}`.trim());
	byId("cards").replaceChildren(...methods.map(cardChoice));
	byId("cards-field").hidden = methods.length === 0;
	/** @type {HTMLButtonElement} */ (byId("charge-button")).disabled = methods.length === 0;
}

function renderCharge(order) {
	const { tone, text } = VERDICTS[order.status] ?? VERDICTS.paid;
	const { reason } = order.query;
	const link = /** @type {HTMLAnchorElement} */ (element("a", "", "Order, to verify or refund"));
	link.href = `/orders/${order.orderId}`;
	const place = byId("charge-state");
	say(place, tone, order.status === "paid" ? `${text} ` : `${text}${reason === "" ? "" : `: ${reason}`}. `);
	place.append(link);
}

/** A radio button with the card's picture and words, in whichever dialect it came. */
function cardChoice(method, index) {
	const input = document.createElement("input");
	Object.assign(input, { type: "radio", name: "paymentMethodId", value: method.id, checked: index === 0 });
	const [title, ...more] = "last4" in method || "expiryMonth" in method ? briefWords(method) : liveWords(method);
	return element("label", "choice saved-card", input, ...pictures(method.imageUrl),
		element("span", "words", element("b", "", title), ...more.flatMap((word) => [" ", element("span", "muted", word)])));
}

function liveWords({ id, title, subTitle, expiry }) {
	return [title || id, subTitle, expiry].filter(Boolean);
}

function briefWords({ type, last4, expiryMonth, expiryYear }) {
	const expiry = expiryMonth && expiryYear ? `${String(expiryMonth).padStart(2, "0")}/${String(expiryYear).slice(-2)}` : "";
	return [type || "card", last4 && `**** ${last4}`, expiry].filter(Boolean);
}

/** The words say all that a picture does; one that can't be loaded is taken away. */
function pictures(imageUrl) {
	if (!/^https?:\/\//i.test(imageUrl ?? ""))
		return [];
	const picture = document.createElement("img");
	picture.alt = "";
	picture.referrerPolicy = "no-referrer";
	picture.addEventListener("error", () => picture.remove());
	picture.src = imageUrl;
	return [picture];
}

function say(place, tone, text) {
	place.className = `notice ${tone}`;
	place.textContent = text;
}

function sentence(text) {
	return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function showChargeError(text) {
	const box = byId("charge-error");
	box.textContent = text;
	box.hidden = text === "";
	if (text !== "")
		box.focus();
}
