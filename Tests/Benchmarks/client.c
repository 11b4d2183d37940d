/*
 * The one client of all servers that are compared.
 *
 *   client echo PORT SIZE COUNT PREFIX        round trips of SIZE bytes, behind a u32be length if PREFIX is 1;
 *                                             prints: trips a second, median and 99th percentile in microseconds
 *   client storm PORT COUNT PARALLEL ANSWER   connections, so many at a time: each sends a byte and waits for an
 *                                             answer, or with ANSWER 0 for the end; prints: a second, failed
 *   client hold PORT COUNT SOURCE             opens connections from 127.0.1.SOURCE, prints how many a second,
 *                                             and holds them until its stdin ends
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NO_PORT 24 /* IP_BIND_ADDRESS_NO_PORT: the port is chosen by connect(), for this destination */
enum { PATIENCE = 30 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* From one of many source addresses: one alone runs out of ports, for those that are closed stay in TIME_WAIT. */
static int connect_from(unsigned source, int port, int flags)
{
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + source)};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0)
        err(1, "socket");
    if (source > 0 && (setsockopt(fd, IPPROTO_IP, NO_PORT, &one, sizeof one) != 0 ||
                       bind(fd, (struct sockaddr *)&from, sizeof from) != 0))
        err(1, "bind");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)
        err(1, "connect");
    return fd;
}

static int ascending(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

/* Sends a message and receives as much, both as far as they go: a large one fits into no buffer. */
static void round_trip(int fd, const char *message, char *answer, size_t size)
{
    size_t sent = 0, received = 0;
    while (received < size) {
        if (sent < size) {
            ssize_t count = send(fd, message + sent, size - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count > 0)
                sent += (size_t)count;
            else if (errno != EAGAIN)
                err(1, "send");
        }
        if (sent < size) {
            struct pollfd ready = {.fd = fd, .events = POLLIN | POLLOUT};
            poll(&ready, 1, -1);
        }
        ssize_t count = recv(fd, answer + received, size - received, sent < size ? MSG_DONTWAIT : 0);
        if (count == 0)
            errx(1, "the server has closed the connection");
        if (count < 0 && errno != EAGAIN)
            err(1, "recv");
        if (count > 0)
            received += (size_t)count;
    }
}

static void echo(int port, size_t size, int count, int prefix)
{
    int one = 1, fd = connect_from(0, port, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    size_t whole = size + (prefix ? 4 : 0);
    char *message = malloc(whole), *answer = malloc(whole);
    double *times = malloc(sizeof(double) * (size_t)count);
    memset(message, 'x', whole);
    if (prefix)
        *(unsigned *)message = htonl((unsigned)size);
    int warm = count / 10 + 1;
    for (int index = 0; index < warm; index++)
        round_trip(fd, message, answer, whole);
    if (memcmp(message, answer, whole) != 0)
        errx(1, "the answer is another");
    double start = now();
    for (int index = 0; index < count; index++) {
        double before = now();
        round_trip(fd, message, answer, whole);
        times[index] = now() - before;
    }
    double total = now() - start;
    qsort(times, (size_t)count, sizeof *times, ascending);
    printf("%.1f %.2f %.2f\n", count / total, times[count / 2] * 1e6, times[count * 99 / 100] * 1e6);
}

static void storm(int port, int count, int parallel, int wants_answer)
{
    int poller = epoll_create1(EPOLL_CLOEXEC), opened = 0, ended = 0, failed = 0;
    double start = now();
    while (ended < count && now() - start < PATIENCE) {
        while (opened < count && opened - ended < parallel) {
            int fd = connect_from(0x100 + (unsigned)opened % 200, port, SOCK_NONBLOCK);
            /* The state says whether something was sent: the high bit. */
            struct epoll_event event = {.events = EPOLLOUT, .data.u64 = (unsigned)fd | 1ull << 40};
            epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
            opened++;
        }
        struct epoll_event events[256];
        int ready = epoll_wait(poller, events, 256, 1000);
        for (int index = 0; index < ready; index++) {
            int fd = (int)(events[index].data.u64 & 0xffffffff), over = 0;
            char byte = 'x';
            if (events[index].data.u64 >> 40) {
                struct epoll_event event = {.events = EPOLLIN, .data.u64 = (unsigned)fd};
                over = send(fd, &byte, 1, MSG_NOSIGNAL) != 1;
                if (!wants_answer)
                    shutdown(fd, SHUT_WR);
                epoll_ctl(poller, EPOLL_CTL_MOD, fd, &event);
                failed += over;
            } else {
                ssize_t got = recv(fd, &byte, 1, 0);
                over = got >= 0 || errno != EAGAIN;
                failed += over && got != wants_answer;
            }
            if (over) {
                close(fd);
                ended++;
            }
        }
    }
    printf("%.1f %d\n", (ended - failed) / (now() - start), failed + count - ended);
}

static void hold(int port, int count, unsigned source)
{
    double start = now();
    for (int index = 0; index < count; index++)
        connect_from(0x100 + source, port, 0);
    printf("%.1f\n", count / (now() - start));
    fflush(stdout);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
}

int main(int argc, char **argv)
{
    int numbers[4] = {0};
    for (int index = 2; index < argc && index < 6; index++)
        numbers[index - 2] = atoi(argv[index]);
    if (argc == 6 && strcmp(argv[1], "echo") == 0)
        echo(numbers[0], (size_t)numbers[1], numbers[2], numbers[3]);
    else if (argc == 6 && strcmp(argv[1], "storm") == 0)
        storm(numbers[0], numbers[1], numbers[2], numbers[3]);
    else if (argc == 5 && strcmp(argv[1], "hold") == 0)
        hold(numbers[0], numbers[1], (unsigned)numbers[2]);
    else
        errx(2, "usage: client echo | storm | hold PORT ...");
    return 0;
}
