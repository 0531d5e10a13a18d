/*
 * What the value of a setting may look like.  Known to base/setting.c alone.
 */
#ifndef SETTING_SHAPE_H
#define SETTING_SHAPE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/setting.h"
#include "base/slice.h"

/** setting_shape_holds(row, value): Whether ${value} is what the row's kind and limits ask for. */
bool	setting_shape_holds(const struct setting *, struct slice);

/** setting_shape_describe(row, text): Append what it should look like: "a port from 1 to 65535". */
void	setting_shape_describe(const struct setting *, struct buf *);

#endif /* !SETTING_SHAPE_H */
