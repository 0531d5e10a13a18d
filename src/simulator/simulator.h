/*
 * What a worker of the simulator has: its settings, a pool of database connections, a fetcher;
 * and the two things that every handler does: read a JSON object, answer with JSON text.
 */
#ifndef SIMULATOR_H
#define SIMULATOR_H

#include "base/json_read.h"
#include "io/fetch.h"
#include "io/pool.h"
#include "serve/serve.h"
#include "simulator/simulator_settings.h"

#define SIMULATOR_BODY_MAX	32768		/* bytes of a request */
#define SIMULATOR_ANSWER_MAX	(64 * 1024 * 1024)	/* 500 events of 64 KiB and their frames */

/** simulator_start(settings): Connect; once in each worker.  ${settings} is lent for good. */
void					 simulator_start(const struct simulator_settings *);

/** simulator_settings(), simulator_fetch(): As given, as started. */
const struct simulator_settings		*simulator_settings(void);
struct fetch				*simulator_fetch(void);

/**
 * simulator_read_json(request, json):
 * Parse the body as one JSON object.  On a fault the request has been answered; else free ${json}.
 */
enum fault				 simulator_read_json(struct serve_request *,
					    struct json **);

/** simulator_answered_fault(request, answer): Whether the store had one, which was then answered. */
bool					 simulator_answered_fault(struct serve_request *,
					    const struct pool_answer *);

/** simulator_answer(request, status, body): Answer ${body} and release it; 500 if it is too long. */
void					 simulator_answer(struct serve_request *, int,
					    struct buf *);

#endif /* !SIMULATOR_H */
