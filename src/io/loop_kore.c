/*
 * The loop's seam on Kore: descriptors go to Kore's epoll, timers and turns are kept here.
 * The linker puts __wrap_kore_platform_event_wait() in place of Kore's own (Makefile), which makes it
 * the one place where a worker sleeps.
 */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "base/clock.h"
#include "base/log.h"
#include "io/loop.h"

#define SLEEP_MAX_MS	500		/* Kore looks for connections that are late this often */
#define TIMERS_MAX	(1024 * 1024)
#define TURNS_MAX	8

struct timer {
	uint64_t	 due_ms;
	uint64_t	 order;		/* first come, first served among equals */
	void		(*call)(void *);
	void		*arg;
};

static struct {
	struct timer	*heap;		/* the next one on top */
	size_t		 count;
	size_t		 size;
	uint64_t	 order;
} timers;

static struct {
	void	(*call)(void *);
	void	*arg;
} turns[TURNS_MAX];
static size_t	turn_count;

void	__real_kore_platform_event_wait(u_int64_t);
void	__wrap_kore_platform_event_wait(u_int64_t);

static void		watch_ready(void *, int);
static uint64_t		now_ms(void);
static u_int64_t	sleep_ms(u_int64_t);
static void		timers_run(void);
static struct timer	timers_take(void);
static bool		timer_is_sooner(const struct timer *, const struct timer *);

_Static_assert(sizeof(((struct loop_watch *)0)->seam) == sizeof(struct kore_event) &&
    offsetof(struct loop_watch, seam) == 0 &&
    offsetof(struct loop_watch, seam.flags) == offsetof(struct kore_event, flags) &&
    offsetof(struct loop_watch, seam.handle) == offsetof(struct kore_event, handle),
    "loop_watch begins with a kore_event");
_Static_assert(LOOP_READ == KORE_EVENT_READ && LOOP_WRITE == KORE_EVENT_WRITE,
    "events have Kore's values");

void
loop_watch(struct loop_watch *watch, int fd, unsigned events)
{
	int	type = EPOLLRDHUP;

	if (events & LOOP_READ)
		type |= EPOLLIN;
	if (events & LOOP_WRITE)
		type |= EPOLLOUT;
	watch->seam.flags = 0;
	watch->seam.handle = watch_ready;
	watch->fd = fd;
	kore_platform_event_schedule(fd, type, 0, watch);
}

void
loop_unwatch(struct loop_watch *watch)
{
	if (watch->fd != -1)
		kore_platform_disable_read(watch->fd);
	watch->fd = -1;
}

void
loop_forget(struct loop_watch *watch)
{
	watch->fd = -1;
}

/* An event of this turn's batch may be for a watch that its neighbour has just dropped. */
static void
watch_ready(void *arg, int error)
{
	struct loop_watch	*watch = arg;
	unsigned		 events = (unsigned)watch->seam.flags;

	watch->seam.flags = 0;
	if (watch->fd != -1)
		watch->ready(watch, error ? events | LOOP_ERROR : events);
}

void
loop_each_turn(void (*call)(void *), void *arg)
{
	assert(turn_count < TURNS_MAX);
	turns[turn_count].call = call;
	turns[turn_count++].arg = arg;
}

void
loop_after(uint64_t ms, void (*call)(void *), void *arg)
{
	struct timer	timer = { now_ms() + ms, timers.order++, call, arg };
	size_t		at;

	if (timers.count == timers.size) {
		timers.size = timers.size == 0 ? 64 : timers.size * 2;
		assert(timers.size <= TIMERS_MAX);
		timers.heap = realloc(timers.heap, timers.size * sizeof(timer));
		assert(timers.heap != NULL);
	}
	for (at = timers.count++; at > 0; at = (at - 1) / 2) {
		if (!timer_is_sooner(&timer, &timers.heap[(at - 1) / 2]))
			break;
		timers.heap[at] = timers.heap[(at - 1) / 2];
	}
	timers.heap[at] = timer;
}

/* One turn of the wheel: what was gathered leaves, then sleep, then descriptors, then timers. */
void
__wrap_kore_platform_event_wait(u_int64_t wanted_ms)
{
	size_t	i;

	for (i = 0; i < turn_count; i++)
		turns[i].call(turns[i].arg);
	log_flush();
	__real_kore_platform_event_wait(worker != NULL ? sleep_ms(wanted_ms) : wanted_ms);
	timers_run();
}

/* Kore reckoned ${wanted_ms} before the turn's calls were made; they may have left work. */
static u_int64_t
sleep_ms(u_int64_t wanted_ms)
{
	u_int64_t	now = now_ms(), least = wanted_ms < SLEEP_MAX_MS ? wanted_ms : SLEEP_MAX_MS;

	if (http_request_pending() || sig_recv != 0)
		return 0;
	if (timers.count > 0 && timers.heap[0].due_ms < now + least)
		least = timers.heap[0].due_ms > now ? timers.heap[0].due_ms - now : 0;
	return least;
}

/* A timer that is set by a timer waits for the next turn, even one of 0 ms. */
static void
timers_run(void)
{
	uint64_t	now = now_ms(), newest = timers.order;

	while (timers.count > 0 && timers.heap[0].due_ms <= now && timers.heap[0].order < newest) {
		struct timer	timer = timers_take();

		timer.call(timer.arg);
	}
}

static struct timer
timers_take(void)
{
	struct timer	top = timers.heap[0], last = timers.heap[--timers.count];
	size_t		at = 0, child;

	for (;;) {
		child = at * 2 + 1;
		if (child >= timers.count)
			break;
		if (child + 1 < timers.count &&
		    timer_is_sooner(&timers.heap[child + 1], &timers.heap[child]))
			child++;
		if (!timer_is_sooner(&timers.heap[child], &last))
			break;
		timers.heap[at] = timers.heap[child];
		at = child;
	}
	timers.heap[at] = last;
	return top;
}

static bool
timer_is_sooner(const struct timer *a, const struct timer *b)
{
	return a->due_ms < b->due_ms || (a->due_ms == b->due_ms && a->order < b->order);
}

static uint64_t
now_ms(void)
{
	return (uint64_t)(clock_elapsed_us() / 1000);
}
