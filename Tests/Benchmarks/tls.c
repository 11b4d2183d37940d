/*
 * What TLS is held against, on the libssl that sockctl opens, and the one client of all TLS servers.
 *
 *   tls recv CERT KEY                listen on a free port of 127.0.0.1, one connection to stdout
 *   tls send PORT                    stdin to that port
 *   tls echo CERT KEY                a server of any number of peers that sends back what it is sent
 *   tls trips PORT COUNT             round trips of a byte; prints: a second, median and 99th percentile in
 *                                    microseconds
 *   tls storm PORT COUNT PARALLEL    connections that shake hands, end and wait for the end, so many at a time;
 *                                    prints: a second, failed
 *   tls hold PORT COUNT              connections that have shaken hands and say nothing; prints how many a second, and
 *                                    holds them until its stdin ends
 *
 * The two that move a stream have a BIO of their own: several records go in one send(2), and come in one recv(2).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { RECORD = 16 << 10, RECORDS = 8, BATCH = RECORDS * RECORD, SPACE = BATCH + RECORDS * 1024 };
enum { EVENTS = 256, PATIENCE = 30 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void failed(const char *what)
{
    ERR_print_errors_fp(stderr);
    errx(1, "%s", what);
}

static SSL_CTX *context(const char *certificate, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(certificate ? TLS_server_method() : TLS_client_method());
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (!certificate)
        return context;
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        failed("the certificate");
    return context;
}

static int listener(int flags)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&place, sizeof place) != 0 || listen(fd, 4096) != 0)
        err(1, "listen");
    return fd;
}

static void at_once(int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static int connected(int port, int flags)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0 || (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS))
        err(1, "connect");
    at_once(fd);
    return fd;
}

/* A session on a descriptor, by OpenSSL's own BIO. */
static SSL *session(SSL_CTX *context, int fd)
{
    SSL *ssl = SSL_new(context);
    if (!ssl || SSL_set_fd(ssl, fd) != 1)
        failed("SSL_new");
    return ssl;
}

/* MARK: A stream */

static struct {
    int fd;
    char in[BATCH], out[SPACE];
    size_t first, last, waiting;
} wire;

static void flush(void)
{
    for (size_t sent = 0; sent < wire.waiting;) {
        ssize_t count = send(wire.fd, wire.out + sent, wire.waiting - sent, MSG_NOSIGNAL);
        if (count < 0)
            err(1, "send");
        sent += (size_t)count;
    }
    wire.waiting = 0;
}

static int read_wire(BIO *bio, char *target, int count)
{
    (void)bio;
    if (wire.first == wire.last) {
        flush(); /* what is waited for may be an answer */
        ssize_t got = recv(wire.fd, wire.in, sizeof wire.in, 0);
        if (got <= 0)
            return (int)got;
        wire.first = 0;
        wire.last = (size_t)got;
    }
    size_t part = wire.last - wire.first < (size_t)count ? wire.last - wire.first : (size_t)count;
    memcpy(target, wire.in + wire.first, part);
    wire.first += part;
    return (int)part;
}

static int write_wire(BIO *bio, const char *source, int count)
{
    (void)bio;
    if (wire.waiting + (size_t)count > sizeof wire.out)
        flush();
    memcpy(wire.out + wire.waiting, source, (size_t)count);
    wire.waiting += (size_t)count;
    return count;
}

static long control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static SSL *stream(SSL_CTX *context, int fd)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire");
    BIO_meth_set_read(method, read_wire);
    BIO_meth_set_write(method, write_wire);
    BIO_meth_set_ctrl(method, control);
    BIO *bio = BIO_new(method);
    BIO_set_init(bio, 1);
    SSL *ssl = SSL_new(context);
    SSL_set_bio(ssl, bio, bio);
    wire.fd = fd;
    return ssl;
}

static void shake_hands(SSL *ssl, int (*step)(SSL *))
{
    int result = step(ssl);
    flush();
    if (result != 1)
        failed("handshake");
}

static char buffer[BATCH * 2];

static void receive(const char *certificate, const char *key)
{
    int waiting = listener(0), fd = accept(waiting, NULL, NULL);
    SSL *ssl = stream(context(certificate, key), fd);
    at_once(fd);
    shake_hands(ssl, SSL_accept);
    for (;;) {
        size_t filled = 0, count;
        do {
            if (SSL_read_ex(ssl, buffer + filled, sizeof buffer - filled, &count) != 1)
                count = 0;
            filled += count;
        } while (count > 0 && filled < sizeof buffer && wire.first < wire.last);
        for (size_t written = 0; written < filled;) {
            ssize_t step = write(STDOUT_FILENO, buffer + written, filled - written);
            if (step < 0)
                err(1, "write");
            written += (size_t)step;
        }
        if (count == 0)
            break;
    }
    if (SSL_get_shutdown(ssl) != SSL_RECEIVED_SHUTDOWN)
        failed("the stream was cut short");
    SSL_shutdown(ssl);
    flush();
    close(fd);
}

