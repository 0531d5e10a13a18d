/*
 * Which release this is: one place for --version, kassactl version and the home page's footer.
 */
#ifndef VERSION_H
#define VERSION_H

#define VERSION	"0.1.0"

/* The newest file of sql/ when this was built, like "0012_settings.sql"; the Makefile writes it. */
extern const char	migration_newest[];

#endif /* !VERSION_H */
