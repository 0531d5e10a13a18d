/*
 * What the settings page says: its English, and how the words of other languages are had.  settings.mjs
 * uses it.  Those are one file each, settings-words-de.mjs and so on, so that a reader loads only their own.
 */

const ENGLISH = {
	title: "Payment settings",
	loading: "Loading your settings…",
	modes: "Mode",
	test: "Test",
	live: "Live",
	testText: "Test mode takes published test cards only. No money moves.",
	liveText: "Live mode charges real cards.",
	retry: "Try again",
	reload: "Reload",
	cancel: "Cancel",
	change: "Change",
	save: "Save",
	saving: "Saving…",
	saved: "Saved.",
	optional: "optional",
	fieldMissing: "Enter this: {label}.",
	support: "Help: {support}",
	reference: "Reference {id}",
	offlineNote: "You are offline. What you see may be out of date.",
	lookOnly: "You can look at everything here. An administrator of your account can change it.",

	orphanTitle: "Open this page from your account",
	orphanText: "These settings open inside your account: go to Payments → Integrations and press “Manage”.",
	lateTitle: "Your account did not answer",
	lateText: "We asked the page around this one who is looking, and heard nothing. Reload it; if that does not help, sign in to your account again.",
	refusedTitle: "These settings cannot be opened",
	refusedText: "The app may not be installed here. Open the settings from your account once more; if that does not help, install the app again.",
	expiredTitle: "Your session has ended",
	expiredText: "Nothing is lost. Open the settings once more to go on.",
	troubleTitle: "The payment service is not answering",
	troubleText: "Payments that are under way go on. Please try again in a few minutes.",
	limitedTitle: "Too many requests",
	limitedText: "Please wait a minute and try again.",

	checkingTitle: "Checking the connection…",
	checkingText: "This takes a few seconds.",
	uncheckedTitle: "The connection could not be checked",
	uncheckedText: "Payments are not affected by this. Please check again.",
	readyTitle_test: "Ready for test payments",
	readyTitle_live: "Ready to take payments",
	readyText_test: "Try your checkout with a test card.",
	readyText_live: "Everything is connected. You need not do anything.",
	leftTitle: "One step is left",
	attentionTitle: "Something needs your attention",
	attentionText: "Payments may not work until the marked step is done.",
	setUpTitle_test: "Test payments are not set up",
	setUpTitle_live: "Live payments are not set up",
	setUpText: "Choose a processor and save it. Everything else is done for you.",
	setUpAsk: "An administrator of your account can choose a processor.",
	wantedTitle: "The installation is not finished",
	wantedText: "This takes a minute at most. If nothing changes, install the app again.",
	pausedTitle: "The app is paused",
	pausedText: "Your account has stopped the app, often because a bill is open. Once it is paid, everything works as before.",
	deadTitle: "The app has lost its access",
	deadText: "Open the app in the marketplace and install it again for this location. Keys and payments are kept.",
	uninstalledTitle: "The app is not installed here any more",
	uninstalledText: "Open the app in the marketplace and install it again to take payments. Earlier payments are kept.",

	checkTitle: "Connection",
	checkAgain: "Check again",
	checking: "Checking…",
	checkedAt: "Checked {at}",
	seenAt: "Last seen {at}",
	link_token: "Access to your account",
	link_registered: "Registered as a payment provider",
	link_connected: "Keys connected",
	link_reachable: "Reachable from outside",
	link_queried: "Asked about a payment",
	link_default: "Set as default",
	state_ok: "In order",
	state_broken: "Needs attention",
	state_unknown: "Open",
	state_skipped: "Not checked",
	help_skipped: "Is checked when the steps above are in order.",
	help_away: "Your account did not answer. Wait a minute and press “Check again”.",
	help_token: "Open the app in the marketplace and install it again for this location.",
	help_token_paused: "Your account has stopped the app. Pay the open bill of the app in your account, then press “Check again”.",
	help_token_wanted: "The installation is still under way. Wait a minute and press “Check again”.",
	help_registered: "We register again by ourselves. Wait a minute and press “Check again”; if it stays like this, install the app again.",
	help_connected: "We connect them again by ourselves. Wait a minute and press “Check again”; if it stays like this, make new keys below.",
	help_connected_not_set_up: "Choose a processor below and save it.",
	help_reachable: "There is nothing to press here: tell those who run this payment service.",
	help_queried: "No payment was asked about yet. Pay once in a checkout of yours, then press “Check again”.",
	help_default: "Only you can see this. Open Payments → Integrations and press “Set as Default” at this provider. After the first payment it is ticked here.",

	processorTitle: "Processor",
	processorText: "Who moves the money of this mode.",
	processorNone: "No processor is offered for this mode yet.",
	processorUnset: "None chosen yet.",
	stored: "Stored, and never shown",
	replaces: "Saving replaces what is stored.",

	keysTitle: "Keys",
	keysText: "They are connected for you. There is nothing to copy.",
	keysNone: "Keys are made when the app is installed.",
	apiKey: "Secret key",
	publishableKey: "Publishable key",
	madeAt: "Made {at}",
	rotate: "Make new keys",
	rotateTitle: "Make new keys?",
	rotateText: "A new pair is made and connected at once. The old one keeps working until you revoke it.",
	rotated: "The new keys are connected. The old secret key still works.",
	rotatedLater: "The new keys are made and will be connected in a moment. The old secret key still works.",
	previous: "Old secret key",
	revoke: "Revoke old key",
	revokeTitle: "Revoke the old key?",
	revokeText: "Requests with the old key will be refused. Do it when nothing uses that key any more. It cannot be undone.",
	revoked: "The old key was revoked.",
	working: "One moment…",

	moneyTitle: "Last 30 days",
	moneyEmpty: "No payments in the last 30 days.",
	moneyTotal: "Total in {currency}",
	moneyTable: "Day by day",
	day: "Day",
	charged: "Charged",
	refunded: "Refunded",

	activityTitle: "Recent activity",
	charges: "Charges",
	refunds: "Refunds",
	webhooks: "Webhooks",
	chargesEmpty: "No charges yet.",
	refundsEmpty: "No refunds yet.",
	webhooksEmpty: "No webhooks yet.",
	partLoading: "Loading…",
	partFailed: "This could not be loaded.",
	refundOf: "of {charge}",
	reason: "Reason: {reason}",
	status_sending: "Under way",
	status_pending: "Pending",
	status_unknown: "Being clarified",
	status_succeeded: "Succeeded",
	status_failed: "Failed",
	status_applied: "Applied",
	status_stored: "Stored",
	status_ignored: "Ignored",
	decline_card_declined: "The bank declined the card.",
	decline_insufficient_funds: "Not enough money on the card.",
	decline_expired_card: "The card has expired.",
	decline_incorrect_cvc: "The security code was wrong.",
	decline_authentication_failed: "The bank did not confirm the payer.",
	decline_authentication_required: "The bank wants the payer to confirm.",
	decline_not_sent: "The payment did not reach the bank.",
	decline_processor_refused: "The processor refused.",

	brandTitle: "Your brand",
	brandText: "How this payment provider is called and looks in all of your locations. Keys and payments are in the settings of each location.",
	brandName: "Name",
	brandDescription: "Description",
	brandLogo: "Address of the logo",
	brandLogoHint: "A square picture at an address that begins with https://",
	brandSupport: "Help for merchants",
	brandSupportHint: "An e-mail address or a web address",
	brandLogoWrong: "Enter an address that begins with https://.",
	brandLogoAway: "No picture could be loaded from this address.",
	brandSaved: "Saved. Your locations show it within a few minutes.",

	failed: "This could not be done. Please try again.",
	failed_away: "Nobody answered. Below is how it stands now; please look before you try again.",
	failed_rate_limited: "Too many requests. Please wait a minute and try again.",
	failed_keys_changing: "The keys are being changed already. Please wait a minute and try again.",
	failed_settings_forbidden: "Only an administrator of your account can change this.",
	failed_field_invalid: "Something in the form was not accepted. Please check what you entered.",
	failed_platform_unavailable: "Your account did not answer. Please try again in a minute.",
	failed_processor_unsupported: "This processor is not offered for this mode.",
};

