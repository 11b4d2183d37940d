/*
 * What cannot be declared beside what Swift imports of Glibc: `environ` would be there twice.
 */
#include "clinux_processes.h"

extern char **environ;

char **clinux_environment(void) { return environ; }
