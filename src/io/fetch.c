/*
 * HTTP requests to others, on the loop: curl's multi interface, its sockets and its timer.
 * What a single request may do is in fetch_call.c.
 */
#include "io/fetch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/fetch_call.h"
#include "io/loop.h"

#define CALLS_MAX		1024	/* under way; more are not sent */
#define HOST_CONNECTIONS_MAX	32L
#define IDLE_CONNECTIONS_MAX	64L
#define TICK_MOST_MS		100

struct fetch {
	CURLM			*multi;
	LIST_HEAD(, fetch_call)	 calls;
	unsigned		 call_count;
	unsigned		 generation;	/* of curl's timer; ticks of older ones are stale */
	unsigned		 tick_count;	/* that the loop still holds */
	bool			 closed;
};

struct fetch_socket {
	struct loop_watch	 watch;		/* first: the loop gives it back */
	struct fetch		*fetch;
	curl_socket_t		 fd;
};

struct fetch_tick {
	struct fetch		*fetch;
	unsigned		 generation;
};

static void	fetch_refuse(void *);
static void	fetch_end(struct fetch_call *, CURLcode);
static void	fetch_act(struct fetch *, curl_socket_t, int);
static int	fetch_timer_set(CURLM *, long, void *);
static void	fetch_tick_start(struct fetch *, long);
static void	fetch_tick(void *);
static int	fetch_socket_set(CURL *, curl_socket_t, int, void *, void *);
static void	fetch_socket_ready(struct loop_watch *, unsigned);

