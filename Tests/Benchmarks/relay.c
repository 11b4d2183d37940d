/*
 * The relay that sockctl's is held against: epoll, and splice both ways through a pipe that a direction holds while
 * there is something in it. No events, no accounts, no resets, no limits.
 *
 *   relay PORT     listens on a free port of 127.0.0.1, and connects each peer to PORT there, until it is killed
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256, CHUNK = 1 << 20, SPARE = 2 };
#define NOTHING_YET ~0u

struct pipe {
    int ends[2];
};

/* One leg, and the direction that comes from it. */
struct side {
    int fd;
    struct side *other;
    struct pipe pipe;
    size_t pending;
    int has_pipe, has_ended;
    unsigned waits_for; /* NOTHING_YET until epoll knows of it */
};

struct pair {
    struct side sides[2];
    int is_over;
    struct pair *next_over;
};

static int poller;
static struct pipe spare[SPARE];
static int spares;
/* Events of the same batch may still name what is over. */
static struct pair *over;

static void wants(struct side *side, unsigned events)
{
    if (side->waits_for == events)
        return;
    struct epoll_event event = {.events = events, .data.ptr = side};
    epoll_ctl(poller, side->waits_for == NOTHING_YET ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, side->fd, &event);
    side->waits_for = events;
}

static void take_pipe(struct side *side)
{
    if (spares > 0) {
        side->pipe = spare[--spares];
    } else {
        if (pipe2(side->pipe.ends, O_CLOEXEC | O_NONBLOCK) != 0)
            err(1, "pipe2");
        fcntl(side->pipe.ends[1], F_SETPIPE_SZ, CHUNK);
    }
    side->has_pipe = 1;
}

static void give_pipe(struct side *side)
{
    if (!side->has_pipe)
        return;
    side->has_pipe = 0;
    if (side->pending == 0 && spares < SPARE) {
        spare[spares++] = side->pipe;
        return;
    }
    close(side->pipe.ends[0]);
    close(side->pipe.ends[1]);
}

static void end(struct pair *pair)
{
    if (pair->is_over)
        return;
    pair->is_over = 1;
    pair->next_over = over;
    over = pair;
    for (int index = 0; index < 2; index++) {
        give_pipe(&pair->sides[index]);
        close(pair->sides[index].fd);
    }
}

static struct pair *pair_of(struct side *side)
{
    return (struct pair *)(side < side->other ? side : side->other);
}

static void interest(struct side *side)
{
    struct side *other = side->other;
    wants(side, (side->has_ended || side->pending ? 0u : EPOLLIN) | (other->pending ? EPOLLOUT : 0u));
}

/* From one side to the other, as far as it goes. */
static void pump(struct side *side)
{
    struct side *other = side->other;
    for (;;) {
        while (side->pending > 0) {
            ssize_t count = splice(side->pipe.ends[0], NULL, other->fd, NULL, side->pending,
                                   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            if (count < 0 && errno == EAGAIN) {
                interest(side);
                interest(other);
                return;
            }
            if (count <= 0)
                return end(pair_of(side));
            side->pending -= (size_t)count;
        }
        if (!side->has_pipe)
            take_pipe(side);
        ssize_t count = splice(side->fd, NULL, side->pipe.ends[1], NULL, CHUNK, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        if (count > 0) {
            side->pending = (size_t)count;
            continue;
        }
        give_pipe(side);
        if (count < 0 && errno != EAGAIN)
            return end(pair_of(side));
        if (count == 0) {
            side->has_ended = 1;
            if (other->has_ended)
                return end(pair_of(side));
            shutdown(other->fd, SHUT_WR);
        }
        interest(side);
        interest(other);
        return;
    }
}

static void accept_all(int listener, const struct sockaddr_in *to)
{
    int one = 1, fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct pair *pair = calloc(1, sizeof *pair);
        int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (server < 0 || (connect(server, (const struct sockaddr *)to, sizeof *to) != 0 && errno != EINPROGRESS))
            err(1, "connect");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        pair->sides[0] = (struct side){.fd = fd, .other = &pair->sides[1], .waits_for = NOTHING_YET};
        pair->sides[1] = (struct side){.fd = server, .other = &pair->sides[0], .waits_for = NOTHING_YET};
        interest(&pair->sides[0]);
        interest(&pair->sides[1]);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        errx(2, "usage: relay PORT");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, to = address;
    to.sin_port = htons((unsigned short)atoi(argv[1]));
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0)
        err(1, "listen");
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct epoll_event events[BATCH];
        int count = epoll_wait(poller, events, BATCH, -1);
        for (int index = 0; index < count; index++) {
            struct side *side = events[index].data.ptr;
            unsigned what = events[index].events;
            if (side == NULL) {
                accept_all(listener, &to);
                continue;
            }
            if (!pair_of(side)->is_over && side->other->pending > 0 && what & (EPOLLOUT | EPOLLHUP | EPOLLERR))
                pump(side->other);
            if (!pair_of(side)->is_over && side->pending == 0 && !side->has_ended &&
                what & (EPOLLIN | EPOLLHUP | EPOLLERR))
                pump(side);
        }
        while (over) {
            struct pair *gone = over;
            over = gone->next_over;
            free(gone);
        }
    }
}
