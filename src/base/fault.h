/*
 * Faults: someone asked for what cannot be, or a part did not answer.
 * One list gives the HTTP status, the stable code, the SQLSTATE and the message, which stand
 * nowhere else.  A row is one line, however long.
 * sql/function/fault.sql repeats the KA… rows; tests/house compares both ways.
 */
#ifndef FAULT_H
#define FAULT_H

/*	 name				status	sqlstate  message */
#define FAULTS(F)									\
	F(NONE,				200,	"00000", "no fault")			\
	F(JSON_INVALID,			400,	"KA001", "body is not one valid JSON object") \
	F(FIELD_INVALID,		400,	"KA002", "a field is missing or has the wrong type") \
	F(BODY_TOO_LARGE,		413,	"KA003", "body is larger than this address takes") \
	F(MEDIA_UNSUPPORTED,		415,	"KA004", "body must be application/json") \
	F(ROUTE_UNKNOWN,		404,	"KA005", "no such address")		\
	F(METHOD_UNSUPPORTED,		405,	"KA006", "address does not take this method") \
	F(REQUEST_INVALID,		400,	"KA007", "request is not valid HTTP for this server") \
	F(API_KEY_INVALID,		401,	"KA010", "api key is missing or not known") \
	F(PUBLISHABLE_KEY_INVALID,	401,	"KA011", "publishable key is missing or not known") \
	F(ACCOUNT_EXISTS,		409,	"KA012", "account exists for this location and mode") \
	F(ACCOUNT_UNKNOWN,		404,	"KA013", "no account for this location and mode") \
	F(LOCATION_MISMATCH,		403,	"KA014", "location is not the one that this api key belongs to") \
	F(SIGNATURE_INVALID,		401,	"KA015", "signature is missing or wrong") \
	F(SETTINGS_REFUSED,		403,	"KA016", "settings cannot be opened with this") \
	F(SETTINGS_EXPIRED,		401,	"KA017", "session of the settings page has ended") \
	F(SETTINGS_FORBIDDEN,		403,	"KA018", "session of the settings page does not allow this") \
	F(KEYS_CHANGING,		409,	"KA019", "keys are being changed already") \
	F(AMOUNT_INVALID,		422,	"KA020", "amount is not a positive whole number of minor units") \
	F(CURRENCY_INVALID,		422,	"KA021", "currency is not an ISO 4217 code that can be charged") \
	F(AMOUNT_MISMATCH,		409,	"KA022", "amount or currency differs from what the platform asks") \
	F(MODE_MISMATCH,		409,	"KA023", "transaction belongs to the other mode, test or live") \
	F(SESSION_UNKNOWN,		404,	"KA030", "no such checkout session")	\
	F(SESSION_EXPIRED,		410,	"KA031", "checkout session is too old, open the checkout again") \
	F(SESSION_CONFLICT,		409,	"KA032", \
	    "transaction is already being paid with another amount or contact") \
	F(ATTEMPTS_EXCEEDED,		429,	"KA033", "too many declined attempts on this checkout") \
	F(TRANSACTION_UNKNOWN,		404,	"KA034", "platform does not know this transaction") \
	F(TRANSACTION_CLOSED,		409,	"KA035", "platform no longer expects a payment for this transaction") \
	F(RATE_LIMITED,			429,	"KA036", "too many requests, wait a moment") \
	F(TRANSACTION_BUSY,		409,	"KA037", "transaction has another payment already") \
	F(ATTEMPTS_LIMITED,		429,	"KA038", "too many declined cards lately, try again later") \
	F(SETUP_UNKNOWN,		404,	"KA039", "no such card setup")	\
	F(CHARGE_UNKNOWN,		404,	"KA040", "no such charge")		\
	F(CHARGE_STATE_INVALID,		409,	"KA041", "charge is in a state that does not allow this") \
	F(REFUND_EXCEEDS_CHARGE,	409,	"KA042", "refunds would exceed what was captured") \
	F(REFUND_UNKNOWN,		404,	"KA043", "no such refund")		\
	F(JOB_UNKNOWN,			404,	"KA044", "no such job, or it is not dead") \
	F(BILLING_UNKNOWN,		404,	"KA045", "no such billing order")	\
	F(TOKEN_INVALID,		422,	"KA050", "payment token is not known or was used") \
	F(CARD_UNPUBLISHED,		422,	"KA051", "only published test cards can be used in test mode") \
	F(CHALLENGE_UNKNOWN,		404,	"KA052", "no such authentication challenge") \
	F(KEY_REUSED,			409,	"KA053", "idempotency key was used for another request") \
	F(METHOD_UNKNOWN,		404,	"KA054", "no such payment method for this contact") \
	F(METHOD_EXPIRED,		409,	"KA055", "card of this payment method has expired") \
	F(READ_BACK_REQUIRED,		409,	"KA060", "live mode needs the platform connection to read the amount") \
	F(PLATFORM_UNAVAILABLE,		503,	"KA061", "platform did not answer")	\
	F(PLATFORM_REFUSED,		502,	"KA062", "platform refused the request") \
	F(INSTALLATION_UNKNOWN,		409,	"KA063", "app is not installed for this location") \
	F(INSTALLATION_PAUSED,		409,	"KA064", "platform says that this location is not active") \
	F(INSTALLATION_DEAD,		409,	"KA065", \
	    "connection to the platform has ended, install the app again") \
	F(CODE_INVALID,			400,	"KA066", "authorization code is missing, was used, or is too old") \
	F(STATE_INVALID,		400,	"KA067", "state of this installation is not one of ours, or too old") \
	F(ACCOUNT_NOT_SET_UP,		409,	"KA068", "payments are not configured for this mode") \
	F(PROCESSOR_UNSUPPORTED,	501,	"KA070", "no processor is set up for this account") \
	F(PROCESSOR_UNAVAILABLE,	503,	"KA071", "processor did not answer")	\
	F(SEAL_INVALID,			500,	"KA080", "sealed value could not be opened") \
	F(STORE_UNAVAILABLE,		503,	"KA090", "store did not answer")	\
	F(STORE_BUSY,			503,	"KA091", "store has too many requests waiting") \
	F(STORE_FAILED,			500,	"KA092", "store refused the statement")	\
	F(SETTING_INVALID,		500,	"KA093", "a setting is missing or malformed") \
	F(WEBHOOK_UNSTORED,		429,	"KA094", "webhook could not be stored now, send it again") \
	F(INTERNAL,			500,	"KA099", "internal error")

enum fault {
#define FAULT_ENUM(name, status, sqlstate, message) FAULT_##name,
	FAULTS(FAULT_ENUM)
#undef FAULT_ENUM
	FAULT_COUNT
};

struct fault_info {
	const char	*code;		/* stable, lower case: "json_invalid" */
	int		 status;	/* HTTP */
	const char	*sqlstate;	/* class KA: Kassa's own */
	const char	*message;	/* for the caller; no full stop */
};

/** fault_info(fault): What is known of ${fault}; never NULL. */
const struct fault_info	*fault_info(enum fault);

/**
 * fault_from_sqlstate(sqlstate):
 * The fault that a database error stands for; NULL and unknown states give FAULT_STORE_FAILED,
 * what passes FAULT_STORE_UNAVAILABLE: a server that is read-only (25006) or cannot reach its disk (58030), and the
 * classes 08, 40, 53 and 57 (connection, rolled back for another's sake, resources, operator intervention).
 * Source: PostgreSQL 15, appendix A.
 */
enum fault		 fault_from_sqlstate(const char *);

#endif /* !FAULT_H */
