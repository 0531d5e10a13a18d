/*
 * What the files of this folder share and nobody else sees.
 */
#ifndef PLATFORM_INTERNAL_H
#define PLATFORM_INTERNAL_H

#include "platform/platform.h"

/** platform_options(): As started. */
const struct platform_options	*platform_options(void);

#endif /* !PLATFORM_INTERNAL_H */
