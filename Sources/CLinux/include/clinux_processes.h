/*
 * Starting programs: what Swift cannot reach by its own name.
 */
#ifndef CLINUX_PROCESSES_H
#define CLINUX_PROCESSES_H

#include <spawn.h>
#include <unistd.h>

/* Declared by glibc (2.34) only under _GNU_SOURCE. */
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/* environ(7), which Swift takes for shared between threads. */
char **clinux_environment(void);

#endif
