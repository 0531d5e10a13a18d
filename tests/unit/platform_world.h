/*
 * A platform on the test's own loop: the client under test, started against the listener, and a flow that waits.
 */
#ifndef PLATFORM_WORLD_H
#define PLATFORM_WORLD_H

#include <stdbool.h>

#include "io/flow.h"
#include "listener.h"
#include "platform/platform.h"

#define WORLD_MS	5000	/* more than anything here takes */
#define WORLD_SHORT_MS	200	/* for what has to run out of time */

/** platform_world_start(state), platform_world_stop(state): Around each test; patience of WORLD_MS, no limit. */
int	platform_world_start(void **);
int	platform_world_stop(void **);

/** platform_world_limit(rate, timeout_ms): Start the client again, with a budget and another patience. */
void	platform_world_limit(long, long);

/** platform_world_reply(status, body): What the platform says from now on, as JSON by its headers. */
void	platform_world_reply(const char *, const char *);

/** platform_world_first(head, body): The same to one request, with more headers; see listener_first(). */
void	platform_world_first(const char *, const char *);

/** platform_world_away(): Nobody listens any more. */
void	platform_world_away(void);

/** platform_world_flow(): A flow that waits; platform_world_wait() turns the loop until somebody woke it. */
struct flow	*platform_world_flow(void);
void		 platform_world_wait(void);

/** platform_world_sent(text), platform_world_body(): Whether the last request holds ${text}; its body. */
bool		 platform_world_sent(const char *);
const char	*platform_world_body(void);

#endif /* !PLATFORM_WORLD_H */
