/*
 * The loop of unit tests: io/loop.h on poll(2).  It is stricter than the real one where that finds
 * mistakes: a watched descriptor that is closed is a failure.
 */
#include "loop_poll.h"

#include <assert.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "io/loop.h"

#define WATCHES_MAX	256
#define TIMERS_MAX	4096
#define TURN_CALLS_MAX	8
#define FINISH_ROUNDS	100

struct timer {
	int64_t		 due_us;
	unsigned	 turn;		/* in which it was set: it runs in a later one */
	void		(*call)(void *);
	void		*arg;
};

struct turn_call {
	void		(*call)(void *);
	void		*arg;
};

static struct loop_watch	*watches[WATCHES_MAX];
static short			 watch_events[WATCHES_MAX];
static size_t			 watch_count;
static struct timer		 timers[TIMERS_MAX];	/* the earliest first */
static size_t			 timer_count;
static struct turn_call		 turn_calls[TURN_CALLS_MAX];
static size_t			 turn_call_count;
static unsigned			 turn;

static void	turn_sleep(unsigned);
static void	turn_timers(int64_t);
static size_t	watch_find(const struct loop_watch *);

void
loop_watch(struct loop_watch *watch, int fd, unsigned events)
{
	size_t	at;

	assert(fd >= 0 && watch->ready != NULL);
	at = watch_find(watch);
	if (at == watch_count) {
		assert(watch_count < WATCHES_MAX);
		watch_count++;
	}
	watches[at] = watch;
	watch_events[at] = (short)((events & LOOP_READ ? POLLIN : 0) | (events & LOOP_WRITE ?
	    POLLOUT : 0));
	watch->fd = fd;
}

void
loop_unwatch(struct loop_watch *watch)
{
	loop_forget(watch);
}

void
loop_forget(struct loop_watch *watch)
{
	size_t	at;

	watch->fd = -1;
	at = watch_find(watch);
	if (at == watch_count)
		return;
	watch_count--;
	watches[at] = watches[watch_count];
	watch_events[at] = watch_events[watch_count];
}

void
loop_after(uint64_t ms, void (*call)(void *), void *arg)
{
	struct timer	timer;
	size_t		at;

	assert(timer_count < TIMERS_MAX);
	timer = (struct timer){ clock_elapsed_us() + (int64_t)ms * 1000, turn, call, arg };
	for (at = timer_count++; at > 0 && timers[at - 1].due_us > timer.due_us; at--)
		timers[at] = timers[at - 1];
	timers[at] = timer;
}

void
loop_each_turn(void (*call)(void *), void *arg)
{
	assert(turn_call_count < TURN_CALLS_MAX);
	turn_calls[turn_call_count++] = (struct turn_call){ call, arg };
}

bool
loop_poll_run_until(bool (*condition)(void), unsigned timeout_ms)
{
	int64_t	end_us, left_us;

	end_us = clock_elapsed_us() + (int64_t)timeout_ms * 1000;
	while (!condition()) {
		left_us = end_us - clock_elapsed_us();
		if (left_us <= 0)
			return false;
		loop_poll_turn((unsigned)(left_us / 1000 + 1));
	}
	return true;
}

void
loop_poll_turn(unsigned most_ms)
{
	for (size_t i = 0; i < turn_call_count; i++)
		turn_calls[i].call(turn_calls[i].arg);
	turn++;
	turn_sleep(most_ms);
	turn_timers(clock_elapsed_us());
}

void
loop_poll_finish(void)
{
	for (int round = 0; timer_count > 0; round++) {
		assert(round < FINISH_ROUNDS);
		turn++;
		turn_timers(INT64_MAX);
	}
	turn_call_count = 0;
	assert(watch_count == 0);
}

size_t
loop_poll_watched(void)
{
	return watch_count;
}

/* Sleep until the next timer at most, then tell those whose descriptors are ready. */
static void
turn_sleep(unsigned most_ms)
{
	struct loop_watch	*batch[WATCHES_MAX];
	struct pollfd		 fds[WATCHES_MAX];
	size_t			 count;
	int64_t			 wait_us;
	unsigned		 events;

	count = watch_count;
	for (size_t i = 0; i < count; i++) {
		batch[i] = watches[i];
		fds[i] = (struct pollfd){ .fd = watches[i]->fd, .events = watch_events[i] };
	}
	wait_us = (int64_t)most_ms * 1000;
	if (timer_count > 0 && timers[0].due_us - clock_elapsed_us() < wait_us)
		wait_us = timers[0].due_us - clock_elapsed_us();
	if (poll(fds, count, wait_us > 0 ? (int)((wait_us + 999) / 1000) : 0) <= 0)
		return;
	for (size_t i = 0; i < count; i++) {
		assert(!(fds[i].revents & POLLNVAL));
		events = (fds[i].revents & POLLIN ? LOOP_READ : 0) |
		    (fds[i].revents & POLLOUT ? LOOP_WRITE : 0) |
		    (fds[i].revents & (POLLERR | POLLHUP) ? LOOP_ERROR : 0);
		/* The storage is there for this turn, even if somebody unwatched it just now. */
		if (events != 0 && batch[i]->fd == fds[i].fd)
			batch[i]->ready(batch[i], events);
	}
}

static void
turn_timers(int64_t now_us)
{
	struct timer	timer;
	size_t		at;

	at = 0;
	while (at < timer_count && timers[at].due_us <= now_us) {
		if (timers[at].turn == turn) {
			at++;
			continue;
		}
		timer = timers[at];
		timer_count--;
		memmove(&timers[at], &timers[at + 1], (timer_count - at) * sizeof(timers[0]));
		timer.call(timer.arg);
		/* It may have set another one in front. */
		at = 0;
	}
}

static size_t
watch_find(const struct loop_watch *watch)
{
	size_t	at;

	for (at = 0; at < watch_count; at++)
		if (watches[at] == watch)
			break;
	return at;
}
