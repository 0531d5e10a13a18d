/*
 * Which connectors there are.  A new one is one line in the list.
 */
#include "processor/processor.h"

#include <assert.h>
#include <string.h>

#include "processor/sandbox.h"

static const struct processor *const	processors[] = {
	&sandbox,
};

#define COUNT	(sizeof(processors) / sizeof(processors[0]))

const struct processor *
processor_find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(processors[i]->name, name) == 0)
			return processors[i];
	}
	return NULL;
}

const struct processor *
processor_for(enum mode mode)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (processors[i]->mode == mode)
			return processors[i];
	}
	return NULL;
}

size_t
processor_count(void)
{
	return COUNT;
}

const struct processor *
processor_at(size_t number)
{
	assert(number < COUNT);
	return processors[number];
}

size_t
processor_number(const struct processor *processor)
{
	size_t	number = 0;

	while (number < COUNT && processors[number] != processor)
		number++;
	assert(number < COUNT);
	return number;
}
