/* The reference for tests that go on: usage: probe PORT TARGETS MICROSECONDS COUNT. Connects to each of so many loopback
 * addresses COUNT times, every so many microseconds, and prints in microseconds how late a probe began, the 99th
 * percentile, and how long connecting took, the median. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "times.h"

int main(int words, char **word) {
    if (words != 5) return 2;
    int port = atoi(word[1]), targets = atoi(word[2]), count = atoi(word[4]);
    double interval = atof(word[3]);
    long all = (long)targets * count;
    double *late = calloc(all, sizeof *late), *taken = calloc(all, sizeof *taken), start = now() + 1000;
    for (long probe = 0; probe < all; probe++) {
        double due = start + probe / targets * interval + probe % targets * interval / targets;
        struct timespec moment = {(time_t)(due / 1e6), (long)((due - (time_t)(due / 1e6) * 1e6) * 1e3)};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL);
        late[probe] = now() - due;
        int number = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        long target = probe % targets;
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
        address.sin_addr.s_addr = htonl(0x7f000001 + (target / 250 << 8) + target % 250);
        double began = now();
        if (connect(number, (struct sockaddr *)&address, sizeof address) < 0) {
            if (errno != EINPROGRESS) return 1;
            struct pollfd wait = {number, POLLOUT, 0};
            if (poll(&wait, 1, 5000) != 1 || connect(number, (struct sockaddr *)&address, sizeof address) < 0) return 1;
        }
        taken[probe] = now() - began;
        close(number);
    }
    qsort(late, all, sizeof *late, compare);
    qsort(taken, all, sizeof *taken, compare);
    printf("%.1f %.1f\n", late[all * 99 / 100], taken[all / 2]);
    return 0;
}
