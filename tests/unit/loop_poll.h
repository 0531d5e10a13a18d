/*
 * The loop of unit tests: io/loop.h on poll(2), turned by the test itself.
 */
#ifndef LOOP_POLL_H
#define LOOP_POLL_H

#include <stdbool.h>
#include <stddef.h>

/** loop_poll_run_until(condition, timeout_ms): Turn until ${condition}; false if time ran out. */
bool	loop_poll_run_until(bool (*)(void), unsigned);

/** loop_poll_turn(most_ms): Sleep at most ${most_ms}, then do what is ready and what is due. */
void	loop_poll_turn(unsigned);

/**
 * loop_poll_finish():
 * Run all timers now, whatever their time, until none is left: what frees itself a turn later is
 * then gone.  Also forgets the calls of loop_each_turn().  Asserts that nothing is watched.
 */
void	loop_poll_finish(void);

/** loop_poll_watched(): How many descriptors are watched. */
size_t	loop_poll_watched(void);

#endif /* !LOOP_POLL_H */