const OTHERS = ["de", "es", "fr", "it", "nl", "pt"];

/**
 * @param {string} language One of words.mjs's chooseLanguage().
 * @returns {Promise<object>} All words; a file that cannot be had leaves English.
 */
export async function loadSettingsWords(language) {
	if (!OTHERS.includes(language)) {
		return ENGLISH;
	}
	try {
		return { ...ENGLISH, ...(await import(`./settings-words-${language}.mjs`)).default };
	} catch {
		return ENGLISH;
	}
}

/**
 * What to press about a link of the chain, and where; the reason it was given with counts, where it has words.
 * @param {{id: string, state: string, reason: string | null}} link
 */
export function helpOf(words, { id, state, reason }) {
	if (state === "ok") {
		return "";
	}
	if (state === "skipped") {
		return words.help_skipped;
	}
	const known = [`help_${id}_${reason}`, `help_${reason}`, `help_${id}`].find((word) => Object.hasOwn(words, word));
	return known ? words[known] : "";
}

/* What is said of an installation that does not stand is said in the same words of a change in it. */
const INSTALLATION_FAILURES = {
	installation_paused: "pausedText", installation_dead: "deadText", installation_unknown: "uninstalledText",
};

/** What is said of a change that was not made; an unknown code is the general one. */
export function failureText(words, code) {
	const word = INSTALLATION_FAILURES[code] ?? `failed_${code}`;
	return Object.hasOwn(words, word) ? words[word] : words.failed;
}

/** Why a charge failed, as its merchant may know. */
export function declineReason(words, code) {
	return Object.hasOwn(words, `decline_${code}`) ? words[`decline_${code}`] : words.decline_processor_refused;
}
