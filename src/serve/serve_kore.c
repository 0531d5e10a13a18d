/*
 * serve/ on Kore: its hooks, the one handler of all requests, its log and its own errors.
 * The only file here that includes Kore's headers.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/http.h>
#include <kore/seccomp.h>

#include "base/log.h"
#include "serve/serve_internal.h"

#define WHERE_MAX	128

int	kore_main(int, char **);
int	serve_dispatch(struct http_request *);	/* found by Kore by their names */
int	serve_dispatch_inner(struct http_request *);

static int		 dispatch(struct http_request *, bool);
static struct serve_request	*request_new(struct http_request *);
static void		 request_copy(struct serve_request *, struct http_request *, char *);
static struct slice	 text_put(char **, const void *, size_t);
static struct slice	 body_of(const struct http_request *);
static void		 peer_put(const struct connection *, char[INET6_ADDRSTRLEN]);
static void		 client_left(struct http_request *);
static void		 log_from_kore(int, const char *);
static void		 error_from_kore(int, struct kore_buf *, struct kore_buf *);

int
serve_kore_run(int argc, char **argv)
{
	kore_log_hook = log_from_kore;
	http_error_hook = error_from_kore;
	return kore_main(argc, argv);
}

void
kore_parent_configure(int argc, char **argv)
{
	const struct serve_options	*options = serve_options();
	struct buf			 where;

	(void)argc;
	(void)argv;
	buf_init(&where, WHERE_MAX);
	buf_printf(&where, "%s, port %ld, %ld workers", options->door.address, options->door.port,
	    options->workers);
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "listening",
	    .detail = buf_text(&where) });
	log_flush();	/* before the workers are forked, else each has a copy */
	buf_release(&where);
}

void
kore_worker_configure(void)
{
	serve_metric_slot(worker->id);
	serve_options()->worker_start();
}

int
serve_dispatch(struct http_request *req)
{
	return dispatch(req, false);
}

int
serve_dispatch_inner(struct http_request *req)
{
	return dispatch(req, true);
}

static int
dispatch(struct http_request *req, bool is_inner)
{
	if (req->hdlr_extra == NULL) {
		serve_drain_heard();
		if ((req->hdlr_extra = request_new(req)) == NULL)
			return KORE_RESULT_ERROR;	/* no memory: Kore hangs up */
		((struct serve_request *)req->hdlr_extra)->is_inner = is_inner;
		req->onfree = client_left;
		req->flags |= HTTP_REQUEST_RETAIN_EXTRA;
		serve_begin(req->hdlr_extra);
	}
	/* Answered: serve_kore_reply() did all.  Else it sleeps, also when woken for nothing. */
	if (!(req->flags & HTTP_REQUEST_DELETE))
		http_request_sleep(req);
	return KORE_RESULT_RETRY;
}

/* One block: the request, its fields, its text; so one wipe and one free. */
static struct serve_request *
request_new(struct http_request *req)
{
	struct serve_request	*request;
	const struct http_header	*header;
	size_t			 fields = 0, size = sizeof(*request);

	size += strlen(req->path) + body_of(req).len;
	size += req->query_string != NULL ? strlen(req->query_string) : 0;
	TAILQ_FOREACH(header, &req->req_headers, list) {
		size += sizeof(struct serve_field) + strlen(header->header) + strlen(header->value);
		fields++;
	}
	if ((request = calloc(1, size)) == NULL)
		return NULL;
	request->size = size;
	request->fields = (struct serve_field *)(request + 1);
	request_copy(request, req, (char *)(request->fields + fields));
	return request;
}

static void
request_copy(struct serve_request *request, struct http_request *req, char *text)
{
	const struct http_header	*header;
	struct slice			 body = body_of(req);

	request->kore = req;
	request->method = slice_of(http_method_text(req->method));
	request->path = text_put(&text, req->path, strlen(req->path));
	if (req->query_string != NULL)
		request->query = text_put(&text, req->query_string, strlen(req->query_string));
	request->body = text_put(&text, body.at, body.len);
	TAILQ_FOREACH(header, &req->req_headers, list) {
		struct serve_field	*field = &request->fields[request->field_count++];

		field->name = text_put(&text, header->header, strlen(header->header));
		field->value = text_put(&text, header->value, strlen(header->value));
	}
	peer_put(req->owner, request->peer);
	if (body.len > 0)
		explicit_bzero(req->http_body->data, body.len);
}

static struct slice
text_put(char **text, const void *from, size_t len)
{
	struct slice	put = { *text, len };

	if (len > 0)
		memcpy(*text, from, len);
	*text += len;
	return put;
}

