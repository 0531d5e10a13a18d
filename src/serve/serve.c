/*
 * What a request is to its handler: parts that can be read, one answer, a note for the log.
 * Knows HTTP's meaning and nothing of Kore; serve_kore.c brings requests and takes replies.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "serve/serve_internal.h"

#define ERROR_TEXT_MAX	2048	/* bytes of our JSON errors */
#define ALLOW_TEXT_MAX	128

static void	request_handle(struct serve_request *);
static void	request_refuse(struct serve_request *, enum fault, const char *);
static void	request_refuse_method(struct serve_request *);
static const struct serve_door	*door_of(const struct serve_request *);
static size_t	headers_fill(const struct serve_request *, const struct serve_answer *,
		    struct serve_header *);
static bool	headers_have(const struct serve_answer *, const char *);
static void	request_end(struct serve_request *, int);
static void	request_log(struct serve_request *, int);

static const struct serve_options	*serve_current;
static unsigned				 serve_open;	/* requests without an answer */

void
serve_setup(const struct serve_options *options)
{
	serve_current = options;
}

const struct serve_options *
serve_options(void)
{
	return serve_current;
}

unsigned
serve_waiting(void)
{
	return serve_open;
}

void
serve_begin(struct serve_request *request)
{
	struct serve_match	match;

	serve_open++;
	id_make("req", &request->id);
	request->started_us = clock_elapsed_us();
	request->note.event = "request";
	request->note.level = LOG_LEVEL_INFO;
	serve_retry_after(request, 1);
	serve_route_find(door_of(request)->routes, door_of(request)->route_count, request->method,
	    request->path, &match);
	request->route = match.route;
	memcpy(request->captures, match.captures, sizeof(request->captures));

	if (match.route == NULL && match.path_known)
		request_refuse_method(request);
	else if (match.route == NULL)
		serve_fault(request, FAULT_ROUTE_UNKNOWN, NULL);
	else
		request_handle(request);
}

/* Bodies that are too large count like all others. */
static void
request_handle(struct serve_request *request)
{
	const struct serve_route	*route = request->route;
	enum fault			 fault = FAULT_NONE;

	if (route->limit != NULL)
		fault = route->limit(request);
	if (fault == FAULT_NONE && request->body.len > route->body_max)
		fault = FAULT_BODY_TOO_LARGE;
	if (fault != FAULT_NONE)
		request_refuse(request, fault, NULL);
	else
		route->handle(request);
}

static void
request_refuse(struct serve_request *request, enum fault fault, const char *detail)
{
	if (request->route->refuse != NULL)
		request->route->refuse(request, fault, detail);
	else
		serve_fault(request, fault, detail);
}

static void
request_refuse_method(struct serve_request *request)
{
	struct buf		text;
	struct serve_header	allow = { "allow", NULL };

	buf_init(&text, ALLOW_TEXT_MAX);
	serve_route_allow(door_of(request)->routes, door_of(request)->route_count, request->path, &text);
	assert(buf_ok(&text));
	allow.value = buf_text(&text);
	serve_fault_with(request, FAULT_METHOD_UNSUPPORTED, NULL, &allow);
	buf_release(&text);
}

static const struct serve_door *
door_of(const struct serve_request *request)
{
	return request->is_inner ? &serve_current->inner : &serve_current->door;
}

const char *
serve_request_id(const struct serve_request *request)
{
	return request->id.text;
}

struct slice
serve_method(const struct serve_request *request)
{
	return request->method;
}

struct slice
serve_path(const struct serve_request *request)
{
	return request->path;
}

struct slice
serve_body(const struct serve_request *request)
{
	return request->body;
}

struct slice
serve_query(const struct serve_request *request)
{
	return request->query;
}

struct slice
serve_header(const struct serve_request *request, const char *name)
{
	size_t	i, len = strlen(name);

	for (i = 0; i < request->field_count; i++) {
		const struct serve_field	*field = &request->fields[i];

		if (field->name.len == len && strncasecmp(field->name.at, name, len) == 0)
			return field->value;
	}
	return slice_of(NULL);
}

struct slice
serve_capture(const struct serve_request *request, size_t at)
{
	assert(at < SERVE_CAPTURES_MAX);
	return request->captures[at];
}

struct slice
serve_peer(const struct serve_request *request)
{
	return slice_of(request->peer);
}

struct log_entry *
serve_note(struct serve_request *request)
{
	return &request->note;
}

void
serve_retry_after(struct serve_request *request, int64_t seconds)
{
	(void)integer_print(seconds, &request->retry_s);	/* it returns the text that is kept */
}

