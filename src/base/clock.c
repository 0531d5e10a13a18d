/*
 * The time of day and its text.  Rules get the time from here or from the database.
 */
#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#define US_PER_SECOND	INT64_C(1000000)

static int64_t	clock_read_us(clockid_t);
static void	moment_of(int64_t, struct tm *);

static int64_t	(*replacement)(void);

int64_t
clock_now_us(void)
{
	return replacement != NULL ? replacement() : clock_read_us(CLOCK_REALTIME);
}

int64_t
clock_elapsed_us(void)
{
	return clock_read_us(CLOCK_MONOTONIC);
}

void
clock_text(int64_t us, char text[CLOCK_TEXT_SIZE])
{
	/* Lines of one second share all but their end, and there are thousands of them. */
	static time_t	second = -1;
	static char	shared[CLOCK_TEXT_SIZE - 8];
	struct tm	at;
	size_t		len;
	int		more;

	if (second != (time_t)(us / US_PER_SECOND)) {
		moment_of(us, &at);
		len = strftime(shared, sizeof(shared), "%Y-%m-%dT%H:%M:%S", &at);
		assert(len > 0);
		second = (time_t)(us / US_PER_SECOND);
	}
	more = snprintf(text, CLOCK_TEXT_SIZE, "%s.%03dZ", shared,
	    (int)(us % US_PER_SECOND / 1000));
	assert(more > 0 && more < CLOCK_TEXT_SIZE);
}

void
clock_text_seconds(int64_t us, char text[CLOCK_TEXT_SIZE])
{
	struct tm	at;
	size_t		len;

	moment_of(us, &at);
	len = strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &at);
	assert(len > 0);
}

void
clock_replace(int64_t (*now_us)(void))
{
	replacement = now_us;
}

static int64_t
clock_read_us(clockid_t clock)
{
	struct timespec	at;
	int		bad;

	bad = clock_gettime(clock, &at);
	assert(bad == 0);
	return (int64_t)at.tv_sec * US_PER_SECOND + at.tv_nsec / 1000;
}

/* No event of ours is before 1970; a time that is would be a bug of its caller. */
static void
moment_of(int64_t us, struct tm *at)
{
	time_t	seconds = (time_t)(us / US_PER_SECOND);

	assert(us >= 0);
	if (gmtime_r(&seconds, at) == NULL)
		assert(0 && "year beyond int");
}