struct fetch *
fetch_new(void)
{
	struct fetch	*fetch;

	fetch = calloc(1, sizeof(*fetch));
	if (fetch == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		goto fail;
	fetch->multi = curl_multi_init();
	if (fetch->multi == NULL)
		goto fail;
	LIST_INIT(&fetch->calls);
	curl_multi_setopt(fetch->multi, CURLMOPT_SOCKETFUNCTION, fetch_socket_set);
	curl_multi_setopt(fetch->multi, CURLMOPT_SOCKETDATA, fetch);
	curl_multi_setopt(fetch->multi, CURLMOPT_TIMERFUNCTION, fetch_timer_set);
	curl_multi_setopt(fetch->multi, CURLMOPT_TIMERDATA, fetch);
	curl_multi_setopt(fetch->multi, CURLMOPT_MAX_HOST_CONNECTIONS, HOST_CONNECTIONS_MAX);
	curl_multi_setopt(fetch->multi, CURLMOPT_MAXCONNECTS, IDLE_CONNECTIONS_MAX);
	return fetch;
fail:
	free(fetch);
	return NULL;
}

void
fetch_free(struct fetch *fetch)
{
	struct fetch_call	*call;

	if (fetch == NULL)
		return;
	while ((call = LIST_FIRST(&fetch->calls)) != NULL) {
		LIST_REMOVE(call, link);
		call->fetch = NULL;
		if (call->easy == NULL)
			continue;	/* the loop holds it: fetch_refuse() is still to come */
		curl_multi_remove_handle(fetch->multi, call->easy);
		fetch_call_free(call);
	}
	curl_multi_cleanup(fetch->multi);
	curl_global_cleanup();
	/* Ticks that the loop still holds point here: the last of them frees it. */
	fetch->closed = true;
	fetch_tick_start(fetch, 0);
}

void
fetch_send(struct fetch *fetch, const struct fetch_request *request, fetch_done done, void *arg)
{
	struct fetch_call	*call;

	call = fetch_call_new(done, arg);
	call->fetch = fetch;
	LIST_INSERT_HEAD(&fetch->calls, call, link);
	fetch->call_count++;
	if (fetch->call_count > CALLS_MAX)
		call->refusal = "too many calls are under way";
	else
		call->refusal = fetch_call_build(call, request);
	/* Adding arms curl's timer with 0 ms; nothing else happens inside this call. */
	if (call->refusal == NULL && curl_multi_add_handle(fetch->multi, call->easy) != CURLM_OK)
		call->refusal = "request could not be started";
	if (call->refusal != NULL) {
		curl_easy_cleanup(call->easy);
		call->easy = NULL;
		loop_after(0, fetch_refuse, call);
	}
}

static void
fetch_refuse(void *arg)
{
	struct fetch_call	*call = arg;

	if (call->fetch == NULL)
		fetch_call_free(call);
	else
		fetch_end(call, CURLE_OK);
}

static void
fetch_end(struct fetch_call *call, CURLcode code)
{
	LIST_REMOVE(call, link);
	call->fetch->call_count--;
	fetch_call_answer(call, code);
	fetch_call_free(call);
}

/* Let curl work on ${fd}, or on its timer, and tell whom it concerns. */
static void
fetch_act(struct fetch *fetch, curl_socket_t fd, int events)
{
	struct fetch_call	*call;
	const CURLMsg		*message;
	CURL			*easy;
	CURLcode		 code;
	int			 left;

	(void)curl_multi_socket_action(fetch->multi, fd, events, &left);
	while ((message = curl_multi_info_read(fetch->multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		/* Removing the handle frees the message. */
		easy = message->easy_handle;
		code = message->data.result;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&call);
		curl_multi_remove_handle(fetch->multi, easy);
		fetch_end(call, code);
	}
}

static int
fetch_timer_set(CURLM *multi, long ms, void *arg)
{
	struct fetch	*fetch = arg;

	(void)multi;
	fetch->generation++;
	if (ms >= 0)
		fetch_tick_start(fetch, ms);
	return 0;
}

/*
 * A tick cannot be taken back, and curl changes its mind often: at most 100 ms, so that they do not
 * pile up.  A tick that comes too early does no harm, curl sets its timer again.
 */
static void
fetch_tick_start(struct fetch *fetch, long ms)
{
	struct fetch_tick	*tick;

	tick = malloc(sizeof(*tick));
	assert(tick != NULL);
	tick->fetch = fetch;
	tick->generation = fetch->generation;
	fetch->tick_count++;
	loop_after(ms < TICK_MOST_MS ? (uint64_t)ms : TICK_MOST_MS, fetch_tick, tick);
}

static void
fetch_tick(void *arg)
{
	struct fetch_tick	*tick = arg;
	struct fetch		*fetch = tick->fetch;
	bool			 stale;

	stale = tick->generation != fetch->generation;
	free(tick);
	fetch->tick_count--;
	if (fetch->closed) {
		if (fetch->tick_count == 0)
			free(fetch);
		return;
	}
	if (!stale)
		fetch_act(fetch, CURL_SOCKET_TIMEOUT, 0);
}

static int
fetch_socket_set(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct fetch		*fetch = arg;
	struct fetch_socket	*sock = known;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (sock == NULL)
			return 0;
		loop_unwatch(&sock->watch);
		curl_multi_assign(fetch->multi, fd, NULL);
		/* The current batch of events may still point to it. */
		loop_after(0, free, sock);
		return 0;
	}
	if (sock == NULL) {
		sock = calloc(1, sizeof(*sock));
		if (sock == NULL)
			return -1;
		sock->watch.ready = fetch_socket_ready;
		sock->watch.fd = -1;
		sock->fetch = fetch;
		sock->fd = fd;
		curl_multi_assign(fetch->multi, fd, sock);
	}
	loop_watch(&sock->watch, fd, ((what & CURL_POLL_IN) ? LOOP_READ : 0) |
	    ((what & CURL_POLL_OUT) ? LOOP_WRITE : 0));
	return 0;
}

static void
fetch_socket_ready(struct loop_watch *watch, unsigned events)
{
	struct fetch_socket	*sock = (struct fetch_socket *)watch;

	fetch_act(sock->fetch, sock->fd, (events & LOOP_READ ? CURL_CSELECT_IN : 0) |
	    (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0) |
	    (events & LOOP_ERROR ? CURL_CSELECT_ERR : 0));
}
