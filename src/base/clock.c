/*
 * The time of day and its text.  Rules get the time from here or from the database.
 */
#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define US_PER_SECOND	INT64_C(1000000)

static int64_t	clock_read_us(clockid_t);
static void	moment_of(int64_t, struct tm *);
static bool	digits_take(struct slice *, size_t, int *);
static bool	sign_take(struct slice *, char);
static bool	day_and_time_take(struct slice *, struct tm *);
static int64_t	fraction_take(struct slice *);
static bool	zone_take(struct slice *, int64_t *);

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

bool
clock_read(struct slice text, int64_t *us)
{
	struct tm	at, same;
	int64_t		fraction = 0, zone_s = 0, seconds;

	if (!day_and_time_take(&text, &at))
		return false;
	same = at;
	seconds = timegm(&same);	/* February 30 would become another day */
	if (same.tm_mday != at.tm_mday || same.tm_mon != at.tm_mon)
		return false;
	if (sign_take(&text, '.') && (fraction = fraction_take(&text)) < 0)
		return false;
	if (!zone_take(&text, &zone_s) || text.len != 0 || seconds < zone_s)
		return false;
	*us = (seconds - zone_s) * US_PER_SECOND + fraction;
	return true;
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

/* The next ${count} characters of ${text}, which are digits. */
static bool
digits_take(struct slice *text, size_t count, int *number)
{
	*number = 0;
	if (text->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (text->at[i] < '0' || text->at[i] > '9')
			return false;
		*number = *number * 10 + (text->at[i] - '0');
	}
	text->at += count;
	text->len -= count;
	return true;
}

static bool
sign_take(struct slice *text, char sign)
{
	if (text->len == 0 || text->at[0] != sign)
		return false;
	text->at++;
	text->len--;
	return true;
}

static bool
day_and_time_take(struct slice *text, struct tm *at)
{
	memset(at, 0, sizeof(*at));
	if (!digits_take(text, 4, &at->tm_year) || !sign_take(text, '-') ||
	    !digits_take(text, 2, &at->tm_mon) || !sign_take(text, '-') ||
	    !digits_take(text, 2, &at->tm_mday) || !sign_take(text, 'T') ||
	    !digits_take(text, 2, &at->tm_hour) || !sign_take(text, ':') ||
	    !digits_take(text, 2, &at->tm_min) || !sign_take(text, ':') ||
	    !digits_take(text, 2, &at->tm_sec))
		return false;
	if (at->tm_year < 1970 || at->tm_mon < 1 || at->tm_mon > 12 || at->tm_mday < 1 ||
	    at->tm_mday > 31 || at->tm_hour > 23 || at->tm_min > 59 || at->tm_sec > 59)
		return false;
	at->tm_year -= 1900;
	at->tm_mon--;
	return true;
}

/* Behind the point: microseconds, or -1 when there is no digit. */
static int64_t
fraction_take(struct slice *text)
{
	int64_t	us = 0, unit = US_PER_SECOND;
	int	digit;

	if (text->len == 0 || text->at[0] < '0' || text->at[0] > '9')
		return -1;
	while (digits_take(text, 1, &digit)) {
		unit /= 10;
		us += digit * unit;
	}
	return us;
}

static bool
zone_take(struct slice *text, int64_t *seconds)
{
	bool	ahead;
	int	hours, minutes;

	if (sign_take(text, 'Z'))
		return true;
	ahead = sign_take(text, '+');
	if (!ahead && !sign_take(text, '-'))
		return false;
	if (!digits_take(text, 2, &hours) || !sign_take(text, ':') || !digits_take(text, 2, &minutes) ||
	    hours > 23 || minutes > 59)
		return false;
	*seconds = (hours * 60 + minutes) * 60 * (ahead ? 1 : -1);
	return true;
}
