/*
 * What requests about a contact have in common: its id in the path, the dialect in the body.
 */
#ifndef CONTACT_H
#define CONTACT_H

#include "base/json_read.h"
#include "core/dialect.h"
#include "core/reference.h"
#include "serve/serve.h"

/**
 * contact_id_take(request, id):
 * The contact that ${request} is about.  Every id that the router lets pass is one: the simulator
 * takes contacts as they are named.
 */
void	contact_id_take(struct serve_request *, struct reference *);

/** contact_dialect_read(object, dialect): Its member "dialect", live when absent; false: neither. */
bool	contact_dialect_read(const struct json_value *, enum dialect *);

#endif /* !CONTACT_H */
