/*
 * A small HTTP server that turns on the test's own loop and misbehaves as it is told.
 */
#include "listener.h"

#include "cmocka_all.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/loop.h"

#define PEERS_MAX	16

struct peer {
	struct loop_watch	 watch;		/* first: the loop gives it back */
	int			 fd;
	unsigned		 requests;
	size_t			 got;
	char			 request[LISTENER_REQUEST_SIZE];
	const char		*left;		/* of the reply */
	size_t			 left_len;
};

struct listener	listener;

static struct loop_watch	door;
static struct peer		peers[PEERS_MAX];

static void	door_ready(struct loop_watch *, unsigned);
static void	peer_close(struct peer *);

void
listener_start(void)
{
	int	fd;

	memset(&listener, 0, sizeof(listener));
	fd = listener_bind(64, &listener.port);
	door.ready = door_ready;
	door.fd = -1;
	loop_watch(&door, fd, LOOP_READ);
}

void
listener_stop(void)
{
	int	fd;

	fd = door.fd;
	loop_unwatch(&door);
	close(fd);
	for (size_t i = 0; i < listener.peer_count; i++)
		if (peers[i].fd >= 0)
			peer_close(&peers[i]);
}

void
listener_reply(enum listener_manner manner, const char *text)
{
	listener.manner = manner;
	listener.reply = text;
	listener.reply_len = text != NULL ? strlen(text) : 0;
}

void
listener_first(const char *text)
{
	assert_true(listener.first_count < LISTENER_FIRST_MAX);
	listener.first[listener.first_count++] = text;
}

int
listener_bind(int backlog, unsigned *number)
{
	struct sockaddr_in	address = { .sin_family = AF_INET };
	socklen_t		len = sizeof(address);
	int			fd;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_true(backlog < 0 || listen(fd, backlog) == 0);
	*number = ntohs(address.sin_port);
	return fd;
}

static void
peer_close(struct peer *peer)
{
	loop_unwatch(&peer->watch);
	close(peer->fd);
	peer->fd = -1;
}

static void
peer_write(struct peer *peer)
{
	ssize_t	len;

	len = send(peer->fd, peer->left, peer->left_len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (len < 0) {
		peer_close(peer);
		return;
	}
	peer->left += len;
	peer->left_len -= (size_t)len;
	if (peer->left_len == 0 && listener.manner == ANSWER_AND_CLOSE)
		peer_close(peer);
	else
		loop_watch(&peer->watch, peer->fd, peer->left_len > 0 ? LOOP_WRITE : LOOP_READ);
}

static bool
request_is_whole(const struct peer *peer)
{
	const char	*end, *length;

	end = strstr(peer->request, "\r\n\r\n");
	if (end == NULL)
		return false;
	length = strcasestr(peer->request, "content-length:");
	return length == NULL ||
	    peer->got >= (size_t)(end + 4 - peer->request) + strtoul(length + 15, NULL, 10);
}

static void
peer_read(struct peer *peer)
{
	ssize_t	len;

	len = recv(peer->fd, peer->request + peer->got, sizeof(peer->request) - 1 - peer->got,
	    MSG_DONTWAIT);
	if (len <= 0) {
		peer_close(peer);
		return;
	}
	peer->got += (size_t)len;
	peer->request[peer->got] = '\0';
	if (!request_is_whole(peer))
		return;
	listener.request_count++;
	memcpy(listener.last_request, peer->request, sizeof(listener.last_request));
	peer->got = 0;
	peer->requests++;
	if (listener.first_used < listener.first_count) {
		peer->left = listener.first[listener.first_used++];
		if (peer->left == NULL) {
			peer_close(peer);
			return;
		}
		peer->left_len = strlen(peer->left);
		peer_write(peer);
	} else if (listener.manner == ANSWER_ONCE && peer->requests > 1) {
		peer_close(peer);
	} else if (listener.manner != STAY_SILENT) {
		peer->left = listener.reply;
		peer->left_len = listener.reply_len;
		peer_write(peer);
	}
}

static void
peer_ready(struct loop_watch *watch, unsigned events)
{
	struct peer	*peer = (struct peer *)watch;

	(void)events;
	if (peer->left_len > 0)
		peer_write(peer);
	else
		peer_read(peer);
}

static void
door_ready(struct loop_watch *watch, unsigned events)
{
	struct peer	*peer;

	(void)events;
	assert_true(listener.peer_count < PEERS_MAX);
	peer = &peers[listener.peer_count++];
	memset(peer, 0, sizeof(*peer));
	peer->watch.ready = peer_ready;
	peer->watch.fd = -1;
	peer->fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC);
	assert_true(peer->fd >= 0);
	loop_watch(&peer->watch, peer->fd, LOOP_READ);
}
