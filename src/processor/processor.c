/*
 * Which connectors there are.  A new one is one line in the list.
 */
#include "processor/processor.h"

#include <string.h>

#include "processor/sandbox.h"

static const struct processor *const	processors[] = {
	&sandbox,
};

const struct processor *
processor_find(const char *name)
{
	for (size_t i = 0; i < sizeof(processors) / sizeof(processors[0]); i++) {
		if (strcmp(processors[i]->name, name) == 0)
			return processors[i];
	}
	return NULL;
}

const struct processor *
processor_for(enum mode mode)
{
	for (size_t i = 0; i < sizeof(processors) / sizeof(processors[0]); i++) {
		if (processors[i]->mode == mode)
			return processors[i];
	}
	return NULL;
}
