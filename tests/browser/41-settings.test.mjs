/*
 * The settings page against a real Kassa: installed for a location, looked at, changed; and an agency's brand.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Marketplace } from "../support/marketplace.mjs";
import { eventually, platformId, request } from "../support/payer.mjs";
import { startStack } from "../support/stack.mjs";
import { Visitor } from "../support/visitor.mjs";
import { keepPicture, launchBrowser } from "./browser.mjs";
import { startHost } from "./mock/settings.mjs";

let marketplace, host, stack, visitor, browser;

before(async () => {
	marketplace = await Marketplace.started();
	host = await startHost();
	stack = await startStack({ kassa: { ...marketplace.settings(), KASSA_JOBS_POLL_MS: "50", KASSA_FRAME_ANCESTORS: host.origin } });
	visitor = new Visitor(stack, await stack.secret("sso-key"));
	browser = await launchBrowser();
});
after(async () => {
	await browser?.close();
	marketplace?.stop();
	await stack?.stop();
	await host?.close();
});

async function installed(grant) {
	const answer = await request(`${stack.kassaUrl}/oauth/callback?code=${marketplace.code(grant)}`, { method: "GET" });
	assert.equal(answer.status, 200);
}

async function newLocation() {
	const companyId = platformId();
	const locationId = marketplace.location(companyId);
	await installed({ companyId, locationId });
	await eventually(() => stack.psql(`select connected_at is not null from kassa.provider where location_id = '${locationId}'`),
		(rows) => rows[0]?.[0] === "t");
	return { companyId, locationId };
}

/** Open the settings as the platform would for somebody at ${place}. */
async function opened(place) {
	const context = await browser.newContext({ viewport: { width: 1100, height: 1400 }, locale: "en-US", reducedMotion: "reduce" });
	const page = await context.newPage();
	const problems = [];
	page.on("pageerror", (error) => problems.push(error.message));
	page.on("console", (message) => message.text().includes("Content Security Policy") && problems.push(message.text()));
	await page.goto(host.sealedAddress(`${stack.kassaUrl}/settings`, visitor.payload(place)));
	return { page, problems, settings: page.frameLocator("iframe") };
}

test("settings_of_a_location_are_checked_and_its_keys_changed", async () => {
	const { page, problems, settings } = await opened(await newLocation());
	await settings.locator('#settings[data-state="location"]').waitFor();
	await settings.locator("#chain:not([data-busy]) .link").first().waitFor();
	await settings.locator('[data-link="registered"][data-state="ok"]').waitFor();
	await keepPicture(page, "settings-real");

	const keys = settings.locator("#keys-facts");
	const before = await keys.locator(".fact-text").first().innerText();
	await settings.getByRole("button", { name: "Make new keys" }).click();
	await settings.locator("#question-yes").click();
	await settings.getByText("The new keys are connected.").waitFor();
	await keys.getByText("Old secret key").waitFor();
	assert.notEqual(await keys.locator(".fact-text").first().innerText(), before);

	await settings.getByRole("button", { name: "Revoke old key" }).click();
	await settings.locator("#question-yes").click();
	await settings.getByText("The old key was revoked.").waitFor();
	assert.deepEqual(problems, []);
});

test("settings_of_a_location_take_a_processor_and_its_credentials", async () => {
	const { problems, settings } = await opened(await newLocation());
	await settings.locator('#settings[data-state="location"]').waitFor();
	if (await settings.getByRole("button", { name: "Change" }).isVisible()) {
		await settings.getByRole("button", { name: "Change" }).click();
	}
	await settings.getByLabel("Sandbox key").fill("credential-browser");
	await settings.getByRole("button", { name: "Save" }).click();
	await settings.getByText("Saved.").waitFor();
	await settings.locator("#processor-facts").getByText("Sandbox").waitFor();
	assert.deepEqual(problems, []);
});

test("settings_of_another_agencys_location_are_refused", async () => {
	const place = await newLocation();
	const { settings } = await opened({ ...place, companyId: platformId() });
	await settings.locator('#settings[data-state="refused"]').waitFor();
});

test("settings_of_an_agency_change_its_brand", async () => {
	const companyId = platformId();
	marketplace.location(companyId);
	await installed({ companyId, bulk: true });
	const { problems, settings } = await opened({ companyId });
	await settings.locator('#settings[data-state="brand"]').waitFor();
	await settings.getByLabel("Name").fill("Southwind Pay");
	await settings.getByLabel("Description").fill("");
	await settings.getByRole("button", { name: "Save" }).click();
	await settings.locator("#brand-told:not(:empty)").waitFor();
	assert.match(await settings.locator("#brand-told").innerText(), /Your locations show it/);
	assert.deepEqual(problems, []);
});
