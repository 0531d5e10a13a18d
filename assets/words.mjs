/*
 * What the checkout says: the choice of the language, and its English.  checkout.mjs uses it.
 * Other languages are one file each, words-de.mjs and so on, so that a payer loads only their own.
 */

const ENGLISH = {
	title: "Secure payment",
	test: "Test",
	total: "Total",
	more: "and {count} more",
	loading: "Loading the payment form",
	pay: "Pay {amount}",
	paying: "Processing…",
	save: "Save this card for later",
	saveText: "It is kept at the payment processor, and the seller can charge it later.",
	cancel: "Cancel payment",
	privacy: "Your card details go straight to the payment processor. The seller never sees them.",

	waitBank: "Waiting for the bank…",
	waitLong: "This takes a little longer than usual. Please keep this page open.",
	lastAttempt: "One attempt is left.",
	offlineNote: "You are offline. You can pay as soon as the connection is back.",
	brokenNote: "The connection was interrupted. Your payment may already be on its way; please keep this page open.",
	actionNote: "Answer your bank’s question to finish the payment.",

	orphanTitle: "Nothing to pay here",
	orphanText: "This page belongs inside an order or an invoice. Open yours again and pay there.",
	lateTitle: "The order has not arrived",
	lateText: "Please reload the page. If that does not help, let the seller know.",
	sellerTitle: "For the seller",
	sellerConnected: "Is this payment provider connected for this account?",
	sellerDefault: "Is it set as the default provider?",
	sellerMode: "Are both in the same mode, test or live, with the keys of that mode?",
	sellerField: "The order came without a usable “{field}”.",
	retry: "Try again",

	keyTitle: "This checkout is not connected",
	keyText: "The seller’s payment connection does not work at the moment. Nothing was charged.",
	offlineTitle: "You are offline",
	offlineText: "We go on by ourselves as soon as the connection is back.",
	awayTitle: "One moment, please",
	awayText: "The payment service is not answering. We keep trying; nothing was charged.",
	troubleTitle: "The payment service is not answering",
	troubleText: "Nothing was charged. Please try again in a few minutes.",
	limitedTitle: "Too many attempts",
	limitedText: "Nothing was charged. Please wait a few minutes and try again.",
	fieldsTitle: "The card form could not be loaded",
	fieldsText: "Nothing was charged. Please check your connection and try again.",
	resumingTitle: "Your payment is under way",
	resumingText: "We are asking for its result. Please keep this page open.",
	unsureTitle: "We do not know the result yet",
	unsureText: "Your payment may have gone through. Please do not pay again before you have checked.",
	check: "Check again",

	declineHelp: "Nothing was charged. Check the details or use another card.",
	decline_card_declined: "Your card was declined.",
	decline_authentication_failed: "Your bank did not confirm that it is you.",
	decline_authentication_required: "Your bank wants you to confirm this payment.",
	decline_not_sent: "The payment did not reach the bank.",
	decline_processor_refused: "The payment could not be made.",
	decline_away: "Your card could not be checked.",
	decline_unpublished: "Only the published test cards work here.",

	pendingTitle: "Your payment is on its way",
	pendingText: "The bank needs some time to confirm it. You need not do anything; please do not pay again.",
	longTitle: "Your payment was sent",
	longText: "The bank has not answered yet; the seller will be told. Please do not pay again.",
	succeededTitle: "Payment complete",
	succeededText: "Thank you. {amount} was paid.",
	paidTitle: "Already paid",
	paidText: "{amount} was paid before. Nothing was charged again.",
	failedTitle: "The payment could not be made",
	failedText: "Nothing was charged. Please contact the seller or choose another way to pay.",
	failed_attempts: "Too many attempts were declined. Nothing was charged.",
	failed_expired: "This checkout is too old. Please open the order again.",
	failed_changed: "The order has changed in the meantime. Please open it again.",
	failed_closed: "This order no longer expects a payment.",
	cancelledTitle: "Payment cancelled",
	cancelledText: "Nothing was charged.",
	back: "Back to the payment",
	reference: "Reference {id}",
	card: "{brand} ending in {last4}",
	otherCard: "Card",

	/* Instead of the words above, when a card is saved without a payment; lead is there only. */
	setup: {
		title: "Save a card",
		lead: "Your card is kept at the payment processor, and the seller can charge it later. Nothing is charged now.",
		loading: "Loading the card form",
		pay: "Save card",
		paying: "Saving…",
		cancel: "Cancel",
		offlineNote: "You are offline. You can save the card as soon as the connection is back.",
		brokenNote: "The connection was interrupted. Your card may already be saved; please keep this page open.",
		keyText: "The seller’s payment connection does not work at the moment. No card was saved.",
		awayText: "The payment service is not answering. We keep trying; no card was saved.",
		troubleText: "No card was saved. Please try again in a few minutes.",
		fieldsText: "No card was saved. Please check your connection and try again.",
		resumingTitle: "Your card is being saved",
		unsureText: "Your card may have been saved. Please check again before you enter it once more.",
		declineHelp: "No card was saved. Check the details or use another card.",
		decline_not_sent: "Your card did not reach the bank.",
		decline_processor_refused: "The card could not be saved.",
		limitedText: "No card was saved. Please wait a few minutes and try again.",
		succeededTitle: "Card saved",
		succeededText: "It is kept at the payment processor, and the seller can charge it later.",
		paidTitle: "Card already saved",
		paidText: "It was saved before. You need not do anything more.",
		failedTitle: "The card could not be saved",
		failedText: "No card was saved and nothing was charged. Please contact the seller.",
		failed_attempts: "Too many attempts were declined. No card was saved.",
		failed_expired: "This page was open for too long. Please open it again.",
		cancelledTitle: "Card not saved",
		cancelledText: "No card was saved and nothing was charged.",
		back: "Back to the form",
	},

	/* What the sandbox processor's frame says. */
	frame: {
		cardDetails: "Card details",
		cardNumber: "Card number",
		expiry: "Expiry date",
		expiryHint: "MM / YY",
		securityCode: "Security code",
		numberMissing: "Enter the card number.",
		numberWrong: "This number is not complete or has a typing error.",
		numberUnpublished: "Only the published test cards work here.",
		expiryWrong: "Enter month and year, such as 12 / 31.",
		expiryPast: "This date has passed.",
		cvcWrong: "Enter the three digits on the back.",
		testCards: "Test mode: only published test cards work",
		cardSucceeds: "Succeeds",
		cardDeclined: "Declined",
		cardChallenge: "Asks for 3-D Secure",
		cardPends: "Pending, completes later",
		cardSilent: "No answer, time-out",
		testBank: "Test bank",
		challengeTitle: "Is this payment yours?",
		challengeText: "In live mode, the payer’s own bank asks here.",
		challengeAway: "Your answer did not arrive. Please try again.",
		accept: "Accept",
		refuse: "Refuse",
	},
};

