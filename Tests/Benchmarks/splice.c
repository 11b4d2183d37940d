/*
 * What the benchmark has as a reference: a sender and a receiver that let the kernel move every byte
 * and do nothing else. No options, no error messages worth reading, no half-close semantics.
 *
 *   splice recv          listen on a free port of 127.0.0.1, one connection to stdout
 *   splice send PORT     stdin to that port
 *   splice move          stdin to stdout, one of which is a pipe: a cat that copies nothing
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 20 };

static int is_pipe(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

/* Moves until end of file; one of the two must be a pipe. */
static void move(int from, int to)
{
    for (;;) {
        ssize_t count = splice(from, NULL, to, NULL, CHUNK, SPLICE_F_MOVE | SPLICE_F_MORE);
        if (count == 0)
            return;
        if (count < 0 && errno != EINTR)
            err(1, "splice");
    }
}

/* Moves until end of file through a pipe of our own. */
static void move_through(int from, int to)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        err(1, "pipe2");
    fcntl(ends[1], F_SETPIPE_SZ, CHUNK);
    for (;;) {
        ssize_t held = splice(from, NULL, ends[1], NULL, CHUNK, SPLICE_F_MOVE);
        if (held == 0)
            return;
        if (held < 0)
            err(1, "splice in");
        while (held > 0) {
            ssize_t count = splice(ends[0], NULL, to, NULL, held, SPLICE_F_MOVE);
            if (count <= 0)
                err(1, "splice out");
            held -= count;
        }
    }
}

static void send_file(int from, int to)
{
    ssize_t count;
    while ((count = sendfile(to, from, NULL, 1 << 30)) > 0)
        ;
    if (count < 0)
        err(1, "sendfile");
}

static void receive(struct sockaddr_in *address)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)address, sizeof *address) != 0 || listen(listener, 1) != 0)
        err(1, "listen");
    int connection = accept(listener, NULL, NULL);
    if (connection < 0)
        err(1, "accept");
    if (is_pipe(STDOUT_FILENO)) {
        fcntl(STDOUT_FILENO, F_SETPIPE_SZ, CHUNK);
        move(connection, STDOUT_FILENO);
    } else {
        move_through(connection, STDOUT_FILENO);
    }
}

static void transmit(struct sockaddr_in *address)
{
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(connection, (struct sockaddr *)address, sizeof *address) != 0)
        err(1, "connect");
    if (is_pipe(STDIN_FILENO)) {
        fcntl(STDIN_FILENO, F_SETPIPE_SZ, CHUNK);
        move(STDIN_FILENO, connection);
    } else {
        send_file(STDIN_FILENO, connection);
    }
    /* Everything has arrived when the other side has closed, too. */
    char byte;
    shutdown(connection, SHUT_WR);
    if (read(connection, &byte, 1) < 0)
        err(1, "read");
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (argc == 2 && strcmp(argv[1], "recv") == 0) {
        receive(&address);
    } else if (argc == 3 && strcmp(argv[1], "send") == 0) {
        address.sin_port = htons((unsigned short)atoi(argv[2]));
        transmit(&address);
    } else if (argc == 2 && strcmp(argv[1], "move") == 0) {
        fcntl(is_pipe(STDIN_FILENO) ? STDIN_FILENO : STDOUT_FILENO, F_SETPIPE_SZ, CHUNK);
        move(STDIN_FILENO, STDOUT_FILENO);
    } else {
        errx(2, "usage: splice recv | splice send PORT | splice move");
    }
    return 0;
}
