/*
 * GET and PUT /settings/brand: what a company calls the provider.  White-label: its merchants see nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "install/install_brand.h"
#include "web/web_visit.h"

/* Characters, as the books have it. */
#define NAME_MAX_CHARS		80
#define TEXT_MAX_CHARS		200
#define LOGO_MAX_CHARS		498

static void	brand_serve(struct web_visit *);
static void	brand_put_serve(struct web_visit *);
static void	brand_answer(void *, const struct install_branded *);
static const char	*brand_read(const struct json_value *, struct store_brand *);
static bool	text_read(const struct json_value *, size_t, char[STORE_BRAND_TEXT_SIZE]);
static bool	logo_is_good(const char *);

static const struct web_visit_rule	look_rule = { .of_company = true, .serve = brand_serve };
static const struct web_visit_rule	put_rule = {
	.of_company = true, .edits = true, .serve = brand_put_serve
};

void
web_settings_brand(struct serve_request *request)
{
	web_visit_enter(request, MODE_TEST, &look_rule);
}

void
web_settings_brand_put(struct serve_request *request)
{
	web_visit_enter(request, MODE_TEST, &put_rule);
}

void
web_write_brand(struct json_write *write, const struct store_brand *brand)
{
	json_open_object(write);
	json_text_member(write, "name", brand->name);
	json_text_member(write, "description", brand->description);
	json_text_member(write, "logoUrl", brand->logo_url[0] == '\0' ? NULL : brand->logo_url);
	json_text_member(write, "support", brand->support[0] == '\0' ? NULL : brand->support);
	json_close_object(write);
}

static void
brand_serve(struct web_visit *visit)
{
	install_brand(&visit->visitor.company, brand_answer, visit);
}

static void
brand_put_serve(struct web_visit *visit)
{
	struct store_brand	 brand;
	struct json		*json;
	const char		*wrong;

	if (web_visit_json(visit, &json) != FAULT_NONE)
		return;
	wrong = brand_read(json_root(json), &brand);
	json_free(json);
	if (wrong != NULL)
		web_visit_refuse(visit, FAULT_FIELD_INVALID, wrong);
	else
		install_brand_put(&visit->visitor.company, &brand, brand_answer, visit);
}

static void
brand_answer(void *arg, const struct install_branded *branded)
{
	struct web_visit	*visit = arg;
	struct json_write	 write;
	struct buf		 body;

	serve_note(visit->request)->sqlstate = branded->sqlstate;
	if (branded->fault != FAULT_NONE) {
		serve_note(visit->request)->detail = branded->said;
		web_visit_refuse(visit, branded->fault, NULL);
		return;
	}
	buf_init(&body, WEB_ANSWER_MAX);
	json_write_init(&write, &body);
	web_write_brand(&write, branded->brand);
	web_visit_answer(visit, &body);
	buf_release(&body);
}

/* NULL, or the member that is wrong. */
static const char *
brand_read(const struct json_value *root, struct store_brand *brand)
{
	memset(brand, 0, sizeof(*brand));
	if (!text_read(json_member(root, "name"), NAME_MAX_CHARS, brand->name) ||
	    brand->name[0] == '\0')
		return "name";
	if (!text_read(json_member(root, "description"), TEXT_MAX_CHARS, brand->description))
		return "description";
	if (!text_read(json_member(root, "logoUrl"), LOGO_MAX_CHARS, brand->logo_url) ||
	    !logo_is_good(brand->logo_url))
		return "logoUrl";
	if (!text_read(json_member(root, "support"), TEXT_MAX_CHARS, brand->support))
		return "support";
	return NULL;
}

/* Absent and null are the empty text; control characters are none of a brand's. */
static bool
text_read(const struct json_value *value, size_t max, char into[STORE_BRAND_TEXT_SIZE])
{
	struct slice	text, rest;
	size_t		count = 0, len;

	into[0] = '\0';
	if (json_kind(value) == JSON_ABSENT || json_kind(value) == JSON_NULL)
		return true;
	if (!json_text(value, &text))
		return false;
	text = slice_trim(text);
	for (rest = text; rest.len > 0; rest.at += len, rest.len -= len, count++) {
		len = utf8_len(rest);
		if (len == 0 || (unsigned char)rest.at[0] < ' ' || rest.at[0] == 0x7f)
			return false;
	}
	return count <= max && slice_copy(text, into, STORE_BRAND_TEXT_SIZE);
}

/* It is shown by browsers of others, so it is an address that nothing can be hidden in. */
static bool
logo_is_good(const char *url)
{
	static const char	scheme[] = "https://";

	if (url[0] == '\0')
		return true;
	if (strncmp(url, scheme, sizeof(scheme) - 1) != 0 || url[sizeof(scheme) - 1] == '\0')
		return false;
	for (; *url != '\0'; url++) {
		if (*url <= ' ' || *url == '"' || *url == '<' || *url == '>' || *url == '\\' ||
		    *url == 0x7f)
			return false;
	}
	return true;
}
