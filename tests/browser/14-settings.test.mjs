/*
 * Every state of the settings page: it is reached, axe finds nothing, nothing is wider than the window, and
 * pictures in light, in dark and at 300 px are kept.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { showInAllLooks } from "./looks.mjs";
import { fault } from "./mock/kassa.mjs";
import { ACME } from "./mock/settings.mjs";
import { startSettingsStage } from "./settings-stage.mjs";

const LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

function break_(kassa, id, state, reason = null) {
	Object.assign(kassa.links.find((link) => link.id === id && link.mode !== "live"), { state, reason });
}

function setUpNothing(kassa) {
	Object.assign(kassa.state.modes[0], { setUp: false, processor: null, processors: [...kassa.state.modes[0].processors, ACME] });
}

const agency = (kassa) => Object.assign(kassa.session, { locationId: null });

/* name: of the pictures; state: of the page; kassa() prepares answers; act() does what the merchant does. */
const CASES = [
	{ name: "connecting", state: "connecting", kassa: (kassa) => kassa.when("POST /settings/session", kassa.hang) },
	{ name: "ready", state: "location", act: (stage) => stage.standing("ready") },
	{
		name: "left", state: "location", kassa: (kassa) => break_(kassa, "default", "unknown"),
		act: (stage) => stage.standing("left"),
	},
	{
		name: "unpaid", state: "location",
		kassa(kassa) {
			break_(kassa, "queried", "unknown");
			break_(kassa, "default", "unknown");
		},
		act: (stage) => stage.standing("left"),
	},
	{
		name: "broken", state: "location",
		kassa(kassa) {
			break_(kassa, "registered", "broken", "absent");
			break_(kassa, "connected", "skipped");
			break_(kassa, "reachable", "broken", "unreachable");
			break_(kassa, "queried", "unknown");
			break_(kassa, "default", "unknown");
		},
		act: (stage) => stage.standing("attention"),
	},
	{
		name: "checking", state: "location",
		kassa(kassa) {
			kassa.when("POST /settings/check", kassa.hang);
			kassa.when("GET /settings/money", kassa.hang);
			kassa.when("GET /settings/activity", kassa.hang);
		},
		act: (stage) => stage.standing("checking"),
	},
	{
		name: "parts-failed", state: "location",
		kassa(kassa) {
			for (const route of ["POST /settings/check", "GET /settings/money", "GET /settings/activity"]) {
				kassa.when(route, () => fault(429, "rate_limited"));
			}
		},
		act: (stage) => stage.standing("unchecked"),
	},
	{
		name: "empty", state: "location",
		kassa(kassa) {
			kassa.activity = { charges: [], refunds: [], webhooks: [] };
			kassa.money = { days: 30, currencies: [] };
		},
		act: (stage) => stage.text("No payments in the last 30 days."),
	},
	{ name: "not-set-up", state: "location", kassa: setUpNothing, act: (stage) => stage.standing("setUp") },
	{
		name: "not-set-up-live", state: "location",
		async act(stage) {
			await stage.standing("ready");
			await stage.button("Live").click();
			await stage.text("No processor is offered for this mode yet.");
		},
	},
	{
		name: "field-missing", state: "location", kassa: setUpNothing,
		async act(stage) {
			await stage.settings.locator("#processor").selectOption("acme");
			await stage.button("Save").click();
			await stage.text("Enter this: Merchant number.");
		},
	},
	{
		name: "save-refused", state: "location", kassa: (kassa) => {
			setUpNothing(kassa);
			kassa.when("PUT /settings/modes/test/processor", () => fault(400, "field_invalid"));
		},
		async act(stage) {
			await stage.button("Save").click();
			await stage.text("Something in the form was not accepted.");
		},
	},
	{
		/* All but the question is inert, its main part and its heading too. */
		name: "rotate-question", state: "location", except: ["landmark-one-main", "page-has-heading-one"],
		async act(stage) {
			await stage.button("Make new keys").click();
			await stage.text("A new pair is made");
		},
	},
	{
		name: "rotated", state: "location",
		async act(stage) {
			await stage.button("Make new keys").click();
			await stage.settings.locator("#question-yes").click();
			await stage.text("The new keys are connected.");
		},
	},
	{
		name: "look-only", state: "location",
		kassa: (kassa) => Object.assign(kassa.session, { canEdit: false, user: { name: "Eve", role: "user" } }),
		act: (stage) => stage.text("You can look at everything here."),
	},
	...["wanted", "paused", "dead", "uninstalled"].map((name) => ({
		name: `installation-${name}`, state: "location",
		kassa(kassa) {
			kassa.state.installation = { state: name, reason: name };
			break_(kassa, "token", "broken", name);
			for (const id of ["registered", "connected", "queried", "default"]) {
				break_(kassa, id, "skipped");
			}
		},
		act: (stage) => stage.standing(name),
	})),
	{
		name: "refunds", state: "location",
		async act(stage) {
			await stage.button("Refunds").click();
			await stage.text("The processor refused");
		},
	},
	{
		name: "webhooks", state: "location",
		async act(stage) {
			await stage.button("Webhooks").click();
			await stage.text("Reason: no such invoice");
			await stage.settings.locator("summary").first().click();
		},
	},
	{
		name: "offline", state: "location",
		async act(stage) {
			await stage.standing("ready");
			await stage.context.setOffline(true);
			await stage.text("You are offline.");
		},
	},
	{
		name: "long", state: "location",
		kassa(kassa) {
			kassa.state.location.name = LONG.repeat(2);
			kassa.session.brand = { ...kassa.session.brand, name: LONG, support: `https://${LONG.toLowerCase()}.example/${LONG}` };
			kassa.state.modes[0].processor.label = LONG;
			kassa.state.modes[0].keys.publishableKey.text = `kassa_pk_test_${"7Qm2x9Lr4t".repeat(4)}`;
			Object.assign(kassa.activity.charges[0], { amount: "900719925474099312.93", card: LONG, id: `ch_${LONG}` });
			Object.assign(kassa.money.currencies[0], { total: "900719925474099312.93" });
		},
		act: (stage) => stage.standing("ready"),
	},
	{ name: "brand", state: "brand", kassa: agency },
	{
		name: "brand-wrong", state: "brand", kassa: agency,
		async act(stage) {
			await stage.settings.getByLabel("Name").fill(" ");
			await stage.settings.getByLabel("Address of the logo").fill("http://northwind.example/logo.png");
			await stage.button("Save").click();
			await stage.text("Enter an address that begins with https://.");
		},
	},
	{
		name: "brand-look-only", state: "brand",
		kassa: (kassa) => Object.assign(agency(kassa), { canEdit: false }),
	},
	{ name: "orphan", state: "orphan", options: { isAlone: true } },
	{ name: "late", state: "late", options: { answer: "none", hasClock: true }, act: (stage) => stage.pass(16) },
	{ name: "refused", state: "refused", options: { answer: "forged" } },
	{
		name: "expired", state: "expired",
		async kassa(kassa) {
			kassa.when("GET /settings/activity", () => fault(401, "settings_expired"));
		},
	},
	{
		name: "trouble", state: "trouble", options: { hasClock: true },
		kassa: (kassa) => kassa.when("GET /settings/state", () => fault(503, "store_unavailable")), act: (stage) => stage.pass(20),
	},
	{ name: "limited", state: "limited", kassa: (kassa) => kassa.when("POST /settings/session", () => fault(429, "rate_limited")) },
];

let stage;
before(async () => {
	stage = await startSettingsStage();
});
after(() => stage.close());
afterEach(() => stage.clear());

for (const one of CASES) {
	test(`settings_state_${one.name}`, async () => {
		one.kassa?.(stage.kassa);
		const opened = await stage.open(one.options);
		await one.act?.(opened);
		await opened.state(one.state);
		await showInAllLooks(opened, `settings-${one.name}`, { height: 2400, except: one.except });
		assert.deepEqual(opened.problems, []);
	});
}
