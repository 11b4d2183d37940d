/* The reference for delays: usage: timer MICROSECONDS COUNT. Waits with epoll_wait on a timerfd, again and again, and
 * prints by how many microseconds each wait was too long: the median and the 99th percentile. */

#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "times.h"

int main(int count, char **words) {
    if (count != 3) return 2;
    long pause = atol(words[1]), rounds = atol(words[2]);
    double *late = calloc(rounds, sizeof *late);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), loop = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(loop, EPOLL_CTL_ADD, timer, &event);
    for (long round = 0; round < rounds; round++) {
        struct itimerspec when = {.it_value = {pause / 1000000, pause % 1000000 * 1000}};
        double start = now();
        timerfd_settime(timer, 0, &when, NULL);
        epoll_wait(loop, &event, 1, -1);
        uint64_t expirations;
        if (read(timer, &expirations, sizeof expirations) < 0) return 1;
        late[round] = now() - start - pause;
    }
    qsort(late, rounds, sizeof *late, compare);
    printf("%.1f %.1f\n", late[rounds / 2], late[rounds * 99 / 100]);
    return 0;
}
