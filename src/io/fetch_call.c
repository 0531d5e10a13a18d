/*
 * One request on its way through curl: what it may do, what came back, whether it left at all.
 * Used by fetch.c.
 */
#include "io/fetch_call.h"

#include <sys/socket.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "io/fetch_guard.h"

static const char	*call_set_headers(struct fetch_call *, const struct fetch_request *);
static bool		 call_set_method(struct fetch_call *, const struct fetch_request *);
static bool		 call_set_place(struct fetch_call *, const struct fetch_request *);
static void		 call_set_limits(struct fetch_call *, const struct fetch_request *);
static size_t		 call_receive_header(char *, size_t, size_t, void *);
static void		 call_keep_header(struct fetch_call *, struct slice);
static size_t		 call_receive(char *, size_t, size_t, void *);
static curl_socket_t	 call_open_socket(void *, curlsocktype, struct curl_sockaddr *);
static int		 call_leave(void *, char *, char *, int, int);

struct fetch_call *
fetch_call_new(fetch_done done, void *arg)
{
	struct fetch_call	*call;

	call = calloc(1, sizeof(*call));
	/* Nobody could be told without it, not even later. */
	assert(call != NULL);
	call->done = done;
	call->arg = arg;
	call->start_us = clock_elapsed_us();
	buf_init(&call->answer, FETCH_BODY_MAX);
	return call;
}

const char *
fetch_call_build(struct fetch_call *call, const struct fetch_request *request)
{
	const char	*refusal;

	refusal = call_set_headers(call, request);
	if (refusal != NULL)
		return refusal;
	call->body_len = request->body.len;
	call->body = malloc(call->body_len + 1);
	call->easy = curl_easy_init();
	if (call->body == NULL || call->easy == NULL)
		return "request could not be built";
	if (call->body_len > 0)
		memcpy(call->body, request->body.at, call->body_len);
	call->guarded = request->guarded;
	memcpy(call->wanted, request->wanted, sizeof(call->wanted));
	if (!call_set_place(call, request) || !call_set_method(call, request))
		return "request could not be built";
	call_set_limits(call, request);
	return NULL;
}

void
fetch_call_answer(struct fetch_call *call, CURLcode code)
{
	struct fetch_answer	answer;

	memset(&answer, 0, sizeof(answer));
	answer.result = call->left ? FETCH_LOST : FETCH_NOT_SENT;
	if (call->refusal != NULL)
		answer.detail = call->refusal;
	else if (code == CURLE_OK)
		answer.detail = "answer broke off in its headers";
	else
		answer.detail = curl_easy_strerror(code);
	answer.duration_us = clock_elapsed_us() - call->start_us;
	for (size_t i = 0; i < FETCH_WANTED_MAX; i++)
		answer.headers[i] = "";
	if (call->left && call->headed && code == CURLE_OK) {
		answer.result = FETCH_ANSWERED;
		answer.detail = "";
		answer.body = buf_slice(&call->answer);
		for (size_t i = 0; i < FETCH_WANTED_MAX; i++)
			answer.headers[i] = call->found[i];
		curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &answer.status);
	}
	call->done(call->arg, &answer);
}

void
fetch_call_free(struct fetch_call *call)
{
	curl_easy_cleanup(call->easy);
	for (struct curl_slist *header = call->headers; header != NULL; header = header->next)
		explicit_bzero(header->data, strlen(header->data));
	curl_slist_free_all(call->headers);
	if (call->body != NULL)
		explicit_bzero(call->body, call->body_len);
	free(call->body);
	buf_wipe(&call->answer);
	free(call);
}

static const char *
call_set_headers(struct fetch_call *call, const struct fetch_request *request)
{
	struct curl_slist	*more;

	for (size_t i = 0; i < FETCH_HEADERS_MAX && request->headers[i] != NULL; i++) {
		if (strpbrk(request->headers[i], "\r\n") != NULL)
			return "a header holds a line break";
		more = curl_slist_append(call->headers, request->headers[i]);
		if (more == NULL)
			return "request could not be built";
		call->headers = more;
	}
	return NULL;
}