void
serve_answer(struct serve_request *request, const struct serve_answer *answer)
{
	struct serve_header	headers[SERVE_HEADERS_MAX + SERVE_HEADERS_OURS];
	struct serve_reply	reply = { answer->status, answer->body, headers, 0 };

	reply.header_count = headers_fill(request, answer, headers);
	if (request->kore == NULL || !serve_kore_reply(request->kore, &reply))
		request->note.event = "answer_dropped";
	request_end(request, answer->status);
}

static void
request_end(struct serve_request *request, int status)
{
	request_log(request, status);
	explicit_bzero(request, request->size);
	free(request);
	assert(serve_open > 0);
	serve_open--;
}

void
serve_hang_up(struct serve_request *request)
{
	if (request->kore != NULL)
		serve_kore_hang_up(request->kore);
	request->note.event = "hung_up";
	request_end(request, 0);
}

/* A line break in a header would be a second header: values are ours, so it would be our bug. */
static size_t
headers_fill(const struct serve_request *request, const struct serve_answer *answer,
    struct serve_header *headers)
{
	size_t	i, count = 0;

	assert(answer->header_count <= SERVE_HEADERS_MAX);
	if (answer->type != NULL)
		headers[count++] = (struct serve_header){ "content-type", answer->type };
	headers[count++] = (struct serve_header){ "x-request-id", request->id.text };
	headers[count++] = (struct serve_header){ "x-content-type-options", "nosniff" };
	headers[count++] = (struct serve_header){ "referrer-policy", "no-referrer" };
	if (!headers_have(answer, "content-security-policy"))
		headers[count++] = (struct serve_header){ "content-security-policy", SERVE_POLICY_NONE };
	if (!headers_have(answer, "cache-control"))
		headers[count++] = (struct serve_header){ "cache-control", "no-store" };
	if (answer->status == 503 || answer->status == 429)
		headers[count++] = (struct serve_header){ "retry-after", request->retry_s.text };
	for (i = 0; i < answer->header_count; i++)
		headers[count++] = answer->headers[i];
	for (i = 0; i < count; i++)
		assert(strpbrk(headers[i].value, "\r\n") == NULL);
	return count;
}

static bool
headers_have(const struct serve_answer *answer, const char *name)
{
	size_t	i;

	for (i = 0; i < answer->header_count; i++) {
		if (strcmp(answer->headers[i].name, name) == 0)
			return true;
	}
	return false;
}

static void
request_log(struct serve_request *request, int status)
{
	struct log_entry	*note = &request->note;

	note->request_id = request->id.text;
	note->method = request->method.at;
	note->route = request->route != NULL ? request->route->pattern : NULL;
	note->status = status;
	note->duration_us = clock_elapsed_us() - request->started_us;
	if (status >= 500 && note->level < LOG_LEVEL_WARNING)
		note->level = LOG_LEVEL_WARNING;
	serve_metric_request(request, status);
	log_write(note);
}

void
serve_json(struct serve_request *request, int status, const struct buf *body)
{
	struct serve_answer	answer = { .status = status, .type = "application/json" };

	if (!buf_ok(body)) {
		serve_fault(request, FAULT_INTERNAL, NULL);
		return;
	}
	answer.body = buf_slice(body);
	serve_answer(request, &answer);
}

void
serve_fault(struct serve_request *request, enum fault fault, const char *detail)
{
	serve_fault_with(request, fault, detail, NULL);
}

void
serve_fault_with(struct serve_request *request, enum fault fault, const char *detail,
    const struct serve_header *extra)
{
	struct serve_answer	answer = { .status = fault_info(fault)->status,
				    .type = "application/json", .headers = extra };
	struct buf		text;

	buf_init(&text, ERROR_TEXT_MAX);
	serve_error_text(fault, detail, request->id.text, &text);
	if (!buf_ok(&text)) {	/* a detail beyond all measure: do without */
		buf_release(&text);
		buf_init(&text, ERROR_TEXT_MAX);
		serve_error_text(fault, NULL, request->id.text, &text);
	}
	answer.header_count = extra != NULL ? 1 : 0;
	answer.body = buf_slice(&text);
	request->note.fault = fault_info(fault)->code;
	serve_answer(request, &answer);
	buf_release(&text);
}

void
serve_error_text(enum fault fault, const char *detail, const char *request_id, struct buf *text)
{
	struct json_write	write;

	json_write_init(&write, text);
	json_open_object(&write);
	json_name(&write, "error");
	json_open_object(&write);
	json_text_member(&write, "code", fault_info(fault)->code);
	json_text_member(&write, "message", fault_info(fault)->message);
	json_name(&write, "detail");
	if (detail != NULL)
		json_put_text(&write, slice_of(detail));
	else
		json_put_null(&write);
	json_text_member(&write, "requestId", request_id);
	json_close_object(&write);
	json_close_object(&write);
}