const OTHERS = ["de", "es", "fr", "it", "nl", "pt"];

/**
 * @param {readonly string[]} wanted BCP 47 tags, best first; anything may be in it.
 * @returns {{language: string, tag: string}} language: one that we speak; tag: the wanted one that it
 *     came from, with its region, for numbers.
 */
export function chooseLanguage(wanted) {
	for (const tag of wanted) {
		const language = String(tag).toLowerCase().split(/[-_]/)[0];
		if (language === "en" || OTHERS.includes(language)) {
			return { language, tag: String(tag).replaceAll("_", "-") };
		}
	}
	return { language: "en", tag: "en" };
}

/**
 * @param {string} language One of chooseLanguage().
 * @returns {Promise<object>} All words; a file that cannot be had leaves English.
 */
export async function loadWords(language) {
	if (!OTHERS.includes(language)) {
		return ENGLISH;
	}
	try {
		const words = (await import(`./words-${language}.mjs`)).default;
		return {
			...ENGLISH,
			...words,
			setup: { ...ENGLISH.setup, ...words.setup },
			frame: { ...ENGLISH.frame, ...words.frame },
		};
	} catch {
		return ENGLISH;
	}
}

/** The text of ${word}, with its {places} filled. */
export function say(words, word, values = {}) {
	return (words[word] ?? "").replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/* Neither a payer nor a page around us is told more about a card than that it was declined. */
const UNTOLD = new Set(["expired_card", "incorrect_cvc", "insufficient_funds"]);

/** The code of a decline as it may be told. */
export function declineCode(code) {
	return UNTOLD.has(code) ? "card_declined" : code;
}

/** What a payer reads about a decline; an unknown code is the general one. */
export function declineText(words, code) {
	return words[`decline_${declineCode(code)}`] ?? words.decline_processor_refused;
}
