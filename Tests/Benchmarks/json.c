/*
 * What JSON is held against, and the senders that feed it.
 *
 *   json send PORT KIND COUNT          sends lines of 100 bytes over TCP; KIND is text, quotes, cyrillic or binary
 *   json datagrams PORT COUNT RATE     sends datagrams of 64 bytes, so many a second
 *   json recv                          prints its port; writes an object for each line it receives
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 100, LINES = 640, ROOM = 1 << 20 };

static struct sockaddr_in loopback(int port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return at;
}

static void fill(char *line, const char *kind) {
    for (int i = 0; i < LINE - 1; i++) {
        if (!strcmp(kind, "quotes")) line[i] = i % 2 ? '"' : 'x';
        else if (!strcmp(kind, "cyrillic")) line[i] = i == LINE - 2 ? 'x' : i % 2 ? '\x96' : '\xd0';
        else if (!strcmp(kind, "binary")) line[i] = i % 16 ? 'x' : '\xff';
        else line[i] = 'x';
    }
    line[LINE - 1] = '\n';
}

static int send_lines(int port, const char *kind, long count) {
    static char block[LINE * LINES];
    for (int i = 0; i < LINES; i++) fill(block + i * LINE, kind);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = loopback(port);
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) return 1;
    for (long left = count * LINE; left > 0;) {
        ssize_t sent = send(fd, block, left < (long)sizeof block ? (size_t)left : sizeof block, MSG_NOSIGNAL);
        if (sent <= 0) return 1;
        /* The next one goes on where this one ended. */
        long rest = sent % LINE;
        left -= sent;
        if (rest && left > 0) {
            long missing = LINE - rest;
            if (send(fd, block + rest, (size_t)missing, MSG_NOSIGNAL) != missing) return 1;
            left -= missing;
        }
    }
    shutdown(fd, SHUT_WR);
    return recv(fd, block, 1, 0) > 0;
}

static int send_datagrams(int port, long count, double rate) {
    char payload[64];
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = loopback(port);
    struct timespec start, now;
    memset(payload, 'x', sizeof payload);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long sent = 0; sent < count; sent++) {
        double due = sent / rate, time;
        do {
            clock_gettime(CLOCK_MONOTONIC, &now);
            time = (now.tv_sec - start.tv_sec) + (now.tv_nsec - start.tv_nsec) / 1e9;
        } while (time < due);
        sendto(fd, payload, sizeof payload, 0, (struct sockaddr *)&to, sizeof to);
    }
    return 0;
}

static char output[ROOM];
static size_t used;

static void put(const char *text, size_t length) {
    memcpy(output + used, text, length);
    used += length;
}

static void base64(const unsigned char *bytes, size_t count) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        unsigned group = bytes[i] << 16 | (i + 1 < count ? bytes[i + 1] << 8 : 0) | (i + 2 < count ? bytes[i + 2] : 0);
        output[used++] = digits[group >> 18];
        output[used++] = digits[group >> 12 & 63];
        output[used++] = i + 1 < count ? digits[group >> 6 & 63] : '=';
        output[used++] = i + 2 < count ? digits[group & 63] : '=';
    }
}

/* Well-formed UTF-8 of up to three bytes a character, which is all that is sent here. */
static int is_utf8(const unsigned char *bytes, size_t count) {
    for (size_t i = 0; i < count;) {
        size_t length = bytes[i] < 0x80 ? 1 : bytes[i] >> 5 == 6 && bytes[i] >= 0xc2 ? 2 : bytes[i] >> 4 == 14 ? 3 : 0;
        if (!length || i + length > count) return 0;
        for (size_t k = 1; k < length; k++)
            if (bytes[i + k] >> 6 != 2) return 0;
        i += length;
    }
    return 1;
}

static void event(const unsigned char *line, size_t count, long number) {
    static time_t second;
    static char date[32];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != second) {
        struct tm parts;
        second = now.tv_sec;
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S.", gmtime_r(&second, &parts));
    }
    if (used + 6 * count + 256 > ROOM) {
        if (write(1, output, used) < 0) exit(1);
        used = 0;
    }
    put("{\"event\":\"message\",\"time\":\"", 27);
    put(date, 20);
    char digits[64];
    long microseconds = now.tv_nsec / 1000;
    for (int place = 5; place >= 0; place--) {
        digits[place] = (char)('0' + microseconds % 10);
        microseconds /= 10;
    }
    put(digits, 6);
    put("Z\",\"connection\":1,\"direction\":\"received\",\"number\":", 50);
    put(digits, (size_t)sprintf(digits, "%ld,\"size\":%zu,", number, count));
    if (!is_utf8(line, count)) {
        put("\"base64\":\"", 10);
        base64(line, count);
    } else {
        put("\"text\":\"", 8);
        for (size_t i = 0; i < count; i++) {
            if (line[i] == '"' || line[i] == '\\') output[used++] = '\\';
            if (line[i] < 0x20) used += (size_t)sprintf(output + used, "\\u%04x", line[i]);
            else output[used++] = (char)line[i];
        }
    }
    put("\"}\n", 3);
}

static int receive(void) {
    static unsigned char input[256 << 10];
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = loopback(0);
    socklen_t length = sizeof at;
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 1)) return 1;
    getsockname(listener, (struct sockaddr *)&at, &length);
    fprintf(stderr, "%d\n", ntohs(at.sin_port));
    int fd = accept(listener, NULL, NULL);
    size_t held = 0;
    long number = 0;
    for (ssize_t count; (count = recv(fd, input + held, sizeof input - held, 0)) > 0;) {
        unsigned char *line = input, *end = input + held + count, *stop;
        while ((stop = memchr(line, '\n', (size_t)(end - line)))) {
            event(line, (size_t)(stop - line), ++number);
            line = stop + 1;
        }
        held = (size_t)(end - line);
        memmove(input, line, held);
        if (write(1, output, used) < 0) return 1;
        used = 0;
    }
    return 0;
}

int main(int count, char **words) {
    if (count == 5 && !strcmp(words[1], "send")) return send_lines(atoi(words[2]), words[3], atol(words[4]));
    if (count == 5 && !strcmp(words[1], "datagrams")) return send_datagrams(atoi(words[2]), atol(words[3]), atof(words[4]));
    if (count == 2 && !strcmp(words[1], "recv")) return receive();
    return 2;
}
