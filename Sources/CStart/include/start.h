/* What the executable alone is linked with: its arguments, which it has without /proc, and a function that would need a
 * newer glibc. */
#ifndef CSTART_H
#define CSTART_H

/* The words of the command line, the program's name first, and how many: argc and argv of main(). */
int start_argument_count(void);
const char *start_argument(int index);

#endif
