/*
 * SIGTERM: how a server leaves without losing a request.  The parent lets no new connection begin; each worker takes
 * those that have begun, answers what is asked on them with "connection: close", and leaves when nobody asks any more.
 */
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/http.h>

#include "base/log.h"
#include "serve/serve_internal.h"

#define BEGUN_MS	100	/* in it, what has begun to connect gets here: a round trip, and far more */
#define QUIET_MS	250	/* nobody has asked for so long: connections that are open are only kept */
#define LEAVE_MS	500	/* for what options->worker_leave asks the database */
#define TURN_MS		20

void	__real_kore_worker_shutdown(void);
void	__wrap_kore_worker_shutdown(void);

static void		each_listener(void (*)(struct listener *));
static void		listener_refuse(struct listener *);
static void		listener_accept(struct listener *);
static void		listener_close(struct listener *);
static u_int64_t	turn(void);
static bool		is_busy(void);
static bool		is_sending(void);
static unsigned		jobs_running(void);
static void		leave(u_int64_t);

static struct {
	bool		is_on;
	u_int64_t	heard_ms;	/* when somebody last asked for something */
} drain;

bool
serve_is_draining(void)
{
	return drain.is_on;
}

void
serve_drain_heard(void)
{
	drain.heard_ms = kore_time_ms();
}

/*
 * In the parent, which has just told its workers to quit.  A socket that is closed resets what waits in its queue: a
 * proxy has sent its request by then, and cannot know whether it was read.  So first of all nobody may begin to connect
 * any more; who tries hears nothing, tries again after a second, is refused, and goes to the next server.
 */
void
__wrap_kore_worker_shutdown(void)
{
	each_listener(listener_refuse);
	each_listener(listener_close);
	__real_kore_worker_shutdown();
}

/*
 * In each worker, told to quit.  The socket is closed when the last of us has done so: right after it found the queue
 * empty, since without a filter somebody may come in between.
 */
void
kore_worker_teardown(void)
{
	const struct serve_options	*options = serve_options();
	u_int64_t			 now = kore_time_ms(), begun = now + BEGUN_MS;
	u_int64_t			 end = now + (u_int64_t)options->drain_ms;
	bool				 is_listening = true;

	drain.is_on = true;
	serve_drain_heard();
	if (options->worker_stop != NULL)
		options->worker_stop();
	if (worker->has_lock)
		kore_platform_disable_accept();
	worker_accept_threshold = 0;	/* all that are there, not one a turn */
	while (now < end) {
		each_listener(listener_accept);
		if (is_listening && now >= begun) {
			each_listener(listener_close);
			is_listening = false;
		}
		if (!is_listening && !is_busy() && (worker_active_connections == 0 || now >= drain.heard_ms + QUIET_MS))
			break;
		now = turn();
	}
	leave(now + LEAVE_MS);
}

static void
each_listener(void (*call)(struct listener *))
{
	struct kore_server	*server;
	struct listener		*listener;

	LIST_FOREACH(server, &kore_servers, list) {
		LIST_FOREACH(listener, &server->listeners, list) {
			if (listener->fd != -1)
				call(listener);
		}
	}
}

/* Drops the first segment of a connection, and no other: handshakes that are under way come to their end. */
static void
listener_refuse(struct listener *listener)
{
	struct sock_filter	code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),			/* the flags of the TCP header */
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TH_SYN, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	struct sock_fprog	filter = { sizeof(code) / sizeof(code[0]), code };

	if (setsockopt(listener->fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == -1)
		kore_log(LOG_NOTICE, "could not filter new connections: %s", errno_s);
}

static void
listener_accept(struct listener *listener)
{
	u_int32_t	before = worker_active_connections;

	listener->evt.flags |= KORE_EVENT_READ;
	kore_listener_accept(listener, 0);
	if (worker_active_connections > before)
		serve_drain_heard();
}

static void
listener_close(struct listener *listener)
{
	(void)close(listener->fd);	/* nothing is written through it */
	listener->fd = -1;
}

/* One turn of the loop, as Kore makes it. Returns the time. */
static u_int64_t
turn(void)
{
	u_int64_t	now;

	sig_recv = 0;		/* SIGTERM once more: the loop would not sleep any more */
	kore_platform_event_wait(TURN_MS);
	now = kore_time_ms();
	kore_timer_run(now);
	http_process();
	kore_connection_check_timeout(now);
	kore_connection_prune(KORE_CONNECTION_PRUNE_DISCONNECT);
	return now;
}

static bool
is_busy(void)
{
	return serve_waiting() > 0 || http_request_count > 0 || jobs_running() > 0 || is_sending();
}

/* An answer that its reader has not taken yet. */
static bool
is_sending(void)
{
	const struct connection	*c;

	TAILQ_FOREACH(c, &connections, list) {
		if (c->proto != CONN_PROTO_MSG && !TAILQ_EMPTY(&c->send_queue))
			return true;
	}
	return false;
}

static unsigned
jobs_running(void)
{
	return serve_options()->worker_busy != NULL ? serve_options()->worker_busy() : 0;
}

/* What did not come to its end in time is given back. */
static void
leave(u_int64_t end)
{
	unsigned	requests = serve_waiting(), jobs = jobs_running();
	u_int64_t	now = 0;

	if (jobs > 0 && serve_options()->worker_leave != NULL) {
		serve_options()->worker_leave();
		while (jobs_running() > 0 && now < end)
			now = turn();
	}
	log_write(&(struct log_entry){ .level = requests + jobs > 0 ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
	    .event = "drained", .count = requests + jobs });
	log_flush();
}
