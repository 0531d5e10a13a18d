/*
 * Walking through the simulator's marketplace in a browser: an agency, its locations, the app installed by Kassa's
 * start link, an order paid.  Used by the tests from 40 on.
 */
import { CARD, eventually, request } from '../support/payer.mjs';

export class Walk {
	constructor(stack) {
		this.stack = stack;
	}

	simulator(path, body) {
		return request(`${this.stack.simulatorUrl}${path}`, body === undefined ? { method: 'GET' } : { body });
	}

	async companyMade(name, locations) {
		return (await this.simulator('/simulator/companies', { name, locations })).json;
	}

	/** What the platform has of the provider at a location. */
	async provider(locationId) {
		return (await this.simulator(`/simulator/providers/${locationId}`)).json;
	}

	connected(locationId) {
		return eventually(() => this.provider(locationId), (has) => has?.keys?.test !== undefined);
	}

	/** Kassa's start link, the choice, the way back. */
	async installed(page, choose) {
		await page.goto(`${this.stack.kassaUrl}/oauth/install`);
		await page.waitForURL(/\/oauth\/chooselocation/);
		await choose();
		await page.getByRole('button', { name: /^Install/ }).click();
		await page.waitForURL(/\/oauth\/callback/);
		await page.getByRole('heading', { name: 'Installed' }).waitFor();
	}

	/** Pay an order of the location, with the provider that the location has. */
	async paid(page, locationId) {
		const order = (await this.simulator('/simulator/orders', { amount: 49.99, currency: 'USD', dialect: 'live', locationId })).json;
		await page.goto(order.url);
		await this.cardTyped(page.frameLocator('iframe').first());
		return eventually(() => this.simulator(`/simulator/orders/${order.orderId}`), ({ json }) => json.status === 'paid', 20000);
	}

	/** A good card into the checkout that a page embeds, and pay. */
	async cardTyped(checkout) {
		const card = checkout.frameLocator('iframe').first();
		await card.getByLabel(/card number/i).fill(CARD.success);
		await card.getByLabel(/expir/i).fill('12 / 31');
		await card.getByLabel(/security code|cvc/i).fill('123');
		await checkout.getByRole('button', { name: /^Pay/ }).click();
	}
}
