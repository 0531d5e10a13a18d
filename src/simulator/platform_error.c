/*
 * Errors in the platform's shapes, which differ from address to address.  Used by read_back.c.
 */
#include "simulator/platform_error.h"

#include "base/json_write.h"
#include "simulator/simulator.h"

#define BODY_MAX	4096	/* bytes of an answer */

static const char	*error_name(int);

void
platform_error_answer(struct serve_request *request, int status, const char *message)
{
	struct json_write	write;
	struct buf		body;

	buf_init(&body, BODY_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_integer_member(&write, "statusCode", status);
	json_name(&write, "message");
	/* The platform's validation answers a list, everything else a text. */
	if (status == 422)
		json_open_array(&write);
	json_put_text(&write, slice_of(message));
	if (status == 422)
		json_close_array(&write);
	json_text_member(&write, "error", error_name(status));
	json_close_object(&write);
	simulator_answer(request, status, &body);
}

void
platform_error_unknown(struct serve_request *request, const char *message)
{
	struct json_write	write;
	struct buf		body;

	buf_init(&body, BODY_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_integer_member(&write, "status", 404);
	json_text_member(&write, "message", message);
	json_text_member(&write, "name", "HttpException");
	json_text_member(&write, "traceId", serve_request_id(request));
	json_close_object(&write);
	simulator_answer(request, 404, &body);
}

static const char *
error_name(int status)
{
	switch (status) {
	case 401:
		return "Unauthorized";
	case 403:
		return "Forbidden";
	case 405:
		return "Method Not Allowed";
	case 422:
		return "Unprocessable Entity";
	case 503:
		return "Service Unavailable";
	default:
		return status < 500 ? "Bad Request" : "Internal Server Error";
	}
}
