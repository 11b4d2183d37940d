/*
 * The limit that sockctl's datagrams are held against, and the fast sender that feeds every receiver.
 *
 *   datagrams send PORT SIZE SECONDS   sends blocks (UDP_SEGMENT), prints how many datagrams it sent
 *   datagrams count PORT SIZE COUNT    sends so many
 *   datagrams recv SIZE                prints its port; receives blocks (UDP_GRO) until SIGTERM,
 *                                      then prints how many datagrams it received
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define UDP 17
#define SEGMENT 103
#define GRO 104

static volatile sig_atomic_t over;
static void end(int number) { (void)number; over = 1; }

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static int transmit(int port, int size, double seconds, long limit) {
    static char block[65536];
    int fd = socket(AF_INET, SOCK_DGRAM, 0), count = 65507 / size < 128 ? 65507 / size : 128;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, UDP, SEGMENT, &size, sizeof size);
    memset(block, 'x', sizeof block);
    long sent = 0;
    double until = now() + seconds;
    while (sent < limit && now() < until)
        if (sendto(fd, block, (size_t)count * size, 0, (struct sockaddr *)&to, sizeof to) > 0) sent += count;
    printf("%ld\n", sent);
    return 0;
}

static int receive(int size) {
    static char block[65536];
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGTERM, &action, NULL);
    int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1, room = 8 << 20;
    struct timeval tenth = {.tv_usec = 100000};  /* SIGTERM may come just before recv */
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    setsockopt(fd, UDP, GRO, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tenth, sizeof tenth);
    if (setsockopt(fd, SOL_SOCKET, 33 /* SO_RCVBUFFORCE */, &room, sizeof room))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (bind(fd, (struct sockaddr *)&at, sizeof at)) return 1;
    getsockname(fd, (struct sockaddr *)&at, &length);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    long received = 0;
    while (!over) {
        ssize_t count = recv(fd, block, sizeof block, 0);
        if (count > 0) received += (count + size - 1) / size;
    }
    printf("%ld\n", received);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 5 && !strcmp(argv[1], "send")) return transmit(atoi(argv[2]), atoi(argv[3]), atof(argv[4]), 1L << 60);
    if (argc == 5 && !strcmp(argv[1], "count")) return transmit(atoi(argv[2]), atoi(argv[3]), 1e9, atol(argv[4]));
    if (argc == 3 && !strcmp(argv[1], "recv")) return receive(atoi(argv[2]));
    return 2;
}
