/*
 * The cases of json_torture.txt, decoded.  Used by json_torture_test.c.
 */
#ifndef JSON_TORTURE_H
#define JSON_TORTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define TORTURE_FILE		"tests/unit/json_torture.txt"
#define TORTURE_CASES_MAX	1024
#define TORTURE_BYTES_MAX	(1 << 18)	/* one document */

struct torture {
	bool		 accepted;
	bool		 chosen;	/* by us: the standard leaves it open */
	char		*name;		/* in the text of the file */
	char		*reason;	/* NULL if there is none */
	struct buf	 document;
};

struct torture_list {
	char		*text;		/* the file, cut into fields */
	struct torture	 cases[TORTURE_CASES_MAX];
	size_t		 count;
};

/** torture_read(list): Read TORTURE_FILE; false, after saying why, if it is not there or malformed. */
bool	torture_read(struct torture_list *);

/** torture_release(list): Free what torture_read() made, also after its failure. */
void	torture_release(struct torture_list *);

#endif /* !JSON_TORTURE_H */
