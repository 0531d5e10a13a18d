/*
 * Which release this is: one place for --version, kassactl version and the home page's footer.
 */
#ifndef VERSION_H
#define VERSION_H

#define VERSION	"0.1.0"

#endif /* !VERSION_H */