static void transmit(int port)
{
    int fd = connected(port, 0);
    SSL *ssl = stream(context(NULL, NULL), fd);
    shake_hands(ssl, SSL_connect);
    ssize_t filled;
    while ((filled = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
        for (size_t written = 0, count; written < (size_t)filled; written += count) {
            if (SSL_write_ex(ssl, buffer + written, (size_t)filled - written, &count) != 1)
                failed("SSL_write");
            if (wire.waiting >= BATCH)
                flush();
        }
    if (filled < 0)
        err(1, "read");
    SSL_shutdown(ssl);
    flush();
    shutdown(fd, SHUT_WR);
    while (recv(fd, buffer, sizeof buffer, 0) > 0)
        ;
    close(fd);
}

/* MARK: A server of many */

struct peer {
    SSL *ssl;
    int fd;
};

static int would_wait(SSL *ssl, int result)
{
    int error = SSL_get_error(ssl, result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static void serve(struct peer *peer)
{
    for (;;) {
        ERR_clear_error();
        int count = SSL_read(peer->ssl, buffer, sizeof buffer);
        if (count > 0 && SSL_write(peer->ssl, buffer, count) == count)
            continue;
        if (count <= 0 && would_wait(peer->ssl, count))
            return;
        SSL_shutdown(peer->ssl);
        SSL_free(peer->ssl);
        close(peer->fd);
        free(peer);
        return;
    }
}

static void echo(const char *certificate, const char *key)
{
    SSL_CTX *shared = context(certificate, key);
    int poller = epoll_create1(EPOLL_CLOEXEC), waiting = listener(SOCK_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(poller, EPOLL_CTL_ADD, waiting, &event);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(poller, events, EVENTS, -1);
        for (int index = 0; index < ready; index++) {
            if (events[index].data.ptr) {
                serve(events[index].data.ptr);
                continue;
            }
            for (int fd; (fd = accept4(waiting, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
                struct peer *peer = malloc(sizeof *peer);
                *peer = (struct peer){session(shared, fd), fd};
                at_once(fd);
                SSL_set_accept_state(peer->ssl);
                struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
                epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
}

/* MARK: The client */

static int ascending(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static void trips(int port, int count)
{
    SSL *ssl = session(context(NULL, NULL), connected(port, 0));
    double *times = malloc(sizeof(double) * (size_t)count);
    if (SSL_connect(ssl) != 1)
        failed("handshake");
    double start = 0;
    for (int index = -(count / 10 + 1); index < count; index++) {
        char byte = 'x', answer = 0;
        double before = now();
        if (index == 0)
            start = before;
        if (SSL_write(ssl, &byte, 1) != 1 || SSL_read(ssl, &answer, 1) != 1 || answer != byte)
            failed("a round trip");
        if (index >= 0)
            times[index] = now() - before;
    }
    double total = now() - start;
    qsort(times, (size_t)count, sizeof *times, ascending);
    printf("%.1f %.2f %.2f\n", count / total, times[count / 2] * 1e6, times[count * 99 / 100] * 1e6);
}

/* One connection of a storm: whether it is over, and then whether it went as it should. */
static int advance(struct peer *peer, int *went_well)
{
    ERR_clear_error();
    if (SSL_is_init_finished(peer->ssl) == 0) {
        int result = SSL_connect(peer->ssl);
        if (result != 1)
            return !would_wait(peer->ssl, result);
        SSL_shutdown(peer->ssl);
        shutdown(peer->fd, SHUT_WR);
    }
    /* What the server still says, its tickets and its end, need not be understood. */
    ssize_t got;
    while ((got = recv(peer->fd, buffer, sizeof buffer, 0)) > 0)
        ;
    *went_well = got == 0;
    return got == 0 || errno != EAGAIN;
}

static void storm(int port, int count, int parallel)
{
    SSL_CTX *shared = context(NULL, NULL);
    int poller = epoll_create1(EPOLL_CLOEXEC), opened = 0, ended = 0, failures = 0;
    double start = now();
    while (ended < count && now() - start < PATIENCE) {
        while (opened < count && opened - ended < parallel) {
            struct peer *peer = malloc(sizeof *peer);
            int fd = connected(port, SOCK_NONBLOCK);
            *peer = (struct peer){session(shared, fd), fd};
            struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = peer};
            epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
            opened++;
        }
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(poller, events, EVENTS, 1000);
        for (int index = 0; index < ready; index++) {
            struct peer *peer = events[index].data.ptr;
            int went_well = 0;
            if (!advance(peer, &went_well))
                continue;
            failures += !went_well;
            SSL_free(peer->ssl);
            close(peer->fd);
            free(peer);
            ended++;
        }
    }
    printf("%.1f %d\n", (ended - failures) / (now() - start), failures + count - ended);
}

static void hold(int port, int count)
{
    SSL_CTX *shared = context(NULL, NULL);
    double start = now();
    for (int index = 0; index < count; index++) {
        SSL *ssl = session(shared, connected(port, 0));
        if (SSL_connect(ssl) != 1)
            failed("handshake");
        /* The connection stays. What this side would need to go on is not kept. */
        SSL_free(ssl);
    }
    printf("%.1f\n", count / (now() - start));
    fflush(stdout);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    int numbers[3] = {0};
    for (int index = 2; index < argc && index < 5; index++)
        numbers[index - 2] = atoi(argv[index]);
    signal(SIGPIPE, SIG_IGN);
    if (argc == 4 && strcmp(what, "recv") == 0)
        receive(argv[2], argv[3]);
    else if (argc == 3 && strcmp(what, "send") == 0)
        transmit(numbers[0]);
    else if (argc == 4 && strcmp(what, "echo") == 0)
        echo(argv[2], argv[3]);
    else if (argc == 4 && strcmp(what, "trips") == 0)
        trips(numbers[0], numbers[1]);
    else if (argc == 5 && strcmp(what, "storm") == 0)
        storm(numbers[0], numbers[1], numbers[2]);
    else if (argc == 4 && strcmp(what, "hold") == 0)
        hold(numbers[0], numbers[1]);
    else
        errx(2, "usage: tls recv | send | echo | trips | storm | hold ...");
    return 0;
}
