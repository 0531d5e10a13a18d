/*
 * A private PostgreSQL cluster for one test program: on a socket in a folder of its own under /tmp,
 * gone with the program, even if that is killed.
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include <stdbool.h>

#define CLUSTER_OWNER	"postgres"	/* as root: the system user; its superuser in any case */

/** cluster_create(): initdb and start.  False if that fails, with a word on standard error. */
bool		 cluster_create(void);

/** cluster_drop(): Stop it and remove its folder. */
void		 cluster_drop(void);

/** cluster_start(), cluster_stop(): The server; stop is "fast", connections are cut. */
bool		 cluster_start(void);
void		 cluster_stop(void);

/** cluster_folder(): Where the socket is, for host=. */
const char	*cluster_folder(void);

/** cluster_execute(sql): Run ${sql} as superuser; the first column of the first row. */
const char	*cluster_execute(const char *);

#endif /* !CLUSTER_H */
