/* The arguments, as glibc hands them to every constructor. Swift's runtime reads /proc/self/maps to find them: without
 * /proc (chroot, initramfs, rescue shell) it finds none, and it is a third of the instructions of a start. */
#include "start.h"

static int count;
static char **words;

__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
    count = argc;
    words = argv;
}

int start_argument_count(void) { return count; }

const char *start_argument(int index) { return words[index]; }

/* The runtime's own two, which CommandLine calls. With these the linker leaves the runtime's out, and the constructor
 * that reads /proc/self/maps with them. Weak, because the names are private: where a runtime needs its own, it has them. */
__attribute__((weak)) char **_swift_stdlib_getUnsafeArgvArgc(int *length) {
    *length = count;
    return words;
}

__attribute__((weak)) void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc) {
    count = argc;
    words = argv;
}