static struct slice
body_of(const struct http_request *req)
{
	struct slice	body = { NULL, 0 };

	if (req->http_body != NULL) {
		body.at = (const char *)req->http_body->data;
		body.len = req->http_body_length;
	}
	return body;
}

static void
peer_put(const struct connection *c, char text[INET6_ADDRSTRLEN])
{
	const void	*address = c->family == AF_INET6 ? (const void *)&c->addr.ipv6.sin6_addr :
			    (const void *)&c->addr.ipv4.sin_addr;

	if (inet_ntop(c->family, address, text, INET6_ADDRSTRLEN) == NULL)
		text[0] = '\0';
}

/* The request lives on without its client; what it comes to is for the books and the log. */
static void
client_left(struct http_request *req)
{
	struct serve_request	*request = req->hdlr_extra;

	if (request != NULL)
		request->kore = NULL;
	req->hdlr_extra = NULL;
}

/* Sends at once: Kore would do it in its next turn, and it may sleep before that. */
bool
serve_kore_reply(struct http_request *req, const struct serve_reply *reply)
{
	struct connection	*c = req->owner;
	size_t			 i;

	req->hdlr_extra = NULL;
	/* The connection is gone, Kore tells client_left() only in its next turn: too late for us. */
	if (c == NULL)
		return false;
	for (i = 0; i < reply->header_count; i++)
		http_response_header(req, reply->headers[i].name, reply->headers[i].value);
	if (serve_is_draining())
		c->flags |= CONN_CLOSE_EMPTY;
	http_response(req, reply->status, reply->body.at, reply->body.len);
	if (!net_send_flush(c))
		kore_connection_disconnect(c);
	req->flags |= HTTP_REQUEST_DELETE;
	http_request_wakeup(req);
	return true;
}

void
serve_kore_hang_up(struct http_request *req)
{
	struct connection	*c = req->owner;

	req->hdlr_extra = NULL;
	if (c == NULL)
		return;
	kore_connection_disconnect(c);
	req->flags |= HTTP_REQUEST_DELETE;
	http_request_wakeup(req);
}

/* Kore's notices are about its own affairs; what an operator should see comes as a warning or worse. */
static void
log_from_kore(int priority, const char *text)
{
	struct log_entry	entry = { .event = "kore", .detail = text };

	switch (priority) {
	case LOG_EMERG:
	case LOG_ALERT:
	case LOG_CRIT:
		entry.level = LOG_LEVEL_ALERT;
		break;
	case LOG_ERR:
		entry.level = LOG_LEVEL_ERROR;
		break;
	case LOG_WARNING:
		entry.level = LOG_LEVEL_WARNING;
		break;
	default:
		entry.level = LOG_LEVEL_DEBUG;
		break;
	}
	log_write(&entry);
	log_flush();
}

static void
error_from_kore(int status, struct kore_buf *head, struct kore_buf *body)
{
	struct buf	our_head, our_body;

	serve_refusal(status, &our_head, &our_body);
	kore_buf_append(head, buf_text(&our_head), our_head.len);
	kore_buf_append(body, buf_text(&our_body), our_body.len);
	buf_release(&our_head);
	buf_release(&our_body);
}

/* libpq, libcurl and its resolver thread, malloc for large blocks, abort(); Kore adds its own list. */
KORE_SECCOMP_FILTER("serve",
	KORE_SYSCALL_ALLOW(connect), KORE_SYSCALL_ALLOW(socketpair), KORE_SYSCALL_ALLOW(shutdown),
	KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_INET), KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_INET6),
	KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_UNIX), KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_NETLINK),
	KORE_SYSCALL_ALLOW(getsockopt), KORE_SYSCALL_ALLOW(getsockname),
	KORE_SYSCALL_ALLOW(getpeername), KORE_SYSCALL_ALLOW(bind), KORE_SYSCALL_ALLOW(ioctl),
	KORE_SYSCALL_ALLOW(sendmsg), KORE_SYSCALL_ALLOW(sendmmsg), KORE_SYSCALL_ALLOW(recvmsg),
	KORE_SYSCALL_ALLOW(uname), KORE_SYSCALL_ALLOW(newfstatat), KORE_SYSCALL_ALLOW(getdents64),
	KORE_SYSCALL_ALLOW(faccessat), KORE_SYSCALL_ALLOW(clone3), KORE_SYSCALL_ALLOW(rseq),
	KORE_SYSCALL_ALLOW(set_robust_list), KORE_SYSCALL_ALLOW(sched_getaffinity),
	KORE_SYSCALL_ALLOW(mremap), KORE_SYSCALL_ALLOW(sysinfo), KORE_SYSCALL_ALLOW(gettid),
	KORE_SYSCALL_ALLOW(tgkill), KORE_SYSCALL_ALLOW(restart_syscall)
)
