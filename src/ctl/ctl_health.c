/*
 * kassactl health: whether the server on this machine is ready, as it says itself on /readyz.  For health
 * checks where there is no other HTTP client, as in a container.
 */
#include "ctl/ctl.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "ctl/ctl_print.h"
#include "ctl/ctl_setting.h"

#define ANSWER_MAX	4096	/* bytes */
#define WAIT_SECONDS	8	/* a server without its database says so after KASSA_DATABASE_TIMEOUT_MS */

/* Where a server listens, as its own settings say. */
struct where {
	const char	*program;
	const char	*address_name, *port_name;
	const char	*port_fallback;
	char		 address[SETTING_TEXT_SIZE], port[SETTING_TEXT_SIZE];
};

static bool		 where_read(struct where *);
static int		 where_connect(const struct where *);
static int		 address_connect(const struct addrinfo *);
static bool		 answer_ask(int, struct buf *);
static enum ctl_status	 answer_judge(const struct where *, const struct buf *);

enum ctl_status
ctl_health(const struct ctl_arguments *arguments)
{
	struct where	kassa = { "kassa", "KASSA_ADDRESS", "KASSA_PORT", "8080", "", "" };
	struct where	simulator = { "simulator", "SIMULATOR_ADDRESS", "SIMULATOR_PORT", "8090", "", "" };
	struct where	*where = arguments->option[CTL_SIMULATOR] != NULL ? &simulator : &kassa;
	struct buf	answer;
	enum ctl_status	status = CTL_FAILED;
	int		fd;

	buf_init(&answer, ANSWER_MAX);
	if (where_read(where) && (fd = where_connect(where)) != -1) {
		if (answer_ask(fd, &answer))
			status = answer_judge(where, &answer);
		else
			ctl_complain("%s does not answer on port %s: %s", where->program, where->port,
			    strerror(errno));
		(void)close(fd);	/* nothing more is wanted of it */
	}
	buf_release(&answer);
	return status;
}

static bool
where_read(struct where *where)
{
	if (ctl_setting_read(where->address_name, "where the server listens", where->address) != FAULT_NONE ||
	    ctl_setting_read(where->port_name, "where the server listens", where->port) != FAULT_NONE)
		return false;
	if (where->address[0] == '\0')
		(void)slice_copy(slice_of("127.0.0.1"), where->address, sizeof(where->address));
	if (where->port[0] == '\0')
		(void)slice_copy(slice_of(where->port_fallback), where->port, sizeof(where->port));
	return true;
}

/* A server that listens on all addresses, 0.0.0.0 or ::, is reached at that one too: Linux goes to itself. */
static int
where_connect(const struct where *where)
{
	struct addrinfo	 hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo	*found = NULL;
	int		 error, fd = -1;

	error = getaddrinfo(where->address, where->port, &hints, &found);
	if (error != 0)
		ctl_complain("%s and %s are no address and port: %s", where->address_name, where->port_name,
		    gai_strerror(error));
	else if ((fd = address_connect(found)) == -1)
		ctl_complain("%s does not listen on port %s: %s", where->program, where->port, strerror(errno));
	if (found != NULL)
		freeaddrinfo(found);
	return fd;
}

/* Return a connected socket, or -1 and errno. */
static int
address_connect(const struct addrinfo *address)
{
	struct timeval	wait = { .tv_sec = WAIT_SECONDS };
	int		fd, error;

	fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	/* The time limit of sending is that of connecting as well. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) == 0 &&
	    connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return fd;
	error = errno;
	(void)close(fd);	/* was never used */
	errno = error;
	return -1;
}

/* Ask, and read until the server closes; false and errno when it does not answer. */
static bool
answer_ask(int fd, struct buf *answer)
{
	static const char	ask[] = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	char			part[512];
	ssize_t			got;

	/* One segment goes whole or not at all; a server that has closed already is no reason to die. */
	if (send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(ask) - 1)
		return false;
	while ((got = recv(fd, part, sizeof(part), 0)) > 0 && buf_ok(answer))
		buf_put(answer, (struct slice){ part, (size_t)got });
	return got >= 0;
}

static enum ctl_status
answer_judge(const struct where *where, const struct buf *answer)
{
	const char	*text, *body;

	if (!buf_ok(answer)) {
		ctl_complain("port %s is answered by something that is not %s", where->port, where->program);
		return CTL_FAILED;
	}
	text = buf_text(answer);
	if (slice_starts(slice_of(text), "HTTP/1.1 200 ")) {
		(void)printf("%s is ready\n", where->program);
		return CTL_DONE;
	}
	body = strstr(text, "\r\n\r\n");
	ctl_complain("%s is not ready: %.*s %s", where->program, (int)strcspn(text, "\r\n"), text,
	    body != NULL ? body + strlen("\r\n\r\n") : "");
	return CTL_FAILED;
}
