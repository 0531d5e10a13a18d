/*
 * The order page of an order that was charged to a saved card: there is no checkout, but the charge can be sent
 * again, as a platform does that has lost the answer.
 */
import { showError } from "./follow.mjs";
import { api, byId, contactLink } from "./view.mjs";

/** What became of the order, in words. */
const STATES = {
	pending: { tone: "", text: "The provider does not know yet, or did not answer. Ask verify, or send the charge again." },
	failed: { tone: "bad", text: "The provider says that the payment failed." },
};
const PAID = { tone: "good", text: "The provider says paid." };

/**
 * @param {any} order
 * @param {(promise: Promise<any>) => Promise<any>} busyWith
 */
export function startCharge(order, busyWith) {
	const { contact, orderId, paymentMethodId } = order;
	byId("frame-card").hidden = true;
	byId("charge-card").hidden = false;
	byId("charge-method").textContent = paymentMethodId;
	byId("charge-contact").replaceChildren(contactLink(contact.id, contact.name || contact.id));
	byId("charge-again").addEventListener("click", async () => {
		try {
			await busyWith(api(`/simulator/contacts/${contact.id}/charges`, { orderId }));
		} catch (error) {
			showError(error.message);
		}
	});
}

/** @param {any} order @param {boolean} isBusy */
export function renderCharge(order, isBusy) {
	const { tone, text } = STATES[order.status] ?? PAID;
	const notice = byId("charge-state");
	notice.className = `notice ${tone}`;
	notice.textContent = text;
	/** @type {HTMLButtonElement} */ (byId("charge-again")).disabled = isBusy;
}