static bool
call_set_method(struct fetch_call *call, const struct fetch_request *request)
{
	CURL		*easy = call->easy;
	curl_off_t	 size;

	call->repeatable = strcmp(request->method, "GET") == 0;
	if (call->repeatable)
		return call->body_len == 0 &&
		    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK;
	size = (curl_off_t)call->body_len;
	return curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, size) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK;
}

/* Where it goes, and that nothing in the environment sends it elsewhere. */
static bool
call_set_place(struct fetch_call *call, const struct fetch_request *request)
{
	CURL	*easy = call->easy;

	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers) == CURLE_OK;
}

/* These take a number or a pointer, and cannot fail. */
static void
call_set_limits(struct fetch_call *call, const struct fetch_request *request)
{
	CURL	*easy = call->easy;
	long	 timeout_ms, connect_ms;

	/* Zero would mean "no limit" to curl. */
	timeout_ms = request->timeout_ms > 0 ? (long)request->timeout_ms : 1;
	connect_ms = timeout_ms >= 3 ? timeout_ms / 3 : 1;
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, call_receive_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, call_receive);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, call_leave);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
	if (call->guarded) {
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, call_open_socket);
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call);
	}
}

/* curl is content with an answer that breaks off in its headers; only an empty line ends them. */
static size_t
call_receive_header(char *at, size_t one, size_t len, void *arg)
{
	struct fetch_call	*call = arg;

	(void)one;
	/* Another status line follows "100 Continue"; trailers come after the end. */
	if (slice_starts((struct slice){ .at = at, .len = len }, "HTTP/")) {
		call->headed = false;
		memset(call->found, 0, sizeof(call->found));
	} else if (len > 0 && (at[0] == '\r' || at[0] == '\n')) {
		call->headed = true;
	} else if (!call->headed) {
		call_keep_header(call, (struct slice){ .at = at, .len = len });
	}
	return len;
}

static void
call_keep_header(struct fetch_call *call, struct slice line)
{
	struct slice	value;
	size_t		len;

	while (line.len > 0 && (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
		line.len--;
	for (size_t i = 0; i < FETCH_WANTED_MAX && call->wanted[i] != NULL; i++) {
		len = strlen(call->wanted[i]);
		if (line.len <= len || line.at[len] != ':' ||
		    strncasecmp(line.at, call->wanted[i], len) != 0)
			continue;
		value = slice_trim((struct slice){ line.at + len + 1, line.len - len - 1 });
		(void)slice_copy(value, call->found[i], FETCH_VALUE_SIZE);
	}
}

static size_t
call_receive(char *at, size_t one, size_t len, void *arg)
{
	struct fetch_call	*call = arg;

	(void)one;
	buf_put(&call->answer, (struct slice){ .at = at, .len = len });
	if (buf_ok(&call->answer))
		return len;
	call->refusal = "answer is too long";
	return 0;
}

static curl_socket_t
call_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct fetch_call	*call = arg;

	(void)purpose;
	if (!fetch_guard_allows(&address->addr)) {
		call->refusal = "address is not public";
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/*
 * The connection stands, the request is about to leave.  curl would send it once more when a kept
 * connection turns out to be closed; the other side may have acted by then, so only a GET may.
 */
static int
call_leave(void *arg, char *address, char *local, int port, int local_port)
{
	struct fetch_call	*call = arg;

	(void)local;
	(void)port;
	(void)local_port;
	if (call->left && !call->repeatable) {
		call->refusal = "connection was closed before an answer";
		return CURL_PREREQFUNC_ABORT;
	}
	/* A kept connection was perhaps opened by a call without a guard. */
	if (call->guarded && !fetch_guard_allows_text(address)) {
		call->refusal = "address is not public";
		return CURL_PREREQFUNC_ABORT;
	}
	call->left = true;
	return CURL_PREREQFUNC_OK;
}
