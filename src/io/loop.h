/*
 * The seam to whatever turns the wheel: five functions, Kore in the product (loop_kore.c),
 * poll(2) in unit tests (tests/unit/loop_poll.c).  One loop a process, no threads.
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdint.h>

#define LOOP_READ	1U
#define LOOP_WRITE	2U
#define LOOP_ERROR	4U	/* reported only: hang-up or error on the descriptor */

/*
 * One watched descriptor.  The seam comes first and belongs to the loop; it has the layout of Kore's
 * struct kore_event (loop_kore.c asserts it).  The storage must live one turn longer than
 * loop_unwatch(): the current batch of events may still point to it.
 */
struct loop_watch {
	struct {
		int	type;
		int	flags;
		void	(*handle)(void *, int);
	} __attribute__((packed)) seam;
	void	(*ready)(struct loop_watch *, unsigned events);	/* set by the owner */
	int	fd;						/* -1 when not watched; set by the loop */
};

/** loop_watch(watch, fd, events): Call watch->ready while ${fd} is ready, level-triggered. */
void	loop_watch(struct loop_watch *, int, unsigned);

/** loop_unwatch(watch): Stop; fine when not watched, or when the descriptor was closed already. */
void	loop_unwatch(struct loop_watch *);

/** loop_after(ms, call, arg): Call once, in ${ms} milliseconds, never before this turn has ended. */
void	loop_after(uint64_t, void (*)(void *), void *);

/** loop_each_turn(call, arg): Call before the loop sleeps, every time (at most 8 such). */
void	loop_each_turn(void (*)(void *), void *);

/** loop_forget(fd): For code whose library closed ${fd} behind its back: drop what is known of it. */
void	loop_forget(struct loop_watch *);

#endif /* !LOOP_H */
