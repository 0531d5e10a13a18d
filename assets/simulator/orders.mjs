/* A table's rows of orders, for the start page and for a contact's page. */
import { contactLink, day, element, money, paintBadge } from "./view.mjs";

/**
 * @param {any} order
 * @param {boolean} withContact whether the table has that column
 */
export function orderRow(order, withContact) {
	const link = /** @type {HTMLAnchorElement} */ (element("a", "code", order.orderId));
	link.href = `/orders/${order.orderId}`;
	const badge = element("span", "");
	paintBadge(badge, order.status);
	const first = element("th", "", link);
	first.setAttribute("scope", "row");
	return element("tr", "", first,
		element("td", "number", money(order.amount, order.currency)),
		element("td", "", badge),
		element("td", "", order.product),
		...withContact ? [element("td", "", contactLink(order.contactId, order.contactName || order.contactId))] : [],
		element("td", "", order.dialect),
		element("td", "muted", day(order.createdAt)));
}
