/*
 * What all endpoints share: the settings, reading a JSON body, parts of bodies, and the list of routes.
 */
#ifndef WEB_H
#define WEB_H

#include "base/id.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/settings.h"
#include "core/apikey.h"
#include "core/charge.h"
#include "core/dialect.h"
#include "core/reference.h"
#include "serve/serve.h"
#include "store/store_brand.h"

#define WEB_ANSWER_MAX	16384	/* bytes of a JSON answer */

/** web_start(settings): Once a worker; ${settings} is lent for good. */
void			 web_start(const struct settings *);

/** web_settings(): The settings given to web_start(). */
const struct settings	*web_settings(void);

/** web_routes(count): The route table, the only list of what Kassa answers. */
const struct serve_route *web_routes(size_t *);

/** web_inner_routes(count): Those of the inner door, for the operator's own programs. */
const struct serve_route *web_inner_routes(size_t *);

/**
 * web_read_json(request, json):
 * Parse the body of a request that must be application/json and one object.  On a fault the request
 * has been answered, and the caller returns; else it frees ${json}.
 */
enum fault		 web_read_json(struct serve_request *, struct json **);

/* What the pages' bodies have in common. */

/** web_read_publishable_key(root, key): Its member "publishableKey"; FAULT_PUBLISHABLE_KEY_INVALID. */
enum fault		 web_read_publishable_key(const struct json_value *, struct apikey *);

/** web_read_dialect(root, dialect): Its member "dialect", unchanged when absent; FAULT_FIELD_INVALID. */
enum fault		 web_read_dialect(const struct json_value *, enum dialect *);

/** web_read_reference(root, name, reference): Absent, null and "" are the same; false if malformed. */
bool			 web_read_reference(const struct json_value *, const char *, struct reference *);

/** web_read_token(root, token): A processor frame's token; "" when absent or null; false if malformed. */
bool			 web_read_token(const struct json_value *, char[ID_SIZE]);

/** web_write_processor(write, mode): Member "processor": where its card fields are. */
void			 web_write_processor(struct json_write *, enum mode);

/** web_write_decline(write, decline): Member "decline": no more than a payer may know; null for none. */
void			 web_write_decline(struct json_write *, enum decline);

/** web_write_moment(write, name, us): A moment in RFC 3339, UTC; null for 0. */
void			 web_write_moment(struct json_write *, const char *, int64_t);

/** web_write_brand(write, brand): The object of a brand, as a value. */
void			 web_write_brand(struct json_write *, const struct store_brand *);

/* Handlers, one file a page or endpoint. */
void	web_home(struct serve_request *);
void	web_oauth_install(struct serve_request *);
void	web_oauth_callback(struct serve_request *);
void	web_billing(struct serve_request *);
void	web_billing_plan(struct serve_request *);
void	web_billing_order(struct serve_request *);
void	web_billing_look(struct serve_request *);
void	web_live(struct serve_request *);
void	web_ready(struct serve_request *);
void	web_checkout(struct serve_request *);
void	web_settings_page(struct serve_request *);
void	web_asset(struct serve_request *);
void	web_session_open(struct serve_request *);
void	web_session_look(struct serve_request *);
void	web_session_confirm(struct serve_request *);
void	web_setup_open(struct serve_request *);
void	web_setup_look(struct serve_request *);
void	web_setup_confirm(struct serve_request *);
void	web_settings_session(struct serve_request *);
void	web_settings_state(struct serve_request *);
void	web_settings_check(struct serve_request *);
void	web_settings_activity(struct serve_request *);
void	web_settings_money(struct serve_request *);
void	web_settings_rotate(struct serve_request *);
void	web_settings_revoke(struct serve_request *);
void	web_settings_processor(struct serve_request *);
void	web_settings_brand(struct serve_request *);
void	web_settings_brand_put(struct serve_request *);
void	web_notification(struct serve_request *);
void	web_webhook(struct serve_request *);
void	web_sandbox_frame(struct serve_request *);
void	web_sandbox_preflight(struct serve_request *);
void	web_sandbox_token(struct serve_request *);
void	web_sandbox_challenge(struct serve_request *);
void	web_sandbox_refuse(struct serve_request *, enum fault, const char *);
void	web_query(struct serve_request *);
void	web_query_refuse(struct serve_request *, enum fault, const char *);

#endif /* !WEB_H */
