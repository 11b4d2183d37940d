/* What the references share: the clock in microseconds, and sorting. */

#ifndef TIMES_H
#define TIMES_H

#include <stdlib.h>
#include <time.h>

static int compare(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

#endif
