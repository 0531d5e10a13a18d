/*
 * The time, from one place, replaceable in tests.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

#define CLOCK_TEXT_SIZE	32

/** clock_now_us(): Microseconds since 1970-01-01 UTC. */
int64_t	clock_now_us(void);

/** clock_elapsed_us(): Microseconds on a clock that never goes back; for durations. */
int64_t	clock_elapsed_us(void);

/** clock_text(us, text): RFC 3339 in UTC with milliseconds: "2026-11-23T08:15:30.123Z". */
void	clock_text(int64_t, char[CLOCK_TEXT_SIZE]);

/** clock_text_seconds(us, text): The same in whole seconds: "2026-11-23T08:15:30Z". */
void	clock_text_seconds(int64_t, char[CLOCK_TEXT_SIZE]);

/**
 * clock_read(text, us):
 * Read a moment as the platform writes it, RFC 3339 ("2025-06-25T06:57:06.225Z", "…T08:57:06+02:00"), from
 * 1970 to 9999; digits behind the microsecond are dropped.  False for anything else.
 */
bool	clock_read(struct slice, int64_t *);

/** clock_replace(now_us): Let ${now_us} say the time instead; NULL goes back.  For tests. */
void	clock_replace(int64_t (*)(void));

#endif /* !CLOCK_H */
