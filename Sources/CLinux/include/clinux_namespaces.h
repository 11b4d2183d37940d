/*
 * Network and mount namespaces (namespaces(7)): entering one, and a socket out of one that this process stays
 * outside of. In C because the second forks, which Swift has not.
 */
#ifndef CLINUX_NAMESPACES_H
#define CLINUX_NAMESPACES_H

/* Each answers 0 or a descriptor, or the negative of an errno. */

/* Enters a network namespace, setns(2), and before it the user namespace that owns it, where that is needed. That
 * takes a process of one thread. EPERM: there is no CAP_SYS_ADMIN in either. EINVAL: it is no network namespace. */
int clinux_enter_network(int network);

/* A socket that is made in a network namespace, socket(2), close-on-exec, while this process stays where it is, or is
 * back. Who could not come back lets a child do it, in a process of one thread. Sets `entered_user` to whether the child
 * had to enter the user namespace, whose numbers of users the socket then tells. */
int clinux_socket_in_network(int network, int family, int type, int protocol, int *entered_user);

/* Gives this thread mounts of its own that no other thread sees, unshare(2). */
int clinux_own_mounts(void);

/* Puts one file in the place of another, mount(2). */
int clinux_bind_file(const char *source, const char *target);

/* Whether this is the thread that the process began with. */
int clinux_is_first_thread(void);

/* SIOCGIFNAME: the name of an interface in the network namespace of a socket. `name` has IFNAMSIZ (16) bytes. */
int clinux_interface_name(int socket, unsigned int index, char *name);

#endif
