/*
 * Asking libc for names in a child process (nss(5)): Swift has no fork(2), and no prctl(2), which is variadic.
 */
#ifndef CLINUX_NAMES_H
#define CLINUX_NAMES_H

#include <net/if.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

/* fork(2). For a process of one thread: in the child there is only that. */
static inline pid_t clinux_fork(void) { return fork(); }

/* PR_SET_PDEATHSIG: the calling process is killed when the thread that made it ends. */
static inline int clinux_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

/* <nss.h>: has this process ask these sources, in the notation of nsswitch.conf(5), for good. -1 where it cannot be
 * parsed. */
extern int __nss_configure_lookup(const char *database, const char *line);

/* SIOCGIFHWADDR: the type of an interface, ARPHRD_ETHER and so on; -1 where there is no such interface. */
static inline int clinux_interface_type(int socket, const char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    return ioctl(socket, SIOCGIFHWADDR, &request) != 0 ? -1 : request.ifr_hwaddr.sa_family;
}

#endif
